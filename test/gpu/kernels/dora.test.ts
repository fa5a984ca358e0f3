/** DoRA's kernels against f64: norms and factors, scaling, the gradient of magnitudes. */
import { expect, it } from 'vitest';
import {
  doraFactor,
  doraFactors,
  doraMagnitudeGrad,
  doraNorm,
  doraNormF16,
  doraNormInt8,
  doraNormNf4,
  doraNormNf4Double,
  doraScale,
  magnitudeGradient,
  scaleOutputs,
} from '../../../src/engine/ops/dora';
import { doraBackward, doraScale as scaled, rowNorms } from '../../../src/engine/reference/kernels';
import type { Storage } from '../../../src/engine/precision/kinds';
import { storedValues } from '../../../src/engine/reference/stored';
import { packedWeight } from '../../../src/engine/check/stored-weight';
import { expectClose, floats, kernelBench } from '../../helpers/kernel-bench';

const { run, describeKernel } = kernelBench();

const factors = (outputs: number, inputs: number, rank: number, storage: Storage = 'f32') => {
  const w = floats(1, outputs * inputs);
  const shape: [number, number] = [outputs, inputs];
  const words = storage === 'f32' ? null : packedWeight(w, shape, storage).words;
  const [a, b, magnitude] = [floats(2, rank * inputs), floats(3, outputs * rank), floats(4, outputs)];
  const found = run((t) => {
    const [norm, factor] = [t.output(outputs), t.output(outputs)];
    const base = words ? { ...t.input(words), storage } : t.input(w);
    const given = { w: base, a: t.input(a), b: t.input(b), magnitude: t.input(magnitude) };
    doraFactors(t.plan, { outputs, inputs, rank, scale: 0.7 }, { ...given, norm, factor });
    return async () => ({ norm: await t.floats(norm), factor: await t.floats(factor) });
  });
  const values = words ? storedValues(words, shape, storage) : w;
  const norms = rowNorms(values, a, b, { outSize: outputs, inSize: inputs, rank, scale: 0.7 });
  return { found, norms, magnitude };
};

/** The last has more blocks than share one scale of scales. */
const packedNorms = (storage: Storage) =>
  it.each([
    [5, 12, 4],
    [130, 132, 8],
  ])('%i outputs of %i inputs, rank %i', async (outputs, inputs, rank) => {
    const { found, norms } = factors(outputs, inputs, rank, storage);
    expectClose((await found).norm, norms, 2e-6);
  });

describeKernel(doraNormF16, () => void packedNorms('f16'));
describeKernel(doraNormInt8, () => void packedNorms('int8'));
describeKernel(doraNormNf4, () => void packedNorms('nf4'));
describeKernel(doraNormNf4Double, () => void packedNorms('nf4-double'));

describeKernel(doraNorm, () => {
  /** Below, at and above the columns of one thread. */
  it.each([
    [4, 4, 4],
    [12, 64, 8],
    [68, 100, 4],
    [9, 132, 16],
  ])('%i outputs of %i inputs, rank %i', async (outputs, inputs, rank) => {
    const { found, norms } = factors(outputs, inputs, rank);
    expectClose((await found).norm, norms, 1e-6);
  });
});

describeKernel(doraFactor, () => {
  it('is magnitude over norm', async () => {
    const { found, norms, magnitude } = factors(68, 100, 4);
    expectClose(
      (await found).factor,
      Float64Array.from(magnitude, (m, i) => m / norms[i]!),
      1e-6,
    );
  });

  it('of a row of nothing is nothing', async () => {
    const { factor, norm } = await run((t) => {
      const zero = (elements: number) => t.input(new Float32Array(elements));
      const [n, f] = [t.output(4), t.output(4)];
      const given = { w: zero(16), a: zero(16), b: zero(16), magnitude: zero(4) };
      doraFactors(t.plan, { outputs: 4, inputs: 4, rank: 4, scale: 1 }, { ...given, norm: n, factor: f });
      return async () => ({ norm: await t.floats(n), factor: await t.floats(f) });
    });
    expect([...factor, ...norm]).toEqual(new Array(8).fill(0));
  });
});

const [ROWS, WIDTH] = [5, 36];
const [X, BIAS, RESIDUAL] = [floats(1, ROWS * WIDTH), floats(2, WIDTH), floats(3, ROWS * WIDTH)];
const [MAGNITUDE, NORM] = [floats(4, WIDTH), floats(5, WIDTH).map((x) => 1.5 + x)];

describeKernel(doraScale, () => {
  it.each([
    ['alone', false, false],
    ['with a bias', true, false],
    ['with both', true, true],
  ])('%s', async (_, biased, added) => {
    const factor = MAGNITUDE.map((m, i) => m / NORM[i]!);
    const y = await run((t) => {
      const out = t.output(ROWS * WIDTH);
      const bias = biased ? t.input(BIAS) : undefined;
      const residual = added ? t.input(RESIDUAL) : undefined;
      const given = { x: t.input(X), factor: t.input(factor), bias, residual };
      scaleOutputs(t.plan, { rows: ROWS, width: WIDTH }, { ...given, y: out });
      return () => t.floats(out);
    });
    const expected = scaled(X, MAGNITUDE, NORM).map(
      (value, i) => value + (biased ? BIAS[i % WIDTH]! : 0) + (added ? RESIDUAL[i]! : 0),
    );
    expectClose(y, expected, 1e-6);
  });
});

describeKernel(doraMagnitudeGrad, () => {
  it('adds to what is there, and nothing where a norm is zero', async () => {
    const z = floats(6, ROWS * WIDTH);
    const before = floats(7, WIDTH);
    const norm = NORM.map((value, i) => (i === 5 ? 0 : value));
    const dm = await run((t) => {
      const out = t.input(before);
      const given = { dy: t.input(X), z: t.input(z), norm: t.input(norm) };
      magnitudeGradient(t.plan, { rows: ROWS, width: WIDTH }, { ...given, dm: out });
      return () => t.floats(out);
    });
    const expected = doraBackward(X, z, MAGNITUDE, NORM).dm.map((value, i) => before[i]! + (i === 5 ? 0 : value));
    expectClose(dm, expected, 1e-6);
    expect(dm[5]).toBe(before[5]);
  });
});
