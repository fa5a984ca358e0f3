/** ROC areas and random-effects means against direct formulas and statsmodels (test/golden/roc_goldens.py). */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventsForHazardRatio, powerForEvents } from '../../../../src/stats/power';
import { randomEffects } from '../../../../src/stats/random-effects';
import { aucDeLong, compareAuc } from '../../../../src/stats/roc/delong';
import { fprAtTpr, tprAtFpr } from '../../../../src/stats/roc/fixed-rate';
import { mannWhitney } from '../../../../src/stats/mann-whitney';
import { expectRelative } from '../goldens';

interface Meta {
  values: number[];
  errors: number[];
  'paule-mandel': { mean: number; tau2: number; wald_se: number; hk_se: number; q: number; hk_scale: number };
  'dersimonian-laird': Meta['paule-mandel'];
}
const goldens = JSON.parse(readFileSync(new URL('../../../golden/roc.json', import.meta.url), 'utf8')) as {
  delong: {
    a: number[];
    b: number[];
    positive: boolean[];
    auc: number;
    lo: number;
    hi: number;
    difference: number;
    p: number;
  }[];
  meta: Meta[];
};

describe('the area under the ROC curve', () => {
  it('has DeLong’s interval', () => {
    for (const { a, positive, auc, lo, hi } of goldens.delong) {
      const estimate = aucDeLong(a, positive);
      expectRelative(estimate.value, auc, 1e-12);
      expectRelative(estimate.lo, lo, 1e-9);
      expectRelative(estimate.hi, hi, 1e-9);
    }
  });

  it('of two scores on the same cases is compared pairwise', () => {
    for (const { a, b, positive, difference, p } of goldens.delong) {
      const result = compareAuc(a, b, positive);
      expect(result.difference.value).toBeCloseTo(difference, 12);
      expectRelative(result.test.p, p, 1e-9);
      expect(compareAuc(a, a, positive).test.p).toBe(1);
    }
  });

  it('is Mann–Whitney’s, and mirrors when the labels turn', () => {
    const score = fc.integer({ min: 0, max: 6 });
    fc.assert(
      fc.property(
        fc.array(score, { minLength: 2, maxLength: 15 }),
        fc.array(score, { minLength: 2, maxLength: 15 }),
        (x, y) => {
          const scores = [...x, ...y];
          const labels = scores.map((_, i) => i < x.length);
          const estimate = aucDeLong(scores, labels);
          expect(estimate.value).toBeCloseTo(mannWhitney(x, y).auc, 12);
          expect(
            aucDeLong(
              scores,
              labels.map((label) => !label),
            ).value,
          ).toBeCloseTo(1 - estimate.value, 12);
          expect(estimate.lo).toBeLessThanOrEqual(estimate.value);
          expect(estimate.hi).toBeGreaterThanOrEqual(estimate.value);
        },
      ),
    );
  });

  it('of a perfect separation is 1 with a bound below it and a warning', () => {
    const estimate = aucDeLong([5, 6, 7, 1, 2], [true, true, true, false, false]);
    expect(estimate.value).toBe(1);
    expect(estimate.hi).toBe(1);
    expect(estimate.lo).toBeCloseTo(Math.sqrt(0.025), 10);
    expect(estimate.warnings?.[0]?.code).toBe('zero-variance');
  });

  it('refuses a class without cases and scores that are no numbers', () => {
    expect(() => aucDeLong([1, 2], [true, true])).toThrow('negatives: 0 given');
    expect(() => aucDeLong([1, NaN], [true, false])).toThrow('value 2 of the scores is NaN');
    expect(() => aucDeLong([1], [true, false])).toThrow('labels');
  });
});

describe('rates at a fixed rate', () => {
  const scores = [9, 8, 7, 3, 6, 5, 4, 2, 1, 0];
  const positive = scores.map((_, i) => i < 4);
  it('count positives above the threshold that few enough negatives pass', () => {
    expect(tprAtFpr(scores, positive, 0).value).toBe(0.75);
    expect(tprAtFpr(scores, positive, 0.5).value).toBe(1);
    expect(tprAtFpr(scores, positive, 1).value).toBe(1);
    expect(fprAtTpr(scores, positive, 0.75).value).toBe(0);
    expect(fprAtTpr(scores, positive, 1).value).toBeCloseTo(0.5, 12);
  });
  it('let no tied negative slip through', () => {
    expect(tprAtFpr([1, 1, 1, 1], [true, true, false, false], 0.5).value).toBe(0);
  });
  it('refuse impossible rates', () => {
    expect(() => tprAtFpr(scores, positive, 2)).toThrow('the fixed rate is 2');
    expect(() => tprAtFpr(scores, [true], 0.1)).toThrow('labels');
  });
});

