/** Weighted losses and the divergence in f64: the published numbers, gradients by finite differences, packing. */
import { describe, expect, it } from 'vitest';
import { exampleSpans, SFT_LOSS } from '../../../src/engine/loss';
import { forward, lossAndGradients } from '../../../src/engine/reference/decoder';
import {
  confidenceOf,
  crossEntropy,
  divergence,
  exampleTokenWeights,
  exampleWeightOf,
  labelLogProb,
  positionWeights,
} from '../../../src/engine/reference/kernels';
import type { TrainableSpec } from '../../../src/engine/types';
import { ANCHOR_PROBABILITIES, ANCHORS, bft, DFT, logitsFor, LOSSES } from '../../helpers/losses';
import { dot, numbers } from '../../helpers/numbers';
import { expectGradient, packRow, tinyConfig, tinyLora, tinyWeights } from './reference-checks';

const LOG_PROB = Float64Array.from(ANCHOR_PROBABILITIES, Math.log);

describe('labels of p = .9, .5, .1, .8', () => {
  it.each(ANCHORS)('have the published loss under $name', ({ loss, value, weight }) => {
    const [weights] = exampleTokenWeights([LOG_PROB], loss);
    expect(Math.abs(-dot(weights!, LOG_PROB) - value)).toBeLessThan(1e-6);
    if (weight !== null) expect(Math.abs(exampleWeightOf(LOG_PROB, loss.confidence!) - weight)).toBeLessThan(1e-6);
  });

  it.each(ANCHORS)('have its gradient under $name, the weights being frozen', ({ loss }) => {
    const logits = logitsFor(ANCHOR_PROBABILITIES);
    const labels = new Uint32Array(4);
    const [weights] = exampleTokenWeights([labelLogProb(logits, labels, 2)], loss);
    const { dLogits } = crossEntropy(logits, labels, weights!, 2);
    expectGradient('logits', () => crossEntropy(logits, labels, weights!, 2).loss, logits, dLogits);
    if (!loss.confidence) return;
    // dL/dz = s · p/L · (softmax − onehot).
    const s = exampleWeightOf(LOG_PROB, loss.confidence);
    ANCHOR_PROBABILITIES.forEach((p, t) => expect(dLogits[2 * t]).toBeCloseTo(((s * p) / 4) * (p - 1), 7));
  });
});

describe('the confidence of an example', () => {
  it('is that of its least sure window, and of all it has where it is shorter than one', () => {
    const geometric = (window: number) => confidenceOf(LOG_PROB, { window, mean: 'geometric' });
    expect(geometric(2)).toBeCloseTo(Math.sqrt(0.05), 12);
    expect(geometric(3)).toBeCloseTo(Math.cbrt(0.04), 12);
    expect(geometric(4)).toBe(geometric(200));
    expect(confidenceOf(LOG_PROB, { window: 3, mean: 'arithmetic' })).toBeCloseTo(1.4 / 3, 12);
    expect(confidenceOf(new Float64Array(0), { window: 3, mean: 'geometric' })).toBe(0);
  });

  it('leaves nothing to learn of a batch that is sure, and does not divide by nothing', () => {
    const sure = [Float64Array.of(0, 0), Float64Array.of(0)];
    for (const weights of exampleTokenWeights(sure, bft(1, { normalise: true }))) {
      expect([...weights].every((weight) => weight === 0)).toBe(true);
    }
  });
});

describe('a batch of two examples', () => {
  const batch = [LOG_PROB, Float64Array.of(Math.log(0.25))];
  const total = (loss: (typeof ANCHORS)[number]['loss']) =>
    exampleTokenWeights(batch, loss).reduce((sum, weights, b) => sum - dot(weights, batch[b]!), 0);

  it('is a mean over tokens under DFT, over examples under BFT, over weights where normalised', () => {
    const [first, second] = [0.165017 / 0.776393, 0.25 * Math.log(4)];
    expect(total(DFT)).toBeCloseTo((4 * first + second) / 5, 5);
    expect(total(bft(2))).toBeCloseTo((0.776393 * first + 0.75 * second) / 2, 5);
    expect(total(bft(2, { normalise: true }))).toBeCloseTo((0.776393 * first + 0.75 * second) / 1.526393, 5);
    const perToken = bft(2, { normalise: true }, { reduction: 'tokens' });
    expect(total(perToken)).toBeCloseTo((0.776393 * 4 * first + 0.75 * second) / (4 * 0.776393 + 0.75), 5);
  });

  it('without token weights is the cross-entropy of its examples by their weights', () => {
    const loss = bft(2, {}, { tokenWeight: 'none' });
    expect(total(loss)).toBeCloseTo((0.776393 * 0.831059 + 0.75 * Math.log(4)) / 2, 5);
  });

  it('has the same weights in one row and in two', () => {
    const loss = bft(2, { normalise: true });
    const example = (...of: number[]) => ({ example: Uint32Array.from(of) });
    expect(exampleSpans(example(7, 7, 7, 7, 2))).toEqual([
      [0, 4],
      [4, 5],
    ]);
    const [together] = positionWeights(
      [example(7, 7, 7, 7, 2)],
      [Float64Array.from(batch.flatMap((b) => [...b]))],
      loss,
    );
    const apart = positionWeights([example(0, 0, 0, 0), example(1)], batch, loss);
    expect(apart.flatMap((row) => [...row])).toEqual([...together!]);
  });
});

