import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PhiloxSequence } from '../../../src/core/philox';
import { concordance, coxConcordance } from '../../../src/stats/cox/concordance';
import type { CoxData } from '../../../src/stats/cox/types';
import { expectClose, FULL } from './cox-post-goldens';
import { drawnCox, pickRows } from './cox-samples';

const scoreOf = ({ x }: CoxData): number[] => Array.from(x).filter((_, k) => k % 2 === 0);

/** Every pair by the definition. */
function byPairs(data: CoxData, score: readonly number[]): number[] {
  const { time, event } = data;
  const weight = data.weights ?? score.map(() => 1);
  const start = data.start ?? score.map(() => -Infinity);
  const counts = [0, 0, 0, 0, 0];
  for (let i = 0; i < score.length; i++) {
    for (let j = 0; j < score.length; j++) {
      if (i === j || !event[i] || start[j]! >= time[i]!) continue;
      const both = weight[i]! * weight[j]!;
      const order = Math.sign(score[i]! - score[j]!);
      if (time[j]! > time[i]! || (time[j] === time[i] && !event[j])) counts[order > 0 ? 0 : order < 0 ? 1 : 2]! += both;
      else if (time[j] === time[i] && i < j) counts[order === 0 ? 4 : 3]! += both;
    }
  }
  return counts;
}

describe('Harrell C', () => {
  it.each(FULL)('value, standard error and counts agree with R: $title', ({ fit, golden }) => {
    const { estimate, standardError, counts } = coxConcordance(fit);
    expectClose([estimate!.value, standardError!], golden.concordance);
    expectClose(Object.values(counts), golden.counts);
    expect(estimate!.lo).toBeLessThan(estimate!.value);
    expect(estimate!.hi).toBeGreaterThan(estimate!.value);
    expect(estimate!.n).toBe(fit.n);
  });

  it('counts every pair once, with ties, starts and weights', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.boolean(), fc.boolean(), (seed, hasStart, hasWeights) => {
        const data = drawnCox(seed, 40, { hasStart, hasWeights });
        const score = scoreOf(data).map((value) => Math.round(2 * value));
        expectClose(Object.values(concordance(data, score).counts), byPairs(data, score), 1e-10);
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  it('does not depend on the order of rows or on a monotone change of time', () => {
    const data = drawnCox(5, 80, { hasWeights: true });
    const score = scoreOf(data);
    const order = score.map((_, i) => (i * 37) % 80);
    const first = concordance(data, score);
    const turned = concordance(
      pickRows(data, order),
      order.map((i) => score[i]!),
    );
    const squared = concordance({ ...data, time: Array.from(data.time, (t) => t * t) }, score);
    for (const other of [turned, squared]) {
      expect(other.estimate!.value).toBeCloseTo(first.estimate!.value, 13);
      expect(other.standardError).toBeCloseTo(first.standardError!, 13);
    }
  });

  it('is 1 for a perfect order, 0 for the reverse, with a warning that the interval is a point', () => {
    const data = { time: [1, 2, 3, 4, 5], event: [1, 1, 0, 1, 0] };
    const { estimate, counts } = concordance(data, [9, 8, 1, 5, 2]);
    expect(estimate!.value).toBe(1);
    expect(counts).toEqual({ concordant: 8, discordant: 0, tiedScore: 0, tiedTime: 0, tiedBoth: 0 });
    expect(estimate!.warnings?.map(({ code }) => code)).toEqual(['degenerate-interval']);
    expect(concordance(data, [9, 8, 1, 5, 2], { higherScore: 'later' }).estimate!.value).toBe(0);
  });

  it('is one half for scores that do not differ, and 0 weight is left to ties', () => {
    const { estimate, counts } = concordance(drawnCox(8, 50, {}), new Float64Array(50));
    expect(estimate!.value).toBe(0.5);
    expect(counts.concordant + counts.discordant + counts.tiedTime).toBe(0);
    expect(counts.tiedScore).toBeGreaterThan(0);
  });

  it('is about one half for noise, and its interval says so', () => {
    const draws = new PhiloxSequence(4, 9);
    const { estimate } = concordance(
      drawnCox(9, 400, {}),
      Array.from({ length: 400 }, () => draws.nextUnit()),
    );
    expect(estimate!.lo).toBeLessThan(0.5);
    expect(estimate!.hi).toBeGreaterThan(0.5);
  });

  it('has no value where nothing can be compared', () => {
    for (const data of [
      { time: [1, 2, 3], event: [0, 0, 0] },
      { time: [2, 2, 2], event: [1, 1, 1] },
      { time: [1, 2, 3], event: [1, 1, 1], strata: ['a', 'b', 'c'] },
      { time: [5], event: [1] },
    ]) {
      const { estimate, standardError, warnings } = concordance(data, data.time);
      expect(estimate).toBeNull();
      expect(standardError).toBeNull();
      expect(warnings.map(({ code }) => code)).toEqual(['no-comparable-pairs']);
    }
  });

  it('refuses scores that are not numbers or not one per row', () => {
    const data = { time: [1, 2], event: [1, 0] };
    expect(() => concordance(data, [1, NaN])).toThrow(/value 2 of the scores is NaN/);
    expect(() => concordance(data, [1])).toThrow(/2 rows but 1 scores/);
    expect(() => concordance({ time: [1, 2], event: [1, 0], weights: [1, -1] }, [1, 2])).toThrow(/weight is -1/);
  });

  it('takes 100,000 rows in about a second', () => {
    const data = drawnCox(2, 100_000, { hasStart: true, hasWeights: true });
    const before = performance.now();
    const { estimate } = concordance(data, scoreOf(data));
    expect(performance.now() - before).toBeLessThan(8000);
    expect(estimate!.value).toBeGreaterThan(0.55);
  });
});
