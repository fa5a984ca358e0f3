/** Rotary positions and grouped-query attention over packed rows, forward and backward, against f64. */
import { describe, expect, it } from 'vitest';
import {
  attend,
  attendGrad,
  attention,
  attentionDelta,
  attentionGradKv,
  attentionGradQ,
  rope,
  rotate,
  type HeadShape,
} from '../../../src/engine/ops/attention';
import {
  attention as referenceAttention,
  attentionBackward,
  rope as referenceRope,
  ropeBackward,
} from '../../../src/engine/reference/kernels';
import { expectClose, floats, kernelBench } from '../../helpers/kernel-bench';

const { run, describeKernel } = kernelBench();

interface Case extends HeadShape {
  /** Lengths of the segments of the row. */
  segments: number[];
  /** Inputs uniform in ±spread: 1 gives soft attention, 6 nearly one-hot. */
  spread: number;
}

/** Groups of 1, 2 and 4 query heads; head dimensions below, at and past the 32 of one slice; segments of one token. */
const CASES: Case[] = [
  { heads: 1, kvHeads: 1, headDim: 4, segments: [1], spread: 1 },
  { heads: 4, kvHeads: 2, headDim: 8, segments: [1, 7, 1, 12], spread: 1 },
  { heads: 4, kvHeads: 1, headDim: 36, segments: [5, 1, 9], spread: 1 },
  { heads: 2, kvHeads: 2, headDim: 64, segments: [3, 14], spread: 1 },
  { heads: 8, kvHeads: 2, headDim: 4, segments: [33, 2, 40], spread: 6 },
  { heads: 4, kvHeads: 2, headDim: 8, segments: [9, 1, 12], spread: 1, window: 4, scale: 0.2 },
  { heads: 1, kvHeads: 1, headDim: 4, segments: [5, 3], spread: 1, window: 1 },
].map((each) => ({ ...each, rows: each.segments.reduce((sum, length) => sum + length, 0) }));
const NAME = '$heads heads over $kvHeads, dimension $headDim, segments $segments, inputs to $spread, window $window';

/** First key of each token: that of its segment, or of its window. */
const seen = ({ segments, window }: Case) =>
  starts(segments).map((start, t) => Math.max(start, window ? t + 1 - window : 0));

const starts = (segments: number[]) => boundaries(segments, (start) => start);
const ends = (segments: number[]) => boundaries(segments, (start, length) => start + length);

function boundaries(segments: number[], pick: (start: number, length: number) => number): Uint32Array {
  const list: number[] = [];
  for (const length of segments) {
    const value = pick(list.length, length);
    for (let i = 0; i < length; i++) list.push(value);
  }
  return Uint32Array.from(list);
}

function inputsOf({ rows, heads, kvHeads, headDim, spread }: Case) {
  return {
    q: floats(1, rows * heads * headDim, spread),
    k: floats(2, rows * kvHeads * headDim, spread),
    v: floats(3, rows * kvHeads * headDim),
    dO: floats(4, rows * heads * headDim),
  };
}

function forward(shape: Case) {
  const { q, k, v } = inputsOf(shape);
  return run((t) => {
    const [o, row_stats] = [t.output(q.length), t.output(2 * shape.rows * shape.heads)];
    const tensors = { segment_start: t.input(starts(shape.segments)), q: t.input(q), k: t.input(k), v: t.input(v) };
    attend(t.plan, shape, { ...tensors, o, row_stats });
    return async () => ({ o: await t.floats(o), rowStats: await t.floats(row_stats) });
  });
}

function backward(shape: Case) {
  const { q, k, v, dO } = inputsOf(shape);
  return run((t) => {
    const outputs = { dq: t.output(q.length), dk: t.output(k.length), dv: t.output(v.length) };
    const [o, row_stats] = [t.output(q.length), t.output(2 * shape.rows * shape.heads)];
    const tensors = {
      segment_start: t.input(starts(shape.segments)),
      q: t.input(q),
      k: t.input(k),
      v: t.input(v),
      o,
      row_stats,
    };
    attend(t.plan, shape, tensors);
    attendGrad(t.plan, shape, {
      ...tensors,
      segment_end: t.input(ends(shape.segments)),
      d_o: t.input(dO),
      ...outputs,
    });
    return async () => ({
      dq: await t.floats(outputs.dq),
      dk: await t.floats(outputs.dk),
      dv: await t.floats(outputs.dv),
      rowStats: await t.floats(row_stats),
    });
  });
}

