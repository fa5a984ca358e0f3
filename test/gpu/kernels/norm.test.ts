/** RMSNorm and its two gradients against f64. */
import { it } from 'vitest';
import { norm, normGrad, normWeightGrad, rmsnorm, rmsnormGrad, rmsnormWeightGrad } from '../../../src/engine/ops/norm';
import { rmsNorm, rmsNormBackward } from '../../../src/engine/reference/kernels';
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
