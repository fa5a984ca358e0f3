/** RMSNorm, LayerNorm and their gradients against f64. */
import { it } from 'vitest';
import {
  layerNorm,
  layernorm,
  layerNormGrad,
  layernormGrad,
  layerNormWeightGrad,
  layernormWeightGrad,
  norm,
  normGrad,
  normWeightGrad,
  rmsnorm,
  rmsnormGrad,
  rmsnormWeightGrad,
} from '../../../src/engine/ops/norm';
import {
  layerNorm as referenceLayerNorm,
  layerNormBackward,
  rmsNorm,
  rmsNormBackward,
} from '../../../src/engine/reference/kernels';
import { expectClose, floats, kernelBench } from '../../helpers/kernel-bench';

const { run, describeKernel } = kernelBench();

const SHAPES: [rows: number, width: number, spread: number][] = [
  [1, 4, 1],
  [3, 8, 30],
  [65, 64, 0.01],
  [7, 172, 1],
  [130, 12, 1],
];
const EPSILON = 1e-5;

function scales(x: Float32Array, rows: number, width: number): Float64Array {
  const ones = new Float64Array(width).fill(1);
  const y = rmsNorm(x, ones, rows, width, EPSILON);
  return Float64Array.from({ length: rows }, (_, r) => y[r * width]! / x[r * width]!);
}

describeKernel(rmsnorm, () => {
  it.each(SHAPES)(
    '%i rows of width %i, values to %d; the reciprocal root mean square is kept',
    async (rows, width, s) => {
      const [x, weight] = [floats(1, rows * width, s), floats(2, width)];
      const found = await run((t) => {
        const [y, scale] = [t.output(rows * width), t.output(rows)];
        norm(t.plan, { rows, width, epsilon: EPSILON }, { x: t.input(x), weight: t.input(weight), y, scale });
        return async () => ({ y: await t.floats(y), scale: await t.floats(scale) });
      });
      expectClose(found.y, rmsNorm(x, weight, rows, width, EPSILON), 1e-6);
      expectClose(found.scale, scales(x, rows, width), 1e-6);
    },
  );

  it('with an offset of the weights and a residual, and back', async () => {
    const [rows, width, offset] = [7, 12, 1];
    const [x, weight, residual, dy] = [1, 2, 3, 4].map((seed) => floats(seed, seed === 2 ? width : rows * width));
    const found = await run((t) => {
      const [y, scale, dx] = [t.output(rows * width), t.output(rows), t.output(rows * width)];
      const inputs = { x: t.input(x!), weight: t.input(weight!), scale };
      const shape = { rows, width, offset, epsilon: EPSILON };
      norm(t.plan, shape, { ...inputs, y, residual: t.input(residual!) });
      normGrad(t.plan, shape, { ...inputs, dy: t.input(dy!), dx });
      return async () => ({ y: await t.floats(y), dx: await t.floats(dx) });
    });
    const shifted = weight!.map((w) => w + offset);
    const y = rmsNorm(x!, shifted, rows, width, EPSILON);
    expectClose(
      found.y,
      y.map((value, i) => value + residual![i]!),
      1e-6,
    );
    expectClose(found.dx, rmsNormBackward(dy!, x!, shifted, rows, width, EPSILON).dx, 2e-6);
  });

  it('a row of zeros stays zero, held up by ε', async () => {
    const found = await run((t) => {
      const [y, scale] = [t.output(8), t.output(2)];
      const x = t.input(Float32Array.of(0, 0, 0, 0, 1, 2, 3, 4));
      norm(t.plan, { rows: 2, width: 4, epsilon: EPSILON }, { x, weight: t.input(floats(1, 4)), y, scale });
      return () => t.floats(y);
    });
    expectClose(found.slice(0, 4), new Float32Array(4), 1e-30);
  });
});

describeKernel(rmsnormGrad, () => {
  it.each(SHAPES.flatMap((shape) => [false, true].map((residual) => [...shape, residual] as const)))(
    'dx of %i rows of width %i, values to %d, residual %s',
    async (rows, width, spread, withResidual) => {
      const [x, weight, dy] = [floats(1, rows * width, spread), floats(2, width), floats(3, rows * width)];
      const residual = floats(4, rows * width);
      const found = await run((t) => {
        const [y, scale, dx] = [t.output(rows * width), t.output(rows), t.output(rows * width)];
        const inputs = { x: t.input(x), weight: t.input(weight) };
        norm(t.plan, { rows, width, epsilon: EPSILON }, { ...inputs, y, scale });
        const extra = withResidual ? { residual: t.input(residual) } : {};
        normGrad(t.plan, { rows, width }, { ...inputs, scale, dy: t.input(dy), dx, ...extra });
        return () => t.floats(dx);
      });
      const { dx } = rmsNormBackward(dy, x, weight, rows, width, EPSILON);
      expectClose(found, withResidual ? dx.map((value, i) => value + residual[i]!) : dx, 2e-6);
    },
  );
});

