/** Weights of losses and the divergence over a vocabulary taken in chunks, against the f64 reference. */
import { describe, expect, it } from 'vitest';
import { ABSENT } from '../../../src/engine/decoder/inputs';
import {
  addDivergence,
  divergence,
  divergenceGrad,
  divergingLogitsGrad,
  exampleTotal,
  exampleWeight,
  tokenWeight,
  weighExamples,
  weighTokens,
} from '../../../src/engine/ops/loss';
import { reportLoss } from '../../../src/engine/ops/optim';
import { logitsGrad, readScores, STATS_WIDTH, updateStats } from '../../../src/engine/ops/softmax';
import * as reference from '../../../src/engine/reference/kernels';
import type { LossSpec } from '../../../src/engine/types';
import { expectClose, floats, kernelBench, type Trial } from '../../helpers/kernel-bench';
import { ANCHOR_PROBABILITIES, ANCHORS, bft, logitsFor, LOSSES } from '../../helpers/losses';
import { numbers } from '../../helpers/numbers';

const { run, describeKernel } = kernelBench();

/** Examples of so many labels each, laid end to end, and padding up to `rows`. */
function layOut(lengths: readonly number[], rows: number) {
  const spans = new Uint32Array(rows * 2);
  const owner = new Uint32Array(rows).fill(ABSENT);
  let first = 0;
  lengths.forEach((length, example) => {
    spans.set([first, first + length], example * 2);
    owner.fill(example, first, first + length);
    first += length;
  });
  return { spans, owner, labelled: first };
}

interface Batch {
  /** Log-probabilities of each example's labels. */
  examples: Float32Array[];
  rows: number;
}

/** Log-probabilities down to e⁻¹², some of them certain. */
function batchOf(lengths: number[], rows: number): Batch {
  const examples = lengths.map((length, e) =>
    Float32Array.from(numbers(e + 1, length), (x) => (Math.abs(x) < 0.1 ? 0 : -12 * x * x)),
  );
  return { examples, rows };
}

const BATCHES: [string, Batch][] = [
  ['one example of one label', batchOf([1], 64)],
  ['examples shorter and longer than a window', batchOf([1, 2, 3, 4, 5, 9, 2], 64)],
  ['a long example between short ones', batchOf([3, 150, 1, 40], 256)],
];
const WEIGHED = [bft(1), bft(2), bft(4, { gamma: 0.3 }), bft(3, { mean: 'arithmetic', gamma: 2 }), bft(256)];

function record(t: Trial, { examples, rows }: Batch, loss: LossSpec, control = [0, 1, 1], totals = t.output(1)) {
  const lengths = examples.map((each) => each.length);
  const { spans, owner, labelled } = layOut(lengths, rows);
  const logProb = new Float32Array(rows).fill(-3);
  let at = 0;
  for (const each of examples) {
    logProb.set(each, at);
    at += each.length;
  }
  const tensors = {
    spans: t.input(spans),
    owner: t.input(owner),
    scale: t.input(Float32Array.of(1 / (loss.reduction === 'examples' ? examples.length : labelled))),
    control: t.input(Uint32Array.from(control)),
    logProb: t.input(logProb),
    totals,
    weight: t.output(rows),
    weights: t.output(rows),
  };
  const { confidence, reduction } = loss;
  if (confidence) weighExamples(t.plan, confidence, { examples: rows, reduction }, tensors);
  weighTokens(t.plan, loss, rows, tensors);
  return tensors;
}

