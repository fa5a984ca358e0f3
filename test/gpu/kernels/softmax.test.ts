/** Cross-entropy over a vocabulary taken in chunks, against the f64 reference that takes whole rows. */
import { expect, it } from 'vitest';
import {
  countRanks,
  labelRanks,
  logitsGrad,
  readScores,
  scores,
  softmaxGrad,
  softmaxStats,
  STATS_WIDTH,
  updateStats,
} from '../../../src/engine/ops/softmax';
import {
  argmaxRows,
  crossEntropy,
  labelLogProb,
  labelRanks as referenceRanks,
  logSumExp,
} from '../../../src/engine/reference/kernels';
import { expectClose, floats, kernelBench, type Trial } from '../../helpers/kernel-bench';

const { run, describeKernel } = kernelBench();

interface Case {
  rows: number;
  vocab: number;
  /** Columns of each chunk; the last one may be short. */
  columns: number;
  spread: number;
  temperature: number;
}

const CASES: Case[] = [
  { rows: 1, vocab: 2, columns: 2, spread: 1, temperature: 1 },
  { rows: 3, vocab: 40, columns: 40, spread: 8, temperature: 0.7 },
  { rows: 70, vocab: 130, columns: 64, spread: 20, temperature: 1.5 },
  { rows: 5, vocab: 517, columns: 100, spread: 60, temperature: 0.05 },
];
const NAME = '$rows rows of $vocab in chunks of $columns, logits to $spread, T $temperature';

interface Problem extends Case {
  logits: Float32Array;
  labels: Uint32Array;
}

/** Row 0's label is the last token, row 1's the first; row 0 has its largest logit twice, in two chunks where there are. */
function problem(shape: Case): Problem {
  const { rows, vocab, spread } = shape;
  const logits = floats(1, rows * vocab, spread);
  logits[0] = logits[vocab - 1] = spread * 1.5;
  const labels = Uint32Array.from({ length: rows }, (_, r) => (r === 0 ? vocab - 1 : (r * 37 + 36) % vocab));
  if (rows > 1) labels[1] = 0;
  return { ...shape, logits, labels };
}

function chunksOf({ rows, vocab, columns, logits }: Problem) {
  return Array.from({ length: Math.ceil(vocab / columns) }, (_, c) => {
    const first = c * columns;
    const width = Math.min(columns, vocab - first);
    const values = new Float32Array(rows * width);
    for (let r = 0; r < rows; r++) {
      values.set(logits.subarray(r * vocab + first, r * vocab + first + width), r * width);
    }
    return { chunk: { rows, columns: width, stride: width, first }, values };
  });
}

function recordStats(t: Trial, p: Problem) {
  const [stats, labels] = [t.output(p.rows * STATS_WIDTH), t.input(p.labels)];
  const temperature = t.input(Float32Array.of(1 / p.temperature));
  const chunks = chunksOf(p).map(({ chunk, values }) => ({ chunk, logits: t.input(values) }));
  for (const { chunk, logits } of chunks) updateStats(t.plan, chunk, { logits, labels, temperature, stats });
  return { stats, labels, temperature, chunks };
}

describeKernel(softmaxStats, () => {
  it.each(CASES)(NAME, async (shape) => {
    const p = problem(shape);
    const { values, words } = await run((t) => {
      const { stats } = recordStats(t, p);
      return async () => ({ values: await t.floats(stats), words: await t.words(stats) });
    });
    const best = argmaxRows(p.logits, p.vocab);
    for (let r = 0; r < p.rows; r++) {
      const at = r * STATS_WIDTH;
      const row = p.logits.subarray(r * p.vocab, (r + 1) * p.vocab);
      expect(values[at]).toBe(Math.max(...row));
      expect(Math.abs(values[at + 1]! / Math.exp(logSumExp(row, 0, p.vocab) - values[at]!) - 1)).toBeLessThan(2e-6);
      const atT = Math.exp(logSumExp(row, 0, p.vocab, p.temperature) - values[at]! / p.temperature);
      expect(Math.abs(values[at + 2]! / atT - 1)).toBeLessThan(2e-5);
      expect(values[at + 3]).toBe(row[p.labels[r]!]);
      expect(words[at + 4]).toBe(best[r]);
    }
  });

  it('of equal logits takes the smallest id, across chunks too', async () => {
    const p: Problem = {
      ...{ rows: 2, vocab: 130, columns: 64, spread: 1, temperature: 1 },
      logits: new Float32Array(260).fill(-2.5),
      labels: Uint32Array.of(3, 129),
    };
    p.logits[130 + 100] = p.logits[130 + 70] = 4;
    const words = await run((t) => {
      const { stats } = recordStats(t, p);
      return () => t.words(stats);
    });
    expect([words[4], words[STATS_WIDTH + 4]]).toEqual([0, 70]);
  });
});

