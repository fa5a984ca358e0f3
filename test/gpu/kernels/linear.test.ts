/** The three matrix products of a linear layer against f64, on shapes that are no multiple of a tile. */
import { describe, expect, it } from 'vitest';
import {
  biasGrad,
  biasGradient,
  linear,
  linearInputGrad,
  linearNn,
  linearNt,
  linearTn,
  linearWeightGrad,
} from '../../../src/engine/ops/linear';
import {
  linear as referenceLinear,
  linearInputGradient,
  linearWeightGradient,
  loraBackward,
  loraLinear,
} from '../../../src/engine/reference/kernels';
import { expectClose, floats, kernelBench, UNWRITTEN } from '../../helpers/kernel-bench';

const { run, describeKernel } = kernelBench();

/** Rows, outputs, inputs: below, at and past the tiles of 4 × 4 and the workgroups of 32 × 16. */
const SHAPES: [m: number, n: number, k: number][] = [
  [1, 1, 4],
  [1, 33, 8],
  [3, 5, 4],
  [4, 4, 16],
  [17, 31, 12],
  [65, 70, 172],
  [130, 129, 64],
];

describeKernel(linearNt, () => {
  it.each(SHAPES)('y = x·Wᵀ of %i rows, %i outputs, %i inputs', async (m, n, k) => {
    const [x, w] = [floats(1, m * k), floats(2, n * k)];
    const found = await run((t) => {
      const y = t.output(m * n);
      linear(t.plan, { x: t.input(x), w: t.input(w), y, m, n, k });
      return () => t.floats(y);
    });
    expectClose(found, referenceLinear(x, w, m, k, n), 2e-6);
  });

  it.each([
    [5, 7, 8, 4],
    [33, 30, 20, 12],
    [2, 64, 4, 16],
  ])('with a LoRA branch and a residual: %i rows, %i outputs, %i inputs, rank %i', async (m, n, k, rank) => {
    const [x, w, a, b] = [floats(1, m * k), floats(2, n * k), floats(3, rank * k), floats(4, n * rank)];
    const residual = floats(5, m * n);
    const scale = 1.75;
    const found = await run((t) => {
      const [h, y] = [t.plan.tensor('h', m * rank), t.output(m * n)];
      const input = t.input(x);
      linear(t.plan, { x: input, w: t.input(a), y: h, m, n: rank, k });
      const lora = { h, b: t.input(b), rank, scale };
      linear(t.plan, { x: input, w: t.input(w), y, m, n, k, lora, residual: t.input(residual) });
      return () => t.floats(y);
    });
    const product = loraLinear(x, w, a, b, { rows: m, inSize: k, outSize: n, rank, scale });
    expectClose(
      found,
      product.map((value, i) => value + residual[i]!),
      2e-6,
    );
  });

  it.each(SHAPES)('with a bias and a residual: %i rows, %i outputs, %i inputs', async (m, n, k) => {
    const [x, w, bias, residual] = [floats(1, m * k), floats(2, n * k), floats(3, n), floats(4, m * n)];
    const found = await run((t) => {
      const y = t.output(m * n);
      const inputs = { x: t.input(x), w: t.input(w), bias: t.input(bias), residual: t.input(residual) };
      linear(t.plan, { ...inputs, y, m, n, k });
      return () => t.floats(y);
    });
    const product = referenceLinear(x, w, m, k, n);
    expectClose(
      found,
      product.map((value, i) => value + bias[i % n]! + residual[i]!),
      2e-6,
    );
  });

  it('writes a chunk of columns into wider rows and touches nothing else', async () => {
    const [m, n, k, stride, column] = [6, 7, 8, 19, 5];
    const [x, w] = [floats(1, m * k), floats(2, n * k)];
    const found = await run((t) => {
      const y = t.output(m * stride);
      linear(t.plan, { x: t.input(x), w: t.input(w), y, m, n, k, stride, column });
      return () => t.floats(y);
    });
    const expected = new Float64Array(m * stride).fill(UNWRITTEN);
    const product = referenceLinear(x, w, m, k, n);
    for (let r = 0; r < m; r++) expected.set(product.subarray(r * n, (r + 1) * n), r * stride + column);
    for (let i = 0; i < expected.length; i++) {
      if (expected[i] === UNWRITTEN) expect(found[i]).toBe(UNWRITTEN);
      else expect(Math.abs(found[i]! - expected[i]!)).toBeLessThan(2e-6);
    }
  });

  it('gives a row the same bits whatever rows are beside it', async () => {
    const [m, n, k] = [9, 21, 64];
    const [x, w] = [floats(1, m * k), floats(2, n * k)];
    const product = (rows: Float32Array) =>
      run((t) => {
        const y = t.output((rows.length / k) * n);
        linear(t.plan, { x: t.input(rows), w: t.input(w), y, m: rows.length / k, n, k });
        return () => t.floats(y);
      });
    const together = await product(x);
    for (const row of [0, 3, 6, 8]) {
      const alone = await product(x.slice(row * k, (row + 1) * k));
      expect(alone).toEqual(together.slice(row * n, (row + 1) * n));
    }
  });
});

