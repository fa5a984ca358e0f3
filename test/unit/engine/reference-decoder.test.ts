/** The whole reference model: gradients by finite differences, packing, and a real trained model. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  forward,
  lossAndGradients,
  score,
  sequenceLogits,
  singleSegment,
  weightShapes,
} from '../../../src/engine/reference/decoder';
import { argmaxRows, labelLogProb } from '../../../src/engine/reference/kernels';
import { greedy } from '../../../src/engine/reference/sampler';
import type { DecoderConfig, TrainableSpec, WeightMap } from '../../../src/engine/types';
import { LINEAR_NAMES } from '../../../src/engine/types';
import { describeWithShared, sharedPath } from '../../helpers/shared';
import { distance } from '../../helpers/numbers';
import { expectGradient, packRow, tinyConfig, tinyLora, tinyWeights } from './reference-checks';
import { readStories260K } from '../../helpers/stories';

const SEQUENCES = [
  { ids: [1, 5, 5, 9, 0], supervised: [2, 3, 4], labels: [9, 0, 12] },
  { ids: [7], supervised: [0], labels: [7] },
  { ids: [3, 2, 11, 4], supervised: [], labels: [] },
  { ids: [12, 6, 1, 8, 10, 2], supervised: [1, 4], labels: [1, 5] },
];
const ROWS = [packRow(SEQUENCES.slice(0, 3)), packRow(SEQUENCES.slice(3))];
const FULL: TrainableSpec = { kind: 'full' };

describe.each([
  { head: 'a tied head', tied: true },
  { head: 'a head of its own', tied: false },
])('a two-layer model with $head', ({ tied }) => {
  const config = tinyConfig(tied);
  const weights = tinyWeights(config);

  it('has the gradient of every weight', () => {
    const { gradients } = lossAndGradients(config, weights, ROWS, FULL);
    expect([...gradients.keys()].sort()).toEqual(
      weightShapes(config)
        .map(({ name }) => name)
        .sort(),
    );
    const loss = () => lossAndGradients(config, weights, ROWS, { kind: 'none' }).loss;
    for (const [name, gradient] of gradients) expectGradient(name, loss, weights.get(name)!, gradient, { entries: 24 });
  });

  it('has the gradient of every weight under dropout, with the same masks backward', () => {
    const dropout = { rate: 0.3, seed: 4, step: 2 };
    const { gradients, loss: dropped } = lossAndGradients(config, weights, ROWS, FULL, undefined, { dropout });
    const loss = () => lossAndGradients(config, weights, ROWS, { kind: 'none' }, undefined, { dropout }).loss;
    expect(dropped).toBe(loss());
    expect(dropped).not.toBe(lossAndGradients(config, weights, ROWS, { kind: 'none' }).loss);
    for (const [name, gradient] of gradients) expectGradient(name, loss, weights.get(name)!, gradient, { entries: 24 });
  });

  it.each([
    { where: 'every linear layer', targets: [...LINEAR_NAMES], rank: 3 },
    { where: 'queries and values only', targets: ['q_proj' as const, 'v_proj' as const], rank: 1 },
  ])('has the gradient of every A and B with adapters on $where', ({ targets, rank }) => {
    const spec: TrainableSpec = { kind: 'lora', rank, scale: 1.5, targets };
    const lora = tinyLora(config, targets, rank);
    const { gradients } = lossAndGradients(config, weights, ROWS, spec, lora);
    expect([...gradients.keys()].sort()).toEqual([...lora.keys()].sort());
    const withoutGradients = () => {
      const logits = ROWS.map((row) => forward(config, weights, row, { lora: { scale: 1.5, tensors: lora } }));
      const nll = ROWS.map((row, n) => -labelLogProb(logits[n]!, row.labels, 13).reduce((a, b) => a + b, 0));
      return (nll[0]! + nll[1]!) / 6;
    };
    for (const [name, gradient] of gradients) {
      expectGradient(name, withoutGradients, lora.get(name)!, gradient, { entries: 24 });
    }
  });

  it('gives the same logits and gradients whatever the packing', () => {
    const apart = SEQUENCES.map((sequence) => packRow([sequence]));
    const together = [packRow([...SEQUENCES].reverse())];
    const packed = lossAndGradients(config, weights, ROWS, FULL);
    for (const rows of [apart, together]) {
      const other = lossAndGradients(config, weights, rows, FULL);
      expect(other.supervisedTokens).toBe(6);
      expect(other.loss).toBeCloseTo(packed.loss, 13);
      for (const [name, gradient] of packed.gradients) {
        expect(distance(other.gradients.get(name)!, gradient), name).toBeLessThan(1e-13);
      }
    }
  });

  it('sees no token to the right and none of another segment', () => {
    const ids = Uint32Array.of(3, 2, 11, 4);
    const alone = sequenceLogits(config, weights, ids);
    const prefix = sequenceLogits(config, weights, ids.slice(0, 2));
    expect(alone.slice(0, prefix.length)).toEqual(prefix);
    const inRow = forward(config, weights, ROWS[0]!, { positions: 'all' });
    expect(inRow.slice(6 * 13)).toEqual(alone);
  });
});

describe('a two-layer model', () => {
  const config = tinyConfig(true);
  const weights = tinyWeights(config);
  const spec: TrainableSpec = { kind: 'lora', rank: 2, scale: 2, targets: [...LINEAR_NAMES] };

  it('is left as it was by an adapter whose B is zero, and then A has no gradient', () => {
    const lora = tinyLora(config, [...LINEAR_NAMES], 2);
    for (const [name, tensor] of lora) if (name.endsWith('lora_B')) tensor.fill(0);
    const { loss, gradients } = lossAndGradients(config, weights, ROWS, spec, lora);
    expect(loss).toBe(lossAndGradients(config, weights, ROWS, { kind: 'none' }).loss);
    for (const [name, gradient] of gradients)
      expect(
        gradient.some((g) => g !== 0),
        name,
      ).toBe(name.endsWith('lora_B'));
  });

  it('scores the supervised positions as the loss sees them', () => {
    const scores = ROWS.map((row) => score(config, weights, row, 0.5));
    const total = scores.flatMap((s) => [...s.logProb]).reduce((a, b) => a + b, 0);
    expect(lossAndGradients(config, weights, ROWS, { kind: 'none' }).loss).toBeCloseTo(-total / 6, 14);
    const hot = labelLogProb(
      forward(config, weights, ROWS[0]!).map((z) => z * 2),
      ROWS[0]!.labels,
      13,
    );
    expect(distance(scores[0]!.logProbT, hot)).toBeLessThan(1e-15);
  });

  it('names a missing tensor, a wrong size and a token beyond the vocabulary', () => {
    const short = new Map(weights).set('layers.1.k_proj', new Float64Array(3));
    expect(() => forward(config, short, ROWS[0]!)).toThrow(/"layers.1.k_proj" has 3 numbers instead of 64/);
    const without = new Map(weights);
    without.delete('final_norm');
    expect(() => forward(config, without, ROWS[0]!)).toThrow(/"final_norm"/);
    expect(() => lossAndGradients(config, weights, ROWS, spec, new Map())).toThrow(/"layers.0.q_proj.lora_A"/);
    expect(() => sequenceLogits(config, weights, Uint32Array.of(1, 13))).toThrow(/place 1 has id 13/);
  });
});

describeWithShared(
  'the trained model stories260K',
  ['models/stories260K/model.safetensors', 'models/stories260K/reference.json'],
  () => {
    interface ReferenceFile {
      cases: { text: string; ids: number[]; last_logits: number[]; nll_sum: number }[];
      greedy_ids: number[];
    }
    const file = sharedPath('models/stories260K/reference.json');
    const { cases, greedy_ids: greedyIds } = JSON.parse(readFileSync(file, 'utf8')) as ReferenceFile;
    let config: DecoderConfig;
    let weights: WeightMap;
    beforeAll(async () => {
      ({ config, weights } = await readStories260K());
    });

    it.each(cases)(
      'has the published logits and likelihood of "$text"',
      ({ ids, last_logits: expected, nll_sum: nll }) => {
        const logits = sequenceLogits(config, weights, Uint32Array.from(ids));
        const last = logits.subarray(-config.vocabSize);
        // The file has six decimals.
        last.forEach((z, c) => expect(Math.abs(z - expected[c]!)).toBeLessThan(1.5e-6));
        const logProb = labelLogProb(logits, Uint32Array.from(ids.slice(1)), config.vocabSize);
        expect(-logProb.reduce((a, b) => a + b, 0)).toBeCloseTo(nll, 5);
      },
    );

    it('continues greedily as published, at all 200 steps', () => {
      const row = singleSegment(Uint32Array.from(greedyIds.slice(0, -1)));
      const logits = forward(config, weights, row, { positions: 'all' });
      expect([...argmaxRows(logits, config.vocabSize)]).toEqual(greedyIds.slice(1));
      expect(greedy(config, weights, Uint32Array.of(greedyIds[0]!), 12).ids).toEqual(greedyIds.slice(1, 13));
    });
  },
);
