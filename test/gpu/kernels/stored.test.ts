/**
 * Kernels that read packed weights, against f64 products of the values those words stand for: each storage's loader in each
 * kernel, on shapes whose rows end within blocks and whose last word is not full.
 */
import { expect, it } from 'vitest';
import {
  linear,
  linearInputGrad,
  linearNnF16,
  linearNnInt8,
  linearNnNf4,
  linearNnNf4Double,
  linearNtF16,
  linearNtInt8,
  linearNtNf4,
  linearNtNf4Double,
} from '../../../src/engine/ops/linear';
import {
  addPositionRows,
  addPositionsF16,
  embedF16,
  embedTokens,
  vocabularyShards,
} from '../../../src/engine/ops/rows';
import type { Tensor } from '../../../src/engine/plan';
import type { Storage } from '../../../src/engine/precision/kinds';
import { embeddingGather, linear as referenceLinear, linearInputGradient } from '../../../src/engine/reference/kernels';
import { storedValues } from '../../../src/engine/reference/stored';
import { expectClose, floats, kernelBench, type Trial } from '../../helpers/kernel-bench';
import { packedWeight } from '../../../src/engine/check/stored-weight';

const { run, describeKernel } = kernelBench();

/** Rows, outputs, inputs; the last has more blocks than share one scale of scales. */
const SHAPES: [m: number, n: number, k: number][] = [
  [1, 1, 4],
  [3, 5, 12],
  [17, 31, 20],
  [9, 70, 172],
  [5, 130, 132],
];

/** A weight, and what its words stand for. */
function storedWeight(seed: number, shape: [number, number], storage: Storage) {
  const { words } = packedWeight(floats(seed, shape[0] * shape[1]), shape, storage);
  return {
    values: storedValues(words, shape, storage),
    input: (t: Trial): Tensor => ({ ...t.input(words), storage }),
  };
}

function forward(storage: Storage): void {
  it.each(SHAPES)('y = x·Wᵀ of %i rows, %i outputs, %i inputs', async (m, n, k) => {
    const [x, w] = [floats(1, m * k), storedWeight(2, [n, k], storage)];
    const found = await run((t) => {
      const y = t.output(m * n);
      linear(t.plan, { x: t.input(x), w: w.input(t), y, m, n, k });
      return () => t.floats(y);
    });
    expectClose(found, referenceLinear(x, w.values, m, k, n), 2e-6);
  });

  it('with a LoRA branch, a bias and a residual', async () => {
    const [m, n, k, rank, scale] = [6, 33, 20, 4, 1.5];
    const [x, w, h, b] = [floats(1, m * k), storedWeight(2, [n, k], storage), floats(3, m * rank), floats(4, n * rank)];
    const [bias, residual] = [floats(5, n), floats(6, m * n)];
    const found = await run((t) => {
      const y = t.output(m * n);
      const lora = { h: t.input(h), b: t.input(b), rank, scale };
      const added = { bias: t.input(bias), residual: t.input(residual) };
      linear(t.plan, { x: t.input(x), w: w.input(t), y, m, n, k, lora, ...added });
      return () => t.floats(y);
    });
    const [product, low] = [referenceLinear(x, w.values, m, k, n), referenceLinear(h, b, m, rank, n)];
    const expected = product.map((value, i) => value + scale * low[i]! + bias[i % n]! + residual[i]!);
    expectClose(found, expected, 2e-6);
  });
}

function backward(storage: Storage): void {
  it.each(SHAPES)('dX = dY·W of %i rows, %i outputs, %i inputs', async (m, n, k) => {
    const [dy, w] = [floats(1, m * n), storedWeight(2, [n, k], storage)];
    const found = await run((t) => {
      const dx = t.output(m * k);
      linearInputGrad(t.plan, { dy: t.input(dy), w: w.input(t), dx, m, n, k });
      return () => t.floats(dx);
    });
    expectClose(found, linearInputGradient(dy, w.values, m, k, n), 2e-6);
  });

  it('with a LoRA branch, onto what is there', async () => {
    const [m, n, k, rank] = [6, 33, 20, 4];
    const [dy, w, g, a] = [
      floats(1, m * n),
      storedWeight(2, [n, k], storage),
      floats(3, m * rank),
      floats(4, rank * k),
    ];
    const before = floats(5, m * k);
    const found = await run((t) => {
      const dx = t.input(before);
      const low = { g: t.input(g), a: t.input(a), rank };
      linearInputGrad(t.plan, { dy: t.input(dy), w: w.input(t), dx, m, n, k, low, accumulate: true });
      return () => t.floats(dx);
    });
    const [product, below] = [linearInputGradient(dy, w.values, m, k, n), linearInputGradient(g, a, m, k, rank)];
    expectClose(
      found,
      product.map((value, i) => value + below[i]! + before[i]!),
      2e-6,
    );
  });
}

describeKernel(linearNtF16, () => {
  forward('f16');

  it('reads every kind of number: normal, subnormal, zero, either sign, the largest', async () => {
    const weight = Float32Array.of(1, -0.333251953125, 65504, -65504, 2 ** -14, -(2 ** -15), 3 * 2 ** -24, -(2 ** -24));
    const { words } = packedWeight(weight, [2, 4], 'f16');
    const identity = Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1);
    const found = await run((t) => {
      const y = t.output(8);
      linear(t.plan, { x: t.input(identity), w: { ...t.input(words), storage: 'f16' }, y, m: 4, n: 2, k: 4 });
      return () => t.floats(y);
    });
    for (let i = 0; i < 8; i++) expect(found[(i % 4) * 2 + Math.floor(i / 4)]).toBe(weight[i]);
  });
});
describeKernel(linearNtInt8, () => forward('int8'));
describeKernel(linearNtNf4, () => forward('nf4'));
describeKernel(linearNtNf4Double, () => forward('nf4-double'));
describeKernel(linearNnF16, () => backward('f16'));
describeKernel(linearNnInt8, () => backward('int8'));
describeKernel(linearNnNf4, () => backward('nf4'));
describeKernel(linearNnNf4Double, () => backward('nf4-double'));

describeKernel(embedF16, () => {
  it.each([
    [200, 4],
    [129, 20],
  ])('looks up %i ids of width %i in shards, exactly', async (vocab, width) => {
    const ids = Uint32Array.of(0, 1, 63, 64, vocab - 1, 64, 65);
    const w = storedWeight(1, [vocab, width], 'f16');
    const shards = vocabularyShards(vocab, width, 64 * width * 4);
    expect(shards.length).toBeGreaterThan(2);
    const found = await run((t) => {
      const y = t.output(ids.length * width);
      embedTokens(t.plan, { rows: ids.length, width, shards }, { ids: t.input(ids), table: w.input(t), y });
      return () => t.floats(y);
    });
    expect(Float64Array.from(found)).toEqual(embeddingGather(w.values, ids, width));
  });
});

describeKernel(addPositionsF16, () => {
  it('adds the row of each position', async () => {
    const [width, positions, x] = [12, Uint32Array.of(0, 1, 2, 0, 1, 6), floats(2, 72)];
    const w = storedWeight(1, [7, width], 'f16');
    const found = await run((t) => {
      const y = t.output(72);
      const tensors = { positions: t.input(positions), table: w.input(t), x: t.input(x), y };
      addPositionRows(t.plan, { rows: 6, width }, tensors);
      return () => t.floats(y);
    });
    const rows = embeddingGather(w.values, positions, width);
    expect(found).toEqual(x.map((value, i) => value + rows[i]!));
  });
});