describe('the divergence from a frozen model', () => {
  const [rows, vocab] = [3, 7];
  const [logits, base] = [numbers(1, rows * vocab, 3), numbers(2, rows * vocab, 3)];

  it('has the gradient of its logits', () => {
    const { dLogits } = divergence(logits, base, rows, vocab);
    expectGradient('logits', () => divergence(logits, base, rows, vocab).total, logits, dLogits);
  });

  it('is Σ p_base ln(p_base / p), zero from itself', () => {
    const known = divergence(logitsFor([0.5]), logitsFor([0.8]), 1, 2);
    expect(known.total).toBeCloseTo(0.8 * Math.log(1.6) + 0.2 * Math.log(0.4), 14);
    expect(divergence(logits, logits, rows, vocab).total).toBe(0);
    expect(Math.min(...divergence(logits, base, rows, vocab).perRow)).toBeGreaterThan(0);
  });
});

const SEQUENCES = [
  { ids: [1, 5, 5, 9, 0], supervised: [2, 3, 4], labels: [9, 0, 12] },
  { ids: [7], supervised: [0], labels: [7] },
  { ids: [12, 6, 1, 8, 10, 2], supervised: [1, 4], labels: [1, 5] },
];
const PACKINGS = [
  [packRow(SEQUENCES)],
  [packRow(SEQUENCES.slice(0, 2)), packRow(SEQUENCES.slice(2))],
  SEQUENCES.map((sequence) => packRow([sequence])),
];

describe.each(LOSSES)('a two-layer model under %s', (_name, loss) => {
  const config = tinyConfig(true);
  const base = tinyWeights(config);
  const moved = new Map([...base].map(([name, values], n) => [name, values.map((w, i) => w + 0.1 * Math.sin(i + n))]));
  const lora = tinyLora(config, ['q_proj', 'down_proj'], 2);
  const adapted: TrainableSpec = { kind: 'lora', rank: 2, scale: 1.5, targets: ['q_proj', 'down_proj'] };

  it('has the gradient of every weight and every adapter, the token weights being frozen', () => {
    for (const [trainable, weights, tensors] of [
      [{ kind: 'full' } as const, moved, undefined],
      [adapted, base, lora],
    ] as const) {
      const rows = PACKINGS[1]!;
      const supervised = rows.map((row) =>
        labelLogProb(
          forward(config, weights, row, tensors ? { lora: { scale: 1.5, tensors } } : {}),
          row.labels,
          config.vocabSize,
        ),
      );
      const frozenWeights = positionWeights(rows, supervised, loss);
      const { gradients } = lossAndGradients(config, weights, rows, trainable, tensors, { loss, base });
      const again = () =>
        lossAndGradients(config, weights, rows, trainable, tensors, { loss, base, frozenWeights }).loss;
      for (const [name, gradient] of gradients) {
        const point = (tensors ?? moved).get(name)!;
        expectGradient(name, again, point, gradient, { entries: 4 });
      }
    }
  });

  it('has one loss and one gradient, however it is packed', () => {
    const results = PACKINGS.map((rows) =>
      lossAndGradients(config, moved, rows, { kind: 'full' }, undefined, { loss, base }),
    );
    for (const result of results.slice(1)) {
      expect(result.loss).toBeCloseTo(results[0]!.loss, 13);
      for (const [name, gradient] of result.gradients) {
        gradient.forEach((value, i) => expect(value).toBeCloseTo(results[0]!.gradients.get(name)![i]!, 12));
      }
    }
  });
});

it('the mean cross-entropy stands beside every loss', () => {
  const config = tinyConfig(false);
  const weights = tinyWeights(config);
  const plain = lossAndGradients(config, weights, PACKINGS[1]!, { kind: 'none' });
  expect(plain.crossEntropy).toBeCloseTo(plain.loss, 14);
  const other = lossAndGradients(config, weights, PACKINGS[1]!, { kind: 'none' }, undefined, { loss: bft(2) });
  expect(other.crossEntropy).toBeCloseTo(plain.loss, 14);
  expect(other.loss).not.toBeCloseTo(plain.loss, 2);
  const held = { ...SFT_LOSS, klWeight: 3 };
  const kept = lossAndGradients(config, weights, PACKINGS[1]!, { kind: 'none' }, undefined, { loss: held });
  expect(kept).toMatchObject({ divergence: 0, loss: plain.loss });
});