describeKernel(scores, () => {
  it.each(CASES)(NAME, async (shape) => {
    const p = problem(shape);
    const found = await run((t) => {
      const { stats, temperature } = recordStats(t, p);
      const [log_prob, log_prob_t, best] = [t.output(p.rows), t.output(p.rows), t.output(p.rows)];
      readScores(t.plan, p.rows, { stats, temperature, log_prob, log_prob_t, best });
      return async () => ({
        logProb: await t.floats(log_prob),
        logProbT: await t.floats(log_prob_t),
        best: await t.words(best),
      });
    });
    expectClose(found.logProb, labelLogProb(p.logits, p.labels, p.vocab), 1e-6);
    expectClose(found.logProbT, labelLogProb(p.logits, p.labels, p.vocab, p.temperature), 1e-6);
    expect(found.best).toEqual(argmaxRows(p.logits, p.vocab));
  });
});

describeKernel(labelRanks, () => {
  const ranksOf = (p: Problem) =>
    run((t) => {
      const { stats, chunks } = recordStats(t, p);
      const ranks = t.output(p.rows);
      for (const { chunk, logits } of chunks) countRanks(t.plan, chunk, { logits, stats, ranks });
      return () => t.words(ranks);
    });

  it.each(CASES)(NAME, async (shape) => {
    const p = problem(shape);
    const found = await ranksOf(p);
    expect(found).toEqual(referenceRanks(p.logits, p.labels, p.vocab));
    if (p.vocab > 2) expect(new Set(found).size).toBeGreaterThan(Math.min(2, p.rows - 1));
  });

  it('gives tied tokens the best rank they share, in every chunk', async () => {
    const p: Problem = {
      ...{ rows: 3, vocab: 130, columns: 64, spread: 1, temperature: 1 },
      logits: new Float32Array(390).fill(-2.5),
      labels: Uint32Array.of(129, 3, 100),
    };
    p.logits[130 + 100] = p.logits[130 + 70] = 4;
    p.logits[260 + 100] = p.logits[260 + 1] = p.logits[260 + 129] = 7;
    expect([...(await ranksOf(p))]).toEqual([1, 3, 1]);
  });
});

describeKernel(softmaxGrad, () => {
  it.each(CASES)(`${NAME}; rows of weight 0 give 0`, async (shape) => {
    const p = problem(shape);
    const weights = Float32Array.from({ length: p.rows }, (_, r) => (r % 4 === 3 ? 0 : 1 / (r + 1)));
    const parts = await run((t) => {
      const { stats, labels, chunks } = recordStats(t, p);
      const rowWeights = t.input(weights);
      for (const { chunk, logits } of chunks) logitsGrad(t.plan, chunk, { stats, labels, weights: rowWeights, logits });
      return () => Promise.all(chunks.map(({ logits }) => t.floats(logits)));
    });
    const found = new Float32Array(p.rows * p.vocab);
    chunksOf(p).forEach(({ chunk }, c) => {
      for (let r = 0; r < p.rows; r++) {
        found.set(parts[c]!.subarray(r * chunk.columns, (r + 1) * chunk.columns), r * p.vocab + chunk.first);
      }
    });
    const { dLogits } = crossEntropy(p.logits, p.labels, weights, p.vocab);
    expectClose(found, dLogits, 1e-6);
    for (let r = 3; r < p.rows; r += 4) {
      expect(found.slice(r * p.vocab, (r + 1) * p.vocab).every((value) => value === 0)).toBe(true);
    }
  });
});
