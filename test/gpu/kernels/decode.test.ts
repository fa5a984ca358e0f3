/** Kernels of incremental decoding: cache, attention over prompt and cache, sampler; against f64. */
import { describe, expect, it } from 'vitest';
import { STREAM } from '../../../src/core/philox';
import { ABSENT } from '../../../src/engine/decoder/inputs';
import {
  appendKeys,
  attendCached,
  decodeAttention,
  kvAppend,
  ROW_WIDTH,
  sample,
  sampleTokens,
  SETTINGS_WIDTH,
} from '../../../src/engine/ops/decode';
import { argmaxOf, attention as referenceAttention, logSumExp } from '../../../src/engine/reference/kernels';
import { drawToken, drawUnit, truncatedDistribution, type Truncation } from '../../../src/engine/reference/sampler';
import { expectClose, floats, kernelBench, UNWRITTEN } from '../../helpers/kernel-bench';
import { multinomialFit } from '../../helpers/multinomial';

const { run, describeKernel } = kernelBench();

/** The shader's Row, in its order. */
interface Row {
  promptStart: number;
  promptLength: number;
  slot: number;
  generated: number;
  logitsRow: number;
  sample: number;
  prompt: number;
  finished: number;
}
const rowOf = (fields: Partial<Row>): Row => ({
  ...{ promptStart: 0, promptLength: 1, slot: 0, generated: 0, logitsRow: 0, sample: 0, prompt: 0, finished: 0 },
  ...fields,
});
const rowWords = (rows: Row[]) => Uint32Array.from(rows.flatMap((row) => Object.values(row) as number[]));

describeKernel(kvAppend, () => {
  it('puts every live row’s key and value at its slot and step, and nothing else anywhere', async () => {
    const [width, capacity, slots] = [12, 5, 6];
    const rows = [
      rowOf({ slot: 4, generated: 1 }),
      rowOf({ slot: 0, generated: 5 }),
      rowOf({ slot: 2, generated: 3, finished: 1 }),
      rowOf({ slot: 3, generated: 2 }),
      rowOf({ slot: 1, generated: 6 }),
    ];
    const [k, v] = [floats(1, rows.length * width), floats(2, rows.length * width)];
    const found = await run((t) => {
      const [cache_k, cache_v] = [t.output(slots * capacity * width), t.output(slots * capacity * width)];
      const inputs = { rows: t.input(rowWords(rows)), k: t.input(k), v: t.input(v) };
      appendKeys(t.plan, { rows: rows.length, width, capacity }, { ...inputs, cache_k, cache_v });
      return async () => [await t.floats(cache_k), await t.floats(cache_v)];
    });
    [k, v].forEach((values, which) => {
      const expected = new Float32Array(slots * capacity * width).fill(UNWRITTEN);
      for (const i of [0, 1, 3]) {
        const at = (rows[i]!.slot * capacity + rows[i]!.generated - 1) * width;
        expected.set(values.subarray(i * width, (i + 1) * width), at);
      }
      expect(found[which]).toEqual(expected);
    });
  });
});

