import { describe, expect, it } from 'vitest';
import { mcnemarExact, transitions } from '../../../src/stats/mcnemar';
import { wilson } from '../../../src/stats/proportions';
import { expectRelative, goldens } from './goldens';

describe('Wilson interval', () => {
  it('of 405 right answers in 500 is [.773300, .841973]', () => {
    const estimate = wilson(405, 500);
    expect(estimate.value).toBe(0.81);
    expect(estimate.lo).toBeCloseTo(0.7733002877, 10);
    expect(estimate.hi).toBeCloseTo(0.8419726212, 10);
    expect(estimate.n).toBe(500);
    expect(estimate.method).toBe('Wilson score interval, 95 %');
  });

  it('agrees with R at the ends and in the middle', () => {
    for (const { successes, n, lo, hi } of goldens.wilson) {
      const estimate = wilson(successes, n);
      expect(Math.abs(estimate.lo - lo), `${successes} of ${n}`).toBeLessThan(1e-12);
      expect(Math.abs(estimate.hi - hi), `${successes} of ${n}`).toBeLessThan(1e-12);
    }
  });

  it('contains the share, mirrors under exchange of success and failure, and widens with the level', () => {
    for (let n = 1; n <= 40; n++) {
      for (let successes = 0; successes <= n; successes++) {
        const estimate = wilson(successes, n);
        const mirror = wilson(n - successes, n);
        expect(estimate.lo).toBeGreaterThanOrEqual(0);
        expect(estimate.lo).toBeLessThanOrEqual(estimate.value);
        expect(estimate.hi).toBeGreaterThanOrEqual(estimate.value);
        expect(estimate.hi).toBeLessThanOrEqual(1);
        expect(estimate.lo).toBeCloseTo(1 - mirror.hi, 13);
        const wide = wilson(successes, n, 0.99);
        expect(wide.hi - wide.lo).toBeGreaterThan(estimate.hi - estimate.lo);
      }
    }
  });

  it('refuses a share of nothing and impossible counts', () => {
    expect(() => wilson(0, 0)).toThrow('A share');
    expect(() => wilson(3, 2)).toThrow('A share');
    expect(() => wilson(-1, 2)).toThrow('A share');
    expect(() => wilson(0.5, 2)).toThrow('A share');
  });
});

describe('exact McNemar test', () => {
  it('of 59 losers and 121 gainers is 4.434e-6, of 6 against 10 is .454498', () => {
    expectRelative(mcnemarExact(59, 121), 4.434449264e-6, 1e-9);
    expectRelative(mcnemarExact(6, 10), 0.454498291, 1e-9);
  });

  it('agrees with the exact binomial test of R', () => {
    for (const { losers, gainers, p } of goldens.mcnemar) {
      expectRelative(mcnemarExact(losers, gainers), p, 1e-11, `${losers} against ${gainers}`);
    }
  });

  it('does not care which side is called gain, and falls as the counts part', () => {
    for (let total = 1; total <= 30; total++) {
      let previous = 1.1;
      for (let gainers = Math.ceil(total / 2); gainers <= total; gainers++) {
        const p = mcnemarExact(total - gainers, gainers);
        expect(p).toBe(mcnemarExact(gainers, total - gainers));
        expect(p).toBeLessThanOrEqual(previous);
        previous = p;
      }
      expect(previous).toBeCloseTo(Math.min(1, 2 * 0.5 ** total), 14);
    }
  });

  it('says nothing where nothing changed', () => {
    expect(mcnemarExact(0, 0)).toBe(1);
    expect(mcnemarExact(7, 7)).toBe(1);
    expect(() => mcnemarExact(-1, 3)).toThrow('the counts are -1 and 3');
  });
});

describe('outcome classes', () => {
  it('counts kept, gainers, losers and never, each pair once', () => {
    const pair = (before: boolean, after: boolean) => ({ before, after });
    const table = transitions([
      pair(true, true),
      pair(false, true),
      pair(false, true),
      pair(false, true),
      pair(true, false),
      pair(false, false),
      pair(false, false),
    ]);
    expect(table).toMatchObject({ kept: 1, gainers: 3, losers: 1, never: 2 });
    expect(table.mcnemarP).toBe(mcnemarExact(1, 3));
  });
});
