/** The sampler reference: what is cut off, what is drawn, and that draws follow the distribution. */
import { describe, expect, it } from 'vitest';
import { philox4x32, STREAM, toUnit } from '../../../src/core/philox';
import { sequenceLogits } from '../../../src/engine/reference/decoder';
import { labelLogProb } from '../../../src/engine/reference/kernels';
import { drawToken, drawUnit, generate, greedy, truncatedDistribution } from '../../../src/engine/reference/sampler';
import { distance, numbers } from '../../helpers/numbers';
import { tinyConfig, tinyWeights } from './reference-checks';

const OFF = { temperature: 1, topK: 0, topP: 1 };
const logsOf = (...probabilities: number[]) => Float64Array.from(probabilities, Math.log);
const shown = (weights: Float64Array) => [...weights].map((p) => Number(p.toFixed(12)));

describe('the distribution that a draw is taken from', () => {
  const logits = logsOf(0.1, 0.4, 0.2, 0.05, 0.2, 0.05);

  it('is the softmax at the temperature when nothing is cut off', () => {
    expect(shown(truncatedDistribution(logits, OFF))).toEqual([0.1, 0.4, 0.2, 0.05, 0.2, 0.05]);
    const squares = [0.01, 0.16, 0.04, 0.0025, 0.04, 0.0025];
    const half = truncatedDistribution(logits, { ...OFF, temperature: 0.5 });
    expect(
      distance(
        half,
        Float64Array.from(squares, (p) => p / 0.255),
      ),
    ).toBeLessThan(1e-14);
  });

  it('keeps the k most likely tokens and every tie with the k-th', () => {
    expect(shown(truncatedDistribution(logits, { ...OFF, topK: 1 }))).toEqual([0, 1, 0, 0, 0, 0]);
    expect(shown(truncatedDistribution(logits, { ...OFF, topK: 2 }))).toEqual([0, 0.5, 0.25, 0, 0.25, 0]);
    expect(shown(truncatedDistribution(logits, { ...OFF, topK: 9 }))).toEqual([0.1, 0.4, 0.2, 0.05, 0.2, 0.05]);
  });

  it('keeps the smallest set of likely tokens that holds mass p, and every tie with its last', () => {
    expect(shown(truncatedDistribution(logits, { ...OFF, topP: 0.39 }))).toEqual([0, 1, 0, 0, 0, 0]);
    expect(shown(truncatedDistribution(logits, { ...OFF, topP: 0.41 }))).toEqual([0, 0.5, 0.25, 0, 0.25, 0]);
    expect(shown(truncatedDistribution(logits, { ...OFF, topP: 0.85 })).map((p) => p > 0)).toEqual([
      true,
      true,
      true,
      false,
      true,
      false,
    ]);
  });

  it('takes top-p of what top-k left', () => {
    // Mass 0.4 of all is 0.5 of the three kept: 0.45 of them needs the first alone.
    expect(shown(truncatedDistribution(logits, { ...OFF, topK: 2, topP: 0.45 }))).toEqual([0, 1, 0, 0, 0, 0]);
  });

  it('always keeps something and adds to 1', () => {
    for (const temperature of [0.01, 0.7, 3]) {
      for (const topK of [0, 1, 5]) {
        for (const topP of [1e-9, 0.3, 0.999, 1]) {
          const weights = truncatedDistribution(numbers(31, 30, 20), { temperature, topK, topP });
          expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
        }
      }
    }
  });
});

describe('a draw', () => {
  it('is the first token, in ascending order, whose cumulative weight exceeds u times the total', () => {
    const weights = Float64Array.of(0, 1, 0, 2, 1, 0);
    expect([0, 0.2499, 0.25, 0.7499, 0.75, 0.9999].map((u) => drawToken(weights, u))).toEqual([1, 1, 3, 3, 4, 4]);
    expect(drawToken(weights, 1)).toBe(4);
  });

  it('takes its uniform number from Philox, counted by step, sample, prompt and stream', () => {
    expect(drawUnit(7, 3, 2, 5, 11)).toBe(toUnit(philox4x32([11, 5, 2, 3], [7, STREAM.decode])[0]));
  });
});

describe('generation', () => {
  const config = tinyConfig(true);
  const weights = tinyWeights(config, 4);
  const prompts = [Uint32Array.of(1, 4), Uint32Array.of(9)];
  const options = { prompts, samples: 3, maxNewTokens: 5, ...OFF, seed: 11, stream: 2, stopIds: [] as number[] };

  it('is greedy at temperature 0, and all its samples are one', () => {
    const outcome = generate(config, weights, { ...options, temperature: 0 });
    expect(outcome.map(({ prompt, sample }) => [prompt, sample])).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 0],
      [1, 1],
      [1, 2],
    ]);
    const alone = greedy(config, weights, prompts[0]!, 5);
    for (const sample of outcome.slice(0, 3)) expect(sample).toEqual({ ...alone, sample: sample.sample });
    expect(generate(config, weights, { ...options, topK: 1 })[0]!.ids).toEqual(alone.ids);
  });

  it('reports the log-probability at temperature 1 of the whole vocabulary, whatever it sampled with', () => {
    for (const { prompt, ids, logProb } of generate(config, weights, {
      ...options,
      temperature: 2,
      topK: 4,
      topP: 0.8,
    })) {
      const prefix = prompts[prompt]!;
      const logits = sequenceLogits(config, weights, Uint32Array.of(...prefix, ...ids.slice(0, -1)));
      const scored = labelLogProb(logits.subarray((prefix.length - 1) * 13), Uint32Array.from(ids), 13);
      expect(logProb).toBeCloseTo(
        scored.reduce((a, b) => a + b, 0),
        12,
      );
    }
  });

  it('stops at a stop id and keeps it', () => {
    const free = greedy(config, weights, prompts[0]!, 5);
    expect(free.finished).toBe(false);
    const stop = free.ids[2]!;
    const stopped = greedy(config, weights, prompts[0]!, 5, [stop]);
    expect(stopped.finished).toBe(true);
    expect(stopped.ids).toEqual(free.ids.slice(0, free.ids.indexOf(stop) + 1));
  });

  it('draws each sample apart: neither their number nor later prompts change one', () => {
    const many = generate(config, weights, options);
    const fewer = generate(config, weights, { ...options, prompts: prompts.slice(0, 1), samples: 2 });
    expect(many.slice(0, 2)).toEqual(fewer);
    expect(new Set(many.map(({ ids }) => ids.join())).size).toBeGreaterThan(1);
    expect(generate(config, weights, { ...options, stream: 3 })).not.toEqual(many);
    expect(generate(config, weights, { ...options, seed: 12 })).not.toEqual(many);
  });

  it('draws first tokens as often as their probabilities say (chi-square)', () => {
    const settings = { temperature: 1.3, topK: 6, topP: 1 };
    const logits = sequenceLogits(config, weights, prompts[1]!).subarray(-13);
    const expected = truncatedDistribution(logits, settings);
    const counts = new Float64Array(13);
    const draws = 20000;
    for (let sample = 0; sample < draws; sample++) counts[drawToken(expected, drawUnit(5, 1, 0, sample, 0))]! += 1;
    let chiSquare = 0;
    expected.forEach((p, id) => {
      if (p === 0) expect(counts[id]).toBe(0);
      else chiSquare += (counts[id]! - draws * p) ** 2 / (draws * p);
    });
    expect(expected.filter((p) => p > 0).length).toBe(6);
    // 99.9th percentile with 5 degrees of freedom.
    expect(chiSquare).toBeLessThan(20.515);
  });
});