describeKernel(decodeAttention, () => {
  it.each([
    { heads: 1, kvHeads: 1, headDim: 4 },
    { heads: 4, kvHeads: 2, headDim: 8 },
    { heads: 4, kvHeads: 1, headDim: 36 },
    { heads: 2, kvHeads: 2, headDim: 64 },
  ])('$heads heads over $kvHeads of dimension $headDim: prompt, then own tokens', async (shape) => {
    const { heads, kvHeads, headDim } = shape;
    const [capacity, promptTokens] = [6, 20];
    const [width, kvWidth] = [heads * headDim, kvHeads * headDim];
    // Two rows share a prompt, one has generated up to its capacity, one is finished, slots are not in order.
    const rows = [
      rowOf({ promptStart: 3, promptLength: 9, slot: 2, generated: 1 }),
      rowOf({ promptStart: 3, promptLength: 9, slot: 0, generated: 6 }),
      rowOf({ promptStart: 12, promptLength: 8, slot: 1, generated: 2, finished: 1 }),
      rowOf({ promptStart: 0, promptLength: 1, slot: 3, generated: 3 }),
    ];
    const q = floats(1, rows.length * width, 2);
    const [promptK, promptV] = [floats(2, promptTokens * kvWidth, 2), floats(3, promptTokens * kvWidth)];
    const [cacheK, cacheV] = [floats(4, 4 * capacity * kvWidth, 2), floats(5, 4 * capacity * kvWidth)];
    const found = await run((t) => {
      const o = t.output(rows.length * width);
      attendCached(
        t.plan,
        { rows: rows.length, ...shape, capacity },
        {
          ...{ rows: t.input(rowWords(rows)), q: t.input(q), o },
          ...{ prompt_k: t.input(promptK), prompt_v: t.input(promptV) },
          ...{ cache_k: t.input(cacheK), cache_v: t.input(cacheV) },
        },
      );
      return () => t.floats(o);
    });
    rows.forEach((row, i) => {
      const mine = found.slice(i * width, (i + 1) * width);
      if (row.finished) {
        expect(mine.every((value) => value === UNWRITTEN)).toBe(true);
        return;
      }
      const tokens = row.promptLength + row.generated;
      const joined = (prompt: Float32Array, cache: Float32Array) =>
        Float32Array.of(
          ...prompt.subarray(row.promptStart * kvWidth, (row.promptStart + row.promptLength) * kvWidth),
          ...cache.subarray(row.slot * capacity * kvWidth, (row.slot * capacity + row.generated) * kvWidth),
        );
      const queries = new Float32Array(tokens * width);
      queries.set(q.subarray(i * width, (i + 1) * width), (tokens - 1) * width);
      const [keys, values] = [joined(promptK, cacheK), joined(promptV, cacheV)];
      const { o } = referenceAttention(queries, keys, values, new Uint32Array(tokens), shape);
      expectClose(mine, o.slice((tokens - 1) * width), 4e-6);
    });
  });
});

interface Draw extends Truncation {
  rows: Row[];
  logits: Float32Array;
  vocab: number;
  capacity: number;
  seed: number;
  stream: number;
  stopIds: number[];
  fromPrompt: boolean;
}

const drawOf = (draw: Partial<Draw> & Pick<Draw, 'rows' | 'logits' | 'vocab'>): Draw => ({
  ...{ temperature: 1, topK: 0, topP: 1, capacity: 4, seed: 11, stream: 3, stopIds: [], fromPrompt: false },
  ...draw,
});

function settingsWords(d: Draw): Uint32Array {
  const words = new Uint32Array(SETTINGS_WIDTH);
  const numbers = new Float32Array(words.buffer);
  numbers.set([d.temperature === 0 ? 1 : 1 / d.temperature, d.topP]);
  words.set([d.topK, d.seed, d.stream, STREAM.decode, d.stopIds.length, d.temperature === 0 ? 1 : 0, ...d.stopIds], 2);
  return words;
}

async function drawOnGpu(d: Draw) {
  const slots = Math.max(...d.rows.map((row) => row.slot)) + 1;
  return run((t) => {
    const rows = t.input(rowWords(d.rows));
    const [current, positions] = [t.output(d.rows.length), t.output(d.rows.length)];
    const [tokens, log_probs] = [t.output(slots * d.capacity), t.output(slots * d.capacity)];
    const inputs = { settings: t.input(settingsWords(d)), logits: t.input(d.logits) };
    const shape = { rows: d.rows.length, vocab: d.vocab, capacity: d.capacity, fromPrompt: d.fromPrompt };
    sampleTokens(t.plan, shape, { ...inputs, rows, current, positions, tokens, log_probs });
    return async () => ({
      rows: await t.words(rows),
      current: await t.words(current),
      positions: await t.words(positions),
      tokens: await t.words(tokens),
      logProbs: await t.floats(log_probs),
    });
  });
}

