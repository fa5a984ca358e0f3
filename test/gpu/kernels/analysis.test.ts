/** What probes ask of hidden states: attention that passes padding over, and means over spans, against f64. */
import { expect, it } from 'vitest';
import { attendPadded, attentionPadded, poolRows, poolSpans } from '../../../src/engine/ops/analysis';
import { attention } from '../../../src/engine/reference/kernels';
import { expectClose, floats, kernelBench } from '../../helpers/kernel-bench';

const { run, describeKernel } = kernelBench();

interface Case {
  heads: number;
  kvHeads: number;
  headDim: number;
  /** Tokens of each segment, and those of them that are padding. */
  segments: [tokens: number, padding: number][];
}

const CASES: Case[] = [
  { heads: 1, kvHeads: 1, headDim: 4, segments: [[1, 0]] },
  { heads: 4, kvHeads: 2, headDim: 8, segments: [[3, 2], [7, 0], [12, 5]] },
  { heads: 4, kvHeads: 1, headDim: 36, segments: [[5, 1], [9, 8]] },
  { heads: 8, kvHeads: 2, headDim: 64, segments: [[33, 3], [2, 0], [40, 31]] },
]; // prettier-ignore

function placesOf({ segments }: Case) {
  const starts: number[] = [];
  const keyEnds: number[] = [];
  for (const [tokens, padding] of segments) {
    const start = starts.length;
    for (let i = 0; i < tokens; i++) {
      starts.push(start);
      keyEnds.push(Math.min(start + i + 1, start + tokens - padding));
    }
  }
  return { rows: starts.length, start: Uint32Array.from(starts), keyEnd: Uint32Array.from(keyEnds) };
}

describeKernel(attentionPadded, () => {
  it.each(CASES)('$heads heads over $kvHeads, dimension $headDim, segments $segments', async (shape) => {
    const { rows, start, keyEnd } = placesOf(shape);
    const { heads, kvHeads, headDim } = shape;
    const [q, k, v] = [1, 2, 3].map((seed, i) => floats(seed, rows * (i === 0 ? heads : kvHeads) * headDim, 2)) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const found = await run((t) => {
      const o = t.output(q.length);
      const inputs = { segment_start: t.input(start), key_end: t.input(keyEnd), q: t.input(q), k: t.input(k) };
      attendPadded(t.plan, { rows, heads, kvHeads, headDim }, { ...inputs, v: t.input(v), o });
      return () => t.floats(o);
    });
    expectClose(found, attention(q, k, v, start, shape, keyEnd).o, 2e-6);
    const unpadded = attention(q, k, v, start, shape).o;
    if (shape.segments.some(([, padding]) => padding > 0)) {
      expect(Math.max(...found.map((value, i) => Math.abs(value - unpadded[i]!)))).toBeGreaterThan(0.01);
    }
  });
});

describeKernel(poolRows, () => {
  it.each([
    { rows: 1, width: 4, spans: [0, 1] },
    { rows: 9, width: 12, spans: [0, 9, 3, 4, 2, 8, 5, 5] },
    { rows: 70, width: 68, spans: Array.from({ length: 130 }, (_, i) => Math.floor(i / 2) + (i % 2) * 5) },
  ])('$rows rows of $width; an empty span gives zeros', async ({ rows, width, spans }) => {
    const x = floats(5, rows * width, 3);
    const count = spans.length / 2;
    const found = await run((t) => {
      const y = t.output(count * width);
      poolSpans(t.plan, { spans: count, width }, { spans: t.input(Uint32Array.from(spans)), x: t.input(x), y });
      return () => t.floats(y);
    });
    const expected = new Float64Array(count * width);
    for (let i = 0; i < count; i++) {
      const [first, end] = [spans[2 * i]!, spans[2 * i + 1]!];
      for (let j = 0; j < width; j++) {
        let sum = 0;
        for (let row = first; row < end; row++) sum += x[row * width + j]!;
        expected[i * width + j] = end > first ? sum / (end - first) : 0;
      }
    }
    expectClose(found, expected, 1e-6);
  });
});