function padded(parts: readonly Float64Array[], rows: number): Float64Array {
  const all = new Float64Array(rows);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

describeKernel(exampleWeight, () => {
  describe.each(BATCHES)('%s', (_name, batch) => {
    it.each(WEIGHED)('$confidence', async (loss) => {
      const found = await run((t) => {
        const { weight } = record(t, batch, loss);
        return () => t.floats(weight);
      });
      const expected = batch.examples.map((each) => reference.exampleWeightOf(each, loss.confidence!));
      expectClose(found, padded([Float64Array.from(expected)], batch.rows), 1e-6);
    });
  });

  it('keeps its digits where the model is nearly sure', async () => {
    const examples = [-1e-6, -1e-3, -0.2499, -0.2501, -80, -100].map((x) => Float32Array.of(x));
    const found = await run((t) => {
      const { weight } = record(t, { examples, rows: 64 }, bft(1));
      return () => t.floats(weight);
    });
    examples.forEach(([x], i) => expect(Math.abs(found[i]! / -Math.expm1(x!) - 1)).toBeLessThan(1e-6));
  });

  it('of a token without any probability weighs the example whole, by either mean', async () => {
    const examples = [Float32Array.of(-200, -1), Float32Array.of(-0.5, -300, -0.5)];
    for (const mean of ['geometric', 'arithmetic'] as const) {
      const found = await run((t) => {
        const { weight } = record(t, { examples, rows: 64 }, bft(1, { mean, gamma: 2 }));
        return () => t.floats(weight);
      });
      expect([found[0], found[1]]).toEqual([1, 1]);
    }
  });
});

describeKernel(exampleTotal, () => {
  it.each(['examples', 'tokens'] as const)('begins, adds and keeps the total of a batch over %s', async (reduction) => {
    const loss = bft(2, { normalise: true }, { reduction });
    const [one, other] = [BATCHES[1]![1], BATCHES[2]![1]];
    const mass = ({ examples }: Batch) =>
      examples.reduce((sum, each) => {
        const weight = reference.exampleWeightOf(each, loss.confidence!);
        return sum + weight * (reduction === 'examples' ? 1 : each.length);
      }, 0);
    const found = await run((t) => {
      const totals = [t.output(1), t.output(1), t.input(Float32Array.of(5))];
      record(t, one, loss, [0, 1, 1], totals[0]);
      record(t, one, loss, [0, 1, 1], totals[1]);
      record(t, other, loss, [0, 0, 2], totals[1]);
      record(t, other, loss, [0, 0, 0], totals[2]);
      return async () => Promise.all(totals.map(async (total) => (await t.floats(total))[0]!));
    });
    expectClose(Float64Array.from(found), Float64Array.of(mass(one), mass(one) + mass(other), 5), 1e-6);
  });
});

describeKernel(tokenWeight, () => {
  describe.each(BATCHES)('%s', (_name, batch) => {
    it.each(LOSSES)('%s', async (_loss, loss) => {
      const found = await run((t) => {
        const { weights } = record(t, batch, loss);
        return () => t.floats(weights);
      });
      expectClose(found, padded(reference.exampleTokenWeights(batch.examples, loss), batch.rows), 2e-6);
    });
  });

  it('of a batch that is sure everywhere is zero, not a number divided by nothing', async () => {
    const sure = { examples: [new Float32Array(3)], rows: 64 };
    const found = await run((t) => {
      const { weights } = record(t, sure, bft(2, { normalise: true }));
      return () => t.floats(weights);
    });
    expect(found.every((weight) => weight === 0)).toBe(true);
  });

  it.each(ANCHORS)(
    'gives p = .9, .5, .1, .8 the published loss and its gradient under $name',
    async ({ loss, value }) => {
      const logits = Float32Array.from(logitsFor(ANCHOR_PROBABILITIES));
      const chunk = { rows: 4, columns: 2, stride: 2, first: 0 };
      const { total, gradient } = await run((t) => {
        const [stats, log_prob, labels] = [t.output(4 * STATS_WIDTH), t.output(4), t.input(new Uint32Array(4))];
        const temperature = t.input(Float32Array.of(1));
        const z = t.input(logits);
        updateStats(t.plan, chunk, { logits: z, labels, temperature, stats });
        readScores(t.plan, 4, { stats, temperature, log_prob, log_prob_t: t.output(4), best: t.output(4) });
        const { spans, owner } = layOut([4], 4);
        const tensors = {
          ...{ spans: t.input(spans), owner: t.input(owner), logProb: log_prob, totals: t.output(1) },
          scale: t.input(Float32Array.of(loss.reduction === 'examples' ? 1 : 1 / 4)),
          control: t.input(Uint32Array.of(0, 1, 1)),
          weight: t.output(4),
          weights: t.output(4),
        };
        if (loss.confidence) weighExamples(t.plan, loss.confidence, { examples: 4, reduction: 'examples' }, tensors);
        weighTokens(t.plan, loss, 4, tensors);
        const { weights, control } = tensors;
        const reports = t.output(2);
        reportLoss(t.plan, 4, { log_prob, weights, control, reports });
        logitsGrad(t.plan, chunk, { stats, labels, weights, logits: z });
        return async () => ({ total: (await t.floats(reports))[0]!, gradient: await t.floats(z) });
      });
      expect(Math.abs(total - value)).toBeLessThan(1e-6);
      const [weights] = reference.exampleTokenWeights([Float64Array.from(ANCHOR_PROBABILITIES, Math.log)], loss);
      const { dLogits } = reference.crossEntropy(logitsFor(ANCHOR_PROBABILITIES), new Uint32Array(4), weights!, 2);
      expectClose(gradient, dLogits, 1e-6);
    },
  );
});

const VOCABULARIES = [
  { rows: 1, vocab: 2, columns: 2, spread: 1 },
  { rows: 70, vocab: 130, columns: 64, spread: 6 },
  { rows: 5, vocab: 517, columns: 100, spread: 30 },
];
const VOCABULARY = '$rows rows of $vocab in chunks of $columns, logits to $spread';

/** Model and frozen model over one vocabulary: statistics of both, then the divergence, chunk by chunk. */
function recordDivergence(t: Trial, c: (typeof VOCABULARIES)[number], logits: Float32Array, base: Float32Array) {
  const { rows, vocab, columns } = c;
  const labels = t.input(Uint32Array.from({ length: rows }, (_, r) => (r * 37 + 1) % vocab));
  const temperature = t.input(Float32Array.of(1));
  const [stats, base_stats, negative] = [t.output(rows * STATS_WIDTH), t.output(rows * STATS_WIDTH), t.output(rows)];
  const chunks = Array.from({ length: Math.ceil(vocab / columns) }, (_, n) => {
    const first = n * columns;
    const width = Math.min(columns, vocab - first);
    const cut = (from: Float32Array) => {
      const part = new Float32Array(rows * width);
      for (let r = 0; r < rows; r++) part.set(from.subarray(r * vocab + first, r * vocab + first + width), r * width);
      return t.input(part);
    };
    return { chunk: { rows, columns: width, stride: width, first }, logits: cut(logits), base_logits: cut(base) };
  });
  for (const { chunk, logits: z, base_logits } of chunks) {
    updateStats(t.plan, chunk, { logits: z, labels, temperature, stats });
    updateStats(t.plan, chunk, { logits: base_logits, labels, temperature, stats: base_stats });
  }
  for (const { chunk, logits: z, base_logits } of chunks) {
    addDivergence(t.plan, chunk, { stats, base_stats, logits: z, base_logits, negative });
  }
  return { labels, stats, base_stats, negative, chunks };
}

describeKernel(divergence, () => {
  it.each(VOCABULARIES)(VOCABULARY, async (c) => {
    const [logits, base] = [floats(1, c.rows * c.vocab, c.spread), floats(2, c.rows * c.vocab, c.spread)];
    const found = await run((t) => {
      const { negative } = recordDivergence(t, c, logits, base);
      return () => t.floats(negative);
    });
    const { perRow } = reference.divergence(logits, base, c.rows, c.vocab);
    expectClose(
      found,
      perRow.map((kl) => -kl),
      2e-6,
    );
  });

  it('of a model from itself is zero to the last bit', async () => {
    const [c, logits] = [VOCABULARIES[1]!, floats(3, 70 * 130, 6)];
    const found = await run((t) => {
      const { negative } = recordDivergence(t, c, logits, logits);
      return () => t.floats(negative);
    });
    expect(found.every((kl) => kl === 0)).toBe(true);
  });
});

describeKernel(divergenceGrad, () => {
  it.each(VOCABULARIES)(`${VOCABULARY}; rows of weight 0 give 0`, async (c) => {
    const [logits, base] = [floats(4, c.rows * c.vocab, c.spread), floats(5, c.rows * c.vocab, c.spread)];
    const weights = Float32Array.from({ length: c.rows }, (_, r) => (r % 4 === 3 ? 0 : 1 / (r + 1)));
    const share = Float32Array.from({ length: c.rows }, (_, r) => (r % 4 === 3 ? 0 : 1 / c.rows));
    const kl = 1.5;
    const { labels, parts } = await run((t) => {
      const { labels, stats, base_stats, chunks } = recordDivergence(t, c, logits, base);
      const row = { weights: t.input(weights), share: t.input(share) };
      for (const { chunk, logits: z, base_logits } of chunks) {
        divergingLogitsGrad(t.plan, chunk, kl, { stats, base_stats, base_logits, labels, ...row, logits: z });
      }
      return async () => ({
        labels: await t.words(labels),
        parts: await Promise.all(chunks.map(({ logits: z }) => t.floats(z))),
      });
    });
    const found = new Float32Array(c.rows * c.vocab);
    parts.forEach((part, n) => {
      const width = part.length / c.rows;
      for (let r = 0; r < c.rows; r++) {
        found.set(part.subarray(r * width, (r + 1) * width), r * c.vocab + n * c.columns);
      }
    });
    const { dLogits } = reference.crossEntropy(logits, labels, weights, c.vocab);
    const away = reference.divergence(logits, base, c.rows, c.vocab).dLogits;
    const expected = dLogits.map((d, i) => d + kl * share[Math.floor(i / c.vocab)]! * away[i]!);
    expectClose(found, expected, 1e-6);
    for (let r = 3; r < c.rows; r += 4) {
      expect(found.slice(r * c.vocab, (r + 1) * c.vocab).every((value) => value === 0)).toBe(true);
    }
  });
});
