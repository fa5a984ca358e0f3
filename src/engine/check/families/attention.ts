/** Rotary positions and attention over packed rows, forward and backward, and as probes read hidden states. */
import { attendPadded, poolSpans } from '../../ops/analysis';
import { attend, attendGrad, rotate } from '../../ops/attention';
import { attention, attentionBackward } from '../../reference/attention';
import { rope } from '../../reference/elementwise';
import { floats } from '../numbers';
import { near, type FamilyCheck } from '../types';

const SHAPE = { heads: 4, kvHeads: 2, headDim: 36 };
const SEGMENTS = [5, 1, 9];
const ROWS = 15;
const HALF = 18;

const starts = Uint32Array.from(SEGMENTS.flatMap((n, i) => Array<number>(n).fill(sum(SEGMENTS.slice(0, i)))));
const ends = Uint32Array.from(SEGMENTS.flatMap((n, i) => Array<number>(n).fill(sum(SEGMENTS.slice(0, i + 1)))));
/** The last tokens of the last segment are padding. */
const keyEnd = Uint32Array.from(starts, (_, t) => Math.min(t + 1, 12));

export const attentionCheck: FamilyCheck = {
  name: 'attention',
  title: 'Attention and positions',
  async run(run) {
    const { heads, kvHeads, headDim } = SHAPE;
    const [size, kvSize] = [ROWS * heads * headDim, ROWS * kvHeads * headDim];
    const [q, k, v, dO] = [floats(1, size, 2), floats(2, kvSize, 2), floats(3, kvSize), floats(4, size)];
    const frequencies = Array.from({ length: HALF }, (_, i) => 10_000 ** (-i / HALF));
    const positions = starts.map((start, t) => t - start);
    const angles = Array.from({ length: 16 }, (_, at) => frequencies.map((f) => at * f)).flat();
    const shape = { rows: ROWS, ...SHAPE };
    const found = await run((t) => {
      const [o, padded, dq, dk, dv] = [size, size, size, kvSize, kvSize].map((n) => t.output(n));
      const [stats, turned, pooled] = [t.output(2 * ROWS * heads), t.input(q), t.output(2 * heads * headDim)];
      const inputs = { segment_start: t.input(starts), q: t.input(q), k: t.input(k), v: t.input(v) };
      attend(t.plan, shape, { ...inputs, o: o!, row_stats: stats });
      const outputs = { o: o!, row_stats: stats, dq: dq!, dk: dk!, dv: dv! };
      attendGrad(t.plan, shape, { ...inputs, segment_end: t.input(ends), d_o: t.input(dO), ...outputs });
      attendPadded(t.plan, shape, { ...inputs, key_end: t.input(keyEnd), o: padded! });
      const spans = t.input(Uint32Array.of(0, 5, 6, 15));
      poolSpans(t.plan, { spans: 2, width: heads * headDim }, { spans, x: inputs.q, y: pooled });
      const tables = { cosine: Float32Array.from(angles, Math.cos), sine: Float32Array.from(angles, Math.sin) };
      const turning = { positions: t.input(positions), cosine: t.input(tables.cosine), sine: t.input(tables.sine) };
      rotate(t.plan, { rows: ROWS, heads, headDim, half: HALF }, { ...turning, x: turned });
      return () => Promise.all([o!, dq!, dk!, dv!, padded!, pooled, turned].map((tensor) => t.floats(tensor)));
    });
    const back = attentionBackward(dO, q, k, v, starts, SHAPE);
    const width = heads * headDim;
    const means = Float64Array.from({ length: 2 * width }, (_, i) => {
      const [first, end] = i < width ? [0, 5] : [6, 15];
      return (
        sum(Array.from({ length: end - first }, (_, row) => q[(first + row) * width + (i % width)]!)) / (end - first)
      );
    });
    return [
      near('attention', found[0]!, attention(q, k, v, starts, SHAPE).o, 8e-6),
      near('gradient of queries', found[1]!, back.dq, 2e-5),
      near('gradient of keys', found[2]!, back.dk, 2e-5),
      near('gradient of values', found[3]!, back.dv, 2e-5),
      near('attention that passes padding over', found[4]!, attention(q, k, v, starts, SHAPE, keyEnd).o, 8e-6),
      near('means over spans', found[5]!, means, 4e-6),
      near('rotary positions', found[6]!, rope(q, positions, frequencies, SHAPE), 4e-6),
    ];
  },
};

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