describeKernel(attention, () => {
  it.each(CASES)(`output and log-sum-exp: ${NAME}`, async (shape) => {
    const { q, k, v } = inputsOf(shape);
    const expected = referenceAttention(q, k, v, seen(shape), shape);
    const found = await forward(shape);
    expectClose(found.o, expected.o, 4e-6);
    expectClose(found.rowStats.slice(0, expected.lse.length), expected.lse, 2e-6);
  });

  it('a segment of one token copies its value', async () => {
    const shape: Case = { rows: 1, heads: 4, kvHeads: 2, headDim: 8, segments: [1], spread: 1 };
    const { v } = inputsOf(shape);
    const { o } = await forward(shape);
    for (let head = 0; head < 4; head++) {
      expect(o.slice(head * 8, head * 8 + 8)).toEqual(v.slice(Math.floor(head / 2) * 8, Math.floor(head / 2) * 8 + 8));
    }
  });
});

describeKernel(attentionDelta, () => {
  it.each(CASES)(`Σ o·dO in the second half of the statistics: ${NAME}`, async (shape) => {
    const { q, k, v, dO } = inputsOf(shape);
    const { o } = referenceAttention(q, k, v, seen(shape), shape);
    const count = shape.rows * shape.heads;
    const expected = Float64Array.from({ length: count }, (_, i) => {
      let sum = 0;
      for (let d = 0; d < shape.headDim; d++) sum += o[i * shape.headDim + d]! * dO[i * shape.headDim + d]!;
      return sum;
    });
    const { rowStats } = await backward(shape);
    expectClose(rowStats.slice(count), expected, 4e-6);
  });
});

describeKernel(attentionGradQ, () => {
  it.each(CASES)(`dq: ${NAME}`, async (shape) => {
    const { q, k, v, dO } = inputsOf(shape);
    const expected = attentionBackward(dO, q, k, v, seen(shape), shape);
    expectClose((await backward(shape)).dq, expected.dq, 1e-5);
  });
});

describeKernel(attentionGradKv, () => {
  it.each(CASES)(`dk and dv: ${NAME}`, async (shape) => {
    const { q, k, v, dO } = inputsOf(shape);
    const expected = attentionBackward(dO, q, k, v, seen(shape), shape);
    const found = await backward(shape);
    expectClose(found.dk, expected.dk, 1e-5);
    expectClose(found.dv, expected.dv, 1e-5);
  });
});

describeKernel(rope, () => {
  const SHAPES = [
    { rows: 1, heads: 1, headDim: 4, half: 2 },
    { rows: 13, heads: 3, headDim: 8, half: 4 },
    { rows: 9, heads: 2, headDim: 36, half: 18 },
    { rows: 9, heads: 2, headDim: 16, half: 2 },
  ];
  const frequencies = (half: number) => Array.from({ length: half }, (_, i) => 10_000 ** (-i / half));
  /** Positions of a packed row: they start anew, and reach the last one the table has. */
  const positionsOf = (rows: number) => Uint32Array.from({ length: rows }, (_, t) => (t === 0 ? 511 : (t * 5) % 7));

  function tables(half: number) {
    const angles = Array.from({ length: 512 }, (_, position) => frequencies(half).map((f) => position * f)).flat();
    return { cosine: Float32Array.from(angles, Math.cos), sine: Float32Array.from(angles, Math.sin) };
  }

  describe.each([false, true])('backward %s', (isBackward) => {
    it.each(SHAPES)(
      '$rows rows, $heads heads, 2 × $half of $headDim dimensions',
      async ({ rows, heads, headDim, half }) => {
        const [x, positions] = [floats(1, rows * heads * headDim), positionsOf(rows)];
        const { cosine, sine } = tables(half);
        const found = await run((t) => {
          const tensor = t.input(x);
          const inputs = { positions: t.input(positions), cosine: t.input(cosine), sine: t.input(sine), x: tensor };
          rotate(t.plan, { rows, heads, headDim, half, backward: isBackward }, inputs);
          return () => t.floats(tensor);
        });
        const reference = isBackward ? ropeBackward : referenceRope;
        expectClose(found, reference(x, positions, frequencies(half), { heads, headDim }), 1e-6);
      },
    );
  });
});