describeKernel(linearNn, () => {
  it.each(SHAPES)('dX = dY·W of %i rows, %i outputs, %i inputs', async (m, n, k) => {
    const [dy, w] = [floats(1, m * n), floats(2, n * k)];
    const found = await run((t) => {
      const dx = t.output(m * k);
      linearInputGrad(t.plan, { dy: t.input(dy), w: t.input(w), dx, m, n, k });
      return () => t.floats(dx);
    });
    expectClose(found, linearInputGradient(dy, w, m, k, n), 2e-6);
  });

  it('adds to what is there, scaled', async () => {
    const [m, n, k, scale] = [7, 9, 12, 0.375];
    const [dy, w, before] = [floats(1, m * n), floats(2, n * k), floats(3, m * k)];
    const found = await run((t) => {
      const dx = t.input(before);
      linearInputGrad(t.plan, { dy: t.input(dy), w: t.input(w), dx, m, n, k, accumulate: true, scale });
      return () => t.floats(dx);
    });
    const product = linearInputGradient(dy, w, m, k, n);
    expectClose(
      found,
      product.map((value, i) => before[i]! + scale * value),
      2e-6,
    );
  });

  it('reads a chunk of columns out of wider rows', async () => {
    const [m, n, k, stride] = [5, 6, 8, 11];
    const [wide, w] = [floats(1, m * stride), floats(2, n * k)];
    const found = await run((t) => {
      const dx = t.output(m * k);
      linearInputGrad(t.plan, { dy: t.input(wide), w: t.input(w), dx, m, n, k, stride });
      return () => t.floats(dx);
    });
    expectClose(found, linearInputGradient(columnsOf(wide, m, stride, n), w, m, k, n), 2e-6);
  });
});

describeKernel(linearTn, () => {
  it.each(SHAPES)('dW += dYᵀ·X of %i rows, %i outputs, %i inputs', async (m, n, k) => {
    const [dy, x, before] = [floats(1, m * n), floats(2, m * k), floats(3, n * k)];
    const found = await run((t) => {
      const dw = t.input(before);
      linearWeightGrad(t.plan, { dy: t.input(dy), x: t.input(x), dw, m, n, k });
      return () => t.floats(dw);
    });
    const product = linearWeightGradient(dy, x, m, k, n);
    expectClose(
      found,
      product.map((value, i) => before[i]! + value),
      2e-6,
    );
  });

  it('reads a chunk of columns out of wider rows, scaled', async () => {
    const [m, n, k, stride, scale] = [13, 6, 8, 11, -1.5];
    const [wide, x] = [floats(1, m * stride), floats(2, m * k)];
    const found = await run((t) => {
      const dw = t.input(new Float32Array(n * k));
      linearWeightGrad(t.plan, { dy: t.input(wide), x: t.input(x), dw, m, n, k, stride, scale });
      return () => t.floats(dw);
    });
    const product = linearWeightGradient(columnsOf(wide, m, stride, n), x, m, k, n);
    expectClose(
      found,
      product.map((value) => scale * value),
      2e-6,
    );
  });
});

describe('backward of a LoRA layer', () => {
  it.each([
    [9, 10, 8, 4],
    [34, 64, 172, 8],
  ])('dX, dA and dB of %i rows, %i outputs, %i inputs, rank %i', async (m, n, k, rank) => {
    const [dy, x, w] = [floats(1, m * n), floats(2, m * k), floats(3, n * k)];
    const [a, b, scale] = [floats(4, rank * k), floats(5, n * rank), 0.5];
    const found = await run((t) => {
      const [h, low, dx] = [t.plan.tensor('h', m * rank), t.plan.tensor('low', m * rank), t.output(m * k)];
      const [da, db] = [t.input(new Float32Array(rank * k)), t.input(new Float32Array(n * rank))];
      const [tdy, tx, ta, tb] = [t.input(dy), t.input(x), t.input(a), t.input(b)];
      linear(t.plan, { x: tx, w: ta, y: h, m, n: rank, k });
      linearInputGrad(t.plan, { dy: tdy, w: tb, dx: low, m, n, k: rank, scale });
      linearWeightGrad(t.plan, { dy: tdy, x: h, dw: db, m, n, k: rank, scale });
      linearWeightGrad(t.plan, { dy: low, x: tx, dw: da, m, n: rank, k });
      linearInputGrad(t.plan, { dy: tdy, w: t.input(w), dx, m, n, k, low: { g: low, a: ta, rank } });
      return async () => ({ dx: await t.floats(dx), da: await t.floats(da), db: await t.floats(db) });
    });
    const expected = loraBackward(dy, x, w, a, b, { rows: m, inSize: k, outSize: n, rank, scale });
    expectClose(found.dx, expected.dx, 2e-6);
    expectClose(found.da, expected.da, 2e-6);
    expectClose(found.db, expected.db, 2e-6);
  });
});

/** The first `columns` of each row of `stride` elements. */
function columnsOf(wide: Float32Array, rows: number, stride: number, columns: number): Float32Array {
  const narrow = new Float32Array(rows * columns);
  for (let r = 0; r < rows; r++) narrow.set(wide.subarray(r * stride, r * stride + columns), r * columns);
  return narrow;
}

describeKernel(biasGrad, () => {
  it.each([
    [1, 4],
    [67, 20],
    [130, 260],
  ])('column sums of %i rows of width %i, onto what is there', async (rows, width) => {
    const [dy, before] = [floats(1, rows * width), floats(2, width)];
    const found = await run((t) => {
      const db = t.input(before);
      biasGradient(t.plan, { rows, width }, { dy: t.input(dy), db });
      return () => t.floats(db);
    });
    const expected = Float64Array.from(before);
    dy.forEach((value, i) => (expected[i % width]! += value));
    expectClose(found, expected, 2e-6);
  });
});
