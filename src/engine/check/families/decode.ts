/** Incremental decoding: the cache, attention over prompt and cache, the sampler’s draws. */
import { STREAM } from '../../../core/philox';
import { appendKeys, attendCached, sampleTokens, SETTINGS_WIDTH } from '../../ops/decode';
import { attention } from '../../reference/attention';
import { argmaxOf, logSumExp } from '../../reference/loss';
import { drawToken, drawUnit, truncatedDistribution } from '../../reference/sampler';
import { floats } from '../numbers';
import { UNWRITTEN } from '../trial';
import { near, same, type FamilyCheck } from '../types';

const SHAPE = { heads: 4, kvHeads: 2, headDim: 8 };
const [WIDTH, KV, CAPACITY, VOCAB] = [32, 16, 6, 517];
const CUT = { temperature: 1.5, topK: 8, topP: 0.7 };
const [SEED, DRAWS] = [11, 3];

/** The shader's rows: {prompt start, length, slot, generated, logits row, sample, prompt, finished}. */
const ROWS = [
  [3, 9, 2, 1, 0, 0, 5, 0],
  [3, 9, 0, 4, 1, 1, 5, 0],
  [12, 8, 1, 2, 2, 0, 6, 0],
  [0, 1, 3, 3, 3, 2, 7, 0],
] as const;

function settingsOf(greedy: boolean): Uint32Array {
  const words = new Uint32Array(SETTINGS_WIDTH);
  new Float32Array(words.buffer).set([greedy ? 1 : 1 / CUT.temperature, CUT.topP]);
  words.set([CUT.topK, SEED, DRAWS, STREAM.decode, 0, greedy ? 1 : 0], 2);
  return words;
}

export const decodeCheck: FamilyCheck = {
  name: 'decode',
  title: 'Decoding and sampling',
  async run(run) {
    const count = ROWS.length;
    const q = floats(1, count * WIDTH, 2);
    const [promptK, promptV] = [floats(2, 20 * KV, 2), floats(3, 20 * KV)];
    const [cacheK, cacheV] = [floats(4, 4 * CAPACITY * KV, 2), floats(5, 4 * CAPACITY * KV)];
    const [k, v, logits] = [floats(6, count * KV), floats(7, count * KV), floats(8, count * VOCAB, 5)];
    const words = Uint32Array.from(ROWS.flat());
    const found = await run((t) => {
      const [rows, o] = [t.input(words), t.output(count * WIDTH)];
      const caches = { cache_k: t.input(cacheK), cache_v: t.input(cacheV) };
      const [newK, newV] = [t.output(cacheK.length), t.output(cacheV.length)];
      const prompt = { prompt_k: t.input(promptK), prompt_v: t.input(promptV) };
      attendCached(t.plan, { rows: count, ...SHAPE, capacity: CAPACITY }, { rows, q: t.input(q), ...prompt, ...caches, o }); // prettier-ignore
      const fresh = { k: t.input(k), v: t.input(v), cache_k: newK, cache_v: newV };
      appendKeys(t.plan, { rows: count, width: KV, capacity: CAPACITY }, { rows, ...fresh });
      const drawn = [true, false].map((greedy) => {
        const made = { current: t.output(count), positions: t.output(count) };
        const [tokens, log_probs] = [t.output(4 * CAPACITY), t.output(4 * CAPACITY)];
        const given = { settings: t.input(settingsOf(greedy)), logits: t.input(logits), rows: t.input(words) };
        const shape = { rows: count, vocab: VOCAB, capacity: CAPACITY, fromPrompt: false };
        sampleTokens(t.plan, shape, { ...given, ...made, tokens, log_probs });
        return { tokens, log_probs };
      });
      return async () => ({
        ...{ o: await t.floats(o), k: await t.floats(newK), v: await t.floats(newV) },
        draws: await Promise.all(
          drawn.map(async ({ tokens, log_probs }) => ({ ids: await t.words(tokens), logProbs: await t.floats(log_probs) })),
        ), // prettier-ignore
      });
    });
    const at = ROWS.map(([, , slot, generated]) => slot * CAPACITY + generated);
    const logitsOf = (i: number) => logits.subarray(i * VOCAB, (i + 1) * VOCAB);
    const drawnBy = (i: number) => {
      const [, , , generated, , sample, prompt] = ROWS[i]!;
      return drawToken(truncatedDistribution(logitsOf(i), CUT), drawUnit(SEED, DRAWS, prompt, sample, generated));
    };
    const expected = [at.map((_, i) => argmaxOf(logitsOf(i), 0, VOCAB)), at.map((_, i) => drawnBy(i))];
    return [
      near('attention over prompt and cache', found.o, expectedAttention(q, promptK, promptV, cacheK, cacheV), 8e-6),
      same('keys in the cache', found.k, appended(k)),
      same('values in the cache', found.v, appended(v)),
      ...['greedy', 'top-k, top-p and temperature'].flatMap((how, which) => {
        const { ids, logProbs } = found.draws[which]!;
        const wanted = expected[which]!;
        const logs = wanted.map((id, i) => logitsOf(i)[id]! - logSumExp(logitsOf(i), 0, VOCAB));
        return [
          same(`tokens drawn: ${how}`, at.map((place) => ids[place]!), wanted),
          near(`their log-probabilities: ${how}`, Float32Array.from(at, (place) => logProbs[place]!), Float64Array.from(logs), 8e-6),
        ]; // prettier-ignore
      }),
    ];
  },
};

function appended(values: Float32Array): Float32Array {
  const cache = new Float32Array(4 * CAPACITY * KV).fill(UNWRITTEN);
  ROWS.forEach(([, , slot, generated], i) => {
    cache.set(values.subarray(i * KV, (i + 1) * KV), (slot * CAPACITY + generated - 1) * KV);
  });
  return cache;
}

/** The last token's attention over its whole sequence, without a cache. */
function expectedAttention(q: Float32Array, ...[promptK, promptV, cacheK, cacheV]: Float32Array[]): Float64Array {
  const all = ROWS.flatMap(([start, length, slot, generated], i) => {
    const join = (prompt: Float32Array, cache: Float32Array) =>
      Float32Array.of(
        ...prompt.subarray(start * KV, (start + length) * KV),
        ...cache.subarray(slot * CAPACITY * KV, (slot * CAPACITY + generated) * KV),
      );
    const tokens = length + generated;
    const queries = new Float32Array(tokens * WIDTH);
    queries.set(q.subarray(i * WIDTH, (i + 1) * WIDTH), (tokens - 1) * WIDTH);
    const { o } = attention(queries, join(promptK!, cacheK!), join(promptV!, cacheV!), new Uint32Array(tokens), SHAPE);
    return [...o.subarray((tokens - 1) * WIDTH)];
  });
  return Float64Array.from(all);
}