const logitsOf = (d: Draw, i: number) => {
  const at = (d.fromPrompt ? d.rows[i]!.logitsRow : i) * d.vocab;
  return d.logits.subarray(at, at + d.vocab);
};

function referenceToken(d: Draw, i: number): number {
  const [row, logits] = [d.rows[i]!, logitsOf(d, i)];
  if (d.temperature === 0) return argmaxOf(logits, 0, d.vocab);
  return drawToken(truncatedDistribution(logits, d), drawUnit(d.seed, d.stream, row.prompt, row.sample, row.generated));
}

const UNWRITTEN_WORD = new Uint32Array(Float32Array.of(UNWRITTEN).buffer)[0]!;

describeKernel(sample, () => {
  const SETTINGS: [string, Partial<Draw>][] = [
    ['greedy', { temperature: 0 }],
    ['T 1', {}],
    ['T 0.3', { temperature: 0.3 }],
    ['T 3', { temperature: 3 }],
    ['top-k 1', { topK: 1 }],
    ['top-k 5', { topK: 5, temperature: 2 }],
    ['top-k past the vocabulary', { topK: 1000 }],
    ['top-p 0.9', { topP: 0.9 }],
    ['top-p 0.05', { topP: 0.05 }],
    ['top-k 8 and top-p 0.7 at T 1.5', { topK: 8, topP: 0.7, temperature: 1.5 }],
  ];

  describe.each([3, 40, 517])('a vocabulary of %i', (vocab) => {
    it.each(SETTINGS)('%s: every row draws what the reference draws', async (_, settings) => {
      const count = 70;
      const rows = Array.from({ length: count }, (_, i) =>
        rowOf({
          slot: count - 1 - i,
          generated: i % 4,
          sample: i % 7,
          prompt: (i * 13) % 50,
          promptLength: 2 + (i % 5),
        }),
      );
      const d = drawOf({ rows, vocab, logits: floats(vocab, count * vocab, 5), ...settings });
      const found = await drawOnGpu(d);
      rows.forEach((row, i) => {
        const id = referenceToken(d, i);
        const at = row.slot * d.capacity + row.generated;
        const logProb = logitsOf(d, i)[id]! - logSumExp(logitsOf(d, i), 0, vocab);
        const last = row.generated + 1 === d.capacity;
        expect(found.tokens[at], `row ${i}`).toBe(id);
        expect(Math.abs(found.logProbs[at]! - logProb)).toBeLessThan(4e-6);
        expect(found.current[i]).toBe(last ? ABSENT : id);
        expect(found.positions[i]).toBe(row.promptLength + row.generated);
        const after = rowWords([{ ...row, generated: row.generated + 1, finished: last ? 1 : 0 }]);
        expect(found.rows.slice(i * ROW_WIDTH, (i + 1) * ROW_WIDTH)).toEqual(after);
      });
      const written = rows.map((row) => row.slot * d.capacity + row.generated);
      found.tokens.forEach((word, at) => {
        if (!written.includes(at)) expect(word).toBe(UNWRITTEN_WORD);
      });
    });
  });

  it('leaves finished rows alone, finishes a row at any stop id, and reads the prompt’s logits for the first token', async () => {
    const vocab = 5;
    const logits = Float32Array.of(0, 9, 0, 0, 0, /* prompt 1 */ 0, 0, 0, 9, 0, /* prompt 2 */ 9, 0, 0, 0, 0);
    const rows = [
      rowOf({ slot: 0, logitsRow: 1, prompt: 1 }),
      rowOf({ slot: 1, logitsRow: 0, prompt: 0, finished: 1 }),
      rowOf({ slot: 2, logitsRow: 0, prompt: 0 }),
      rowOf({ slot: 3, logitsRow: 2, prompt: 2 }),
    ];
    const found = await drawOnGpu(drawOf({ rows, vocab, logits, temperature: 0, stopIds: [3, 0], fromPrompt: true }));
    expect(found.tokens.filter((_, at) => at % 4 === 0)).toEqual(Uint32Array.of(3, UNWRITTEN_WORD, 1, 0));
    expect(found.current).toEqual(Uint32Array.of(ABSENT, UNWRITTEN_WORD, 1, ABSENT));
    const finished = found.rows.filter((_, at) => at % ROW_WIDTH === ROW_WIDTH - 1);
    expect(finished).toEqual(Uint32Array.of(1, 1, 0, 1));
  });

  const many = (fields: Partial<Row> = {}) =>
    Array.from({ length: 2000 }, (_, i) => rowOf({ ...fields, slot: i, sample: i }));
  const frequencies = async (d: Draw) => {
    const { tokens } = await drawOnGpu({ ...d, fromPrompt: true, capacity: 1 });
    const counts = new Array<number>(d.vocab).fill(0);
    for (const id of tokens) counts[id]! += 1;
    return counts;
  };

  it.each<[string, Partial<Draw>]>([
    ['T 1', {}],
    ['T 0.7', { temperature: 0.7 }],
    ['top-k 4', { topK: 4 }],
    ['top-p 0.8', { topP: 0.8 }],
    ['top-k 6, top-p 0.9, T 1.3', { topK: 6, topP: 0.9, temperature: 1.3 }],
  ])('%s: frequencies follow the truncated distribution, and a token cut off never comes', async (_, settings) => {
    const d = drawOf({ rows: many(), vocab: 12, logits: floats(5, 12, 2), ...settings });
    const probabilities = truncatedDistribution(d.logits, d);
    const counts = await frequencies(d);
    expect(
      multinomialFit(counts, probabilities),
      JSON.stringify({ counts, probabilities: [...probabilities] }),
    ).toBeGreaterThan(0.01);
  });

  it('tokens that tie at a threshold all stay', async () => {
    const logits = Float32Array.of(1, 2, 2, 2, 0, -1);
    const counts = await frequencies(drawOf({ rows: many(), vocab: 6, logits, topK: 2 }));
    expect([counts[0], counts[4], counts[5]]).toEqual([0, 0, 0]);
    for (const id of [1, 2, 3]) expect(counts[id]).toBeGreaterThan(500);
  });

  it('the likeliest token stays even where top-p leaves no mass', async () => {
    const logits = Float32Array.of(-3, -1, -0.5, -2);
    const counts = await frequencies(drawOf({ rows: many(), vocab: 4, logits, topP: 0 }));
    expect(counts).toEqual([0, 0, 2000, 0]);
  });

  it('another seed, stream, prompt, sample or step draws other tokens', async () => {
    const logits = floats(5, 64, 0.5);
    const tokensOf = async (fields: Partial<Row>, settings: Partial<Draw>) =>
      (
        await drawOnGpu({
          ...drawOf({ rows: many(fields).slice(0, 64), vocab: 64, logits, ...settings }),
          fromPrompt: true,
        })
      ).tokens;
    const base = await tokensOf({}, {});
    expect(await tokensOf({}, {})).toEqual(base);
    const others: [Partial<Row>, Partial<Draw>][] = [
      [{}, { seed: 12 }],
      [{}, { stream: 4 }],
      [{ prompt: 1 }, {}],
      [{ generated: 1 }, {}],
    ];
    const drawn = (tokens: Uint32Array) => tokens.filter((word) => word !== UNWRITTEN_WORD);
    for (const [fields, settings] of others) {
      const other = drawn(await tokensOf(fields, settings));
      const same = other.filter((id, i) => id === drawn(base)[i]).length;
      expect(same, JSON.stringify([fields, settings])).toBeLessThan(12);
    }
  });
});