describe('the random-effects mean', () => {
  it('agrees with statsmodels in mean, spread and Q', () => {
    for (const row of goldens.meta) {
      for (const tau2 of ['paule-mandel', 'dersimonian-laird'] as const) {
        const expected = row[tau2];
        const wald = randomEffects(row.values, row.errors, { tau2, interval: 'wald' });
        // Its Paule–Mandel iteration ends at 1e-5 of Q.
        const tolerance = tau2 === 'paule-mandel' ? 1e-4 : 1e-9;
        expect(Math.abs(wald.tau2 - Math.max(0, expected.tau2))).toBeLessThan(tolerance);
        if (expected.tau2 < 0) continue;
        expect(Math.abs(wald.mean.value - expected.mean)).toBeLessThan(tolerance);
        expect(Math.abs((wald.mean.hi - wald.mean.lo) / 2 / 1.959963984540054 - expected.wald_se)).toBeLessThan(
          tolerance,
        );
        expectRelative(wald.q, expected.q, 1e-9);
        const knapp = randomEffects(row.values, row.errors, { tau2 });
        if (expected.hk_scale >= 1) {
          const t = (knapp.mean.hi - knapp.mean.lo) / (wald.mean.hi - wald.mean.lo);
          expect(t).toBeGreaterThan(1);
        }
      }
    }
  });

  it('of runs that agree is their weighted mean, with no variance between them', () => {
    const result = randomEffects([1, 1, 1, 1, 1], [0.1, 0.2, 0.3, 0.1, 0.2]);
    expect(result.mean.value).toBeCloseTo(1, 12);
    expect(result.tau2).toBe(0);
    expect(result.i2).toBe(0);
    expect(result.qP).toBeCloseTo(1, 12);
  });

  it('warns of few runs and refuses bad errors', () => {
    expect(randomEffects([1, 2], [0.1, 0.1]).mean.warnings?.[0]?.code).toBe('few-runs');
    expect(randomEffects([1, 2], [0.1, 0.1]).prediction).toBeNull();
    expect(() => randomEffects([1, 2], [0.1, 0])).toThrow('standard error 2 is 0');
    expect(() => randomEffects([1], [0.1])).toThrow('at least 2 needed');
    expect(() => randomEffects([1, 2], [0.1])).toThrow('2 values have 1 standard errors');
  });
});

describe('the power of a hazard ratio', () => {
  it('needs 483, 166 (165.2 rounded up) and 87 events for 1.5, 2 and 2.6 with a quarter latent, p < 0.01, power 90 %', () => {
    const events = [1.5, 2, 2.6].map((hazardRatio) => eventsForHazardRatio({ hazardRatio, share: 0.25, alpha: 0.01 }));
    expect(events).toEqual([483, 166, 87]);
    expect(powerForEvents({ hazardRatio: 2, share: 0.25, alpha: 0.01 }, 166)).toBeGreaterThan(0.9);
    expect(powerForEvents({ hazardRatio: 2, share: 0.25, alpha: 0.01 }, 165)).toBeLessThan(0.9);
    expect(powerForEvents({ hazardRatio: 2, share: 0.25 }, 0)).toBeCloseTo(0.05, 12);
  });
  it('refuses a ratio of 1 and impossible shares', () => {
    expect(() => eventsForHazardRatio({ hazardRatio: 1, share: 0.5 })).toThrow('the hazard ratio is 1');
    expect(() => eventsForHazardRatio({ hazardRatio: 2, share: 1 })).toThrow('share');
    expect(() => eventsForHazardRatio({ hazardRatio: 2, share: 0.5, alpha: 0 })).toThrow('alpha');
    expect(() => powerForEvents({ hazardRatio: 2, share: 0.5 }, -1)).toThrow('events');
  });
});