describeKernel(rmsnormWeightGrad, () => {
  it.each(SHAPES)('dw of %i rows of width %i, values to %d, added to what is there', async (rows, width, spread) => {
    const [x, dy, before] = [floats(1, rows * width, spread), floats(3, rows * width), floats(5, width)];
    const scale = Float32Array.from(scales(x, rows, width));
    const found = await run((t) => {
      const dw = t.input(before);
      normWeightGrad(t.plan, { rows, width }, { x: t.input(x), scale: t.input(scale), dy: t.input(dy), dw });
      return () => t.floats(dw);
    });
    const { dw } = rmsNormBackward(dy, x, new Float64Array(width).fill(1), rows, width, EPSILON);
    expectClose(
      found,
      dw.map((value, i) => value + before[i]!),
      2e-6,
    );
  });
});

/** Values around a mean that is large against their spread are the hard case. */
const layerInputs = (rows: number, width: number, spread: number) => ({
  x: floats(1, rows * width, spread).map((value) => value + 5 * spread),
  weight: floats(2, width),
  bias: floats(6, width),
  dy: floats(3, rows * width),
});

describeKernel(layernorm, () => {
  it.each(SHAPES)('%i rows of width %i, values to %d', async (rows, width, spread) => {
    const { x, weight, bias } = layerInputs(rows, width, spread);
    const found = await run((t) => {
      const [y, stats] = [t.output(rows * width), t.output(rows * 2)];
      const inputs = { x: t.input(x), weight: t.input(weight), bias: t.input(bias) };
      layerNorm(t.plan, { rows, width, epsilon: EPSILON }, { ...inputs, y, stats });
      return () => t.floats(y);
    });
    expectClose(found, referenceLayerNorm(x, weight, bias, rows, width, EPSILON), 4e-6);
  });
});

const layerBackward = (rows: number, width: number, spread: number, residual: Float32Array | null) => {
  const { x, weight, bias, dy } = layerInputs(rows, width, spread);
  return run((t) => {
    const [y, stats, dx, dw] = [rows * width, rows * 2, rows * width, width].map((n) => t.input(new Float32Array(n)));
    const inputs = { x: t.input(x), weight: t.input(weight) };
    layerNorm(t.plan, { rows, width, epsilon: EPSILON }, { ...inputs, bias: t.input(bias), y: y!, stats: stats! });
    const given = { stats: stats!, dy: t.input(dy) };
    const extra = residual ? { residual: t.input(residual) } : {};
    layerNormGrad(t.plan, { rows, width }, { ...inputs, ...given, dx: dx!, ...extra });
    layerNormWeightGrad(t.plan, { rows, width }, { x: inputs.x, ...given, dw: dw! });
    return async () => ({ dx: await t.floats(dx!), dw: await t.floats(dw!) });
  });
};

describeKernel(layernormGrad, () => {
  it.each(SHAPES)(
    'dx of %i rows of width %i, values to %d, with and without a residual',
    async (rows, width, spread) => {
      const { x, weight, dy } = layerInputs(rows, width, spread);
      const { dx } = layerNormBackward(dy, x, weight, rows, width, EPSILON);
      expectClose((await layerBackward(rows, width, spread, null)).dx, dx, 1e-5);
      const residual = floats(4, rows * width);
      const expected = dx.map((value, i) => value + residual[i]!);
      expectClose((await layerBackward(rows, width, spread, residual)).dx, expected, 1e-5);
    },
  );
});

describeKernel(layernormWeightGrad, () => {
  it.each(SHAPES)('dw of %i rows of width %i, values to %d', async (rows, width, spread) => {
    const { x, weight, dy } = layerInputs(rows, width, spread);
    const { dw } = layerNormBackward(dy, x, weight, rows, width, EPSILON);
    expectClose((await layerBackward(rows, width, spread, null)).dw, dw, 5e-6);
  });
});
