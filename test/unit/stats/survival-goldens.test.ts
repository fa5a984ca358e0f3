/** Curves, hazards, quantiles and log-rank tests where goldens of R and of lifelines go beyond the plain case. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareRestrictedMeans,
  KM_INTERVALS,
  kaplanMeier,
  nelsonAalen,
  restrictedMean,
  survivalQuantile,
  type KmIntervalType,
} from '../../../src/stats/km';
import { adjustP } from '../../../src/stats/adjust';
import { logRank, type LogRankOptions } from '../../../src/stats/logrank';
import { expectRelative } from './goldens';

type Column = (number | null)[];
interface Hazards {
  time: number[];
  hazard: number[];
  hazardSe: number[];
}
interface Goldens {
  time: number[];
  event: number[];
  start: number[];
  weights: number[];
  group: number[];
  weighted: Hazards;
  both: Hazards;
  weightedFleming: Hazards;
  bothFleming: Hazards;
  limits: Record<KmIntervalType, { time: number[]; survival: number[]; lo: Column; hi: Column }>;
  shares: number[];
  quantiles: Record<KmIntervalType, { value: Column; lo: Column; hi: Column }>;
  p: number[];
  adjusted: Record<'holm' | 'bh' | 'bonferroni', number[]>;
  lone: { strata: number[]; chisq: [number]; observed: number[]; expected: number[] };
}
interface Lifelines {
  tests: { k: number; weights: NonNullable<LogRankOptions['weights']>; chisq: number; p: number }[];
  hazards: Record<'nelson-aalen' | 'fleming-harrington', { time: number[]; hazard: number[] }>;
  median: number;
  rmst: [number, number][];
}
const read = (name: string) => readFileSync(new URL(`../../golden/${name}.json`, import.meta.url), 'utf8');
const goldens = JSON.parse(read('survival')) as Goldens;
const lifelines = JSON.parse(read('survival_lifelines')) as Lifelines;
const { time, event, start, weights, group } = goldens;
const rowsOf = (keep: (group: number) => boolean) => {
  // R and lifelines sort groups by name; here they stand in order of appearance.
  const rows = group.flatMap((g, i) => (keep(g) ? [i] : [])).sort((a, b) => group[a]! - group[b]!);
  return <T>(values: readonly T[]) => rows.map((i) => values[i]!);
};

describe('the cumulative hazard of weighted rows', () => {
  it.each([
    ['weighted', { weights }, 'nelson-aalen'],
    ['both', { weights, start }, 'nelson-aalen'],
    ['weightedFleming', { weights }, 'fleming-harrington'],
    ['bothFleming', { weights, start }, 'fleming-harrington'],
  ] as const)('agrees with R: %s', (name, options, ties) => {
    const expected = goldens[name];
    const result = nelsonAalen({ time, event, ...options }, { ties });
    expect(result.time).toEqual(expected.time);
    expected.hazard.forEach((value, i) => expectRelative(result.hazard[i]!, value, 1e-11));
    expected.hazardSe.forEach((value, i) => expectRelative(result.standardError[i]!, value, 1e-11));
  });
});

describe('the limits of a curve with late entry and weights', () => {
  it.each(KM_INTERVALS)('agree with R: %s', (intervals) => {
    const { time: times, survival, lo, hi } = goldens.limits[intervals];
    const curve = kaplanMeier(time, event, { start, weights, intervals });
    let compared = 0;
    times.forEach((t, i) => {
      if (survival[i] === 0 || survival[i] === 1) return;
      const at = curve.time.lastIndexOf(t);
      expect(curve.lo[at]).toBeCloseTo(lo[i]!, 11);
      expect(curve.hi[at]).toBeCloseTo(hi[i]!, 11);
      compared += 1;
    });
    expect(compared).toBeGreaterThan(10);
  });

  it.each(KM_INTERVALS)('stay around the curve and inside [0, 1]: %s', (intervals) => {
    const row = fc.record({ time: fc.integer({ min: 1, max: 9 }), event: fc.boolean() });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), (data) => {
        const { survival, lo, hi } = kaplanMeier(
          data.map((each) => each.time),
          data.map((each) => each.event),
          { intervals },
        );
        survival.forEach((value, i) => {
          expect(lo[i]).toBeGreaterThanOrEqual(0);
          expect(lo[i]).toBeLessThanOrEqual(value + 1e-12);
          expect(hi[i]).toBeGreaterThanOrEqual(value - 1e-12);
          expect(hi[i]).toBeLessThanOrEqual(1);
        });
      }),
    );
  });
});

describe('quantiles', () => {
  it.each(KM_INTERVALS)('agree with R, with their Brookmeyer–Crowley limits: %s', (intervals) => {
    const pick = rowsOf((g) => g === 2);
    const curve = kaplanMeier(pick(time), pick(event), { intervals });
    const expected = goldens.quantiles[intervals];
    goldens.shares.forEach((share, i) =>
      expect(survivalQuantile(curve, share), `${share}`).toEqual({
        value: expected.value[i],
        lo: expected.lo[i],
        hi: expected.hi[i],
      }),
    );
  });

  it('move with the unit of time', () => {
    const unit = fc.double({ min: 0.01, max: 100, noNaN: true });
    fc.assert(
      fc.property(unit, (scale) => {
        const scaled = kaplanMeier(
          time.map((t) => t * scale),
          event,
        );
        const plain = kaplanMeier(time, event);
        expect(scaled.survival).toEqual(plain.survival);
        expect(scaled.lo).toEqual(plain.lo);
        expect(scaled.median.value).toBeCloseTo(plain.median.value! * scale, 9);
      }),
    );
  });
});

describe('the log-rank family', () => {
  it('agrees with R where a stratum lacks one of the groups', () => {
    const pick = rowsOf(() => true);
    const { strata, chisq, observed, expected } = goldens.lone;
    const data = { time: pick(time), event: pick(event) };
    const { test, groups } = logRank(data, pick(group), { strata: pick(strata), rho: 1 });
    expectRelative(test.statistic, chisq[0], 1e-10);
    groups.forEach((each, i) => {
      expectRelative(each.observed, observed[i]!, 1e-11);
      expectRelative(each.expected, expected[i]!, 1e-11);
    });
  });

  it.each(lifelines.tests)('agrees with lifelines: $weights, $k groups', ({ k, weights: kind, chisq, p }) => {
    const pick = rowsOf((g) => g <= k);
    const { test } = logRank({ time: pick(time), event: pick(event) }, pick(group), { weights: kind });
    expectRelative(test.statistic, chisq, 1e-10);
    expectRelative(test.p, p, 1e-8);
    expect(test.df).toBe(k - 1);
  });
});

describe('adjusted p-values', () => {
  it.each(['holm', 'bh', 'bonferroni'] as const)('agree with R, ties among them included: %s', (method) => {
    adjustP(goldens.p, method).forEach((p, i) => expectRelative(p, goldens.adjusted[method][i]!, 1e-14));
  });
});

describe('lifelines’ curves', () => {
  it.each(['nelson-aalen', 'fleming-harrington'] as const)('have the same cumulative hazard: %s', (ties) => {
    const expected = lifelines.hazards[ties];
    const result = nelsonAalen({ time, event }, { ties });
    expect(result.time).toEqual(expected.time);
    expected.hazard.forEach((value, i) => expectRelative(result.hazard[i]!, value, 1e-11));
  });

  it('have the same median and restricted means', () => {
    expect(kaplanMeier(time, event).median.value).toBe(lifelines.median);
    for (const [tau, value] of lifelines.rmst) expectRelative(restrictedMean({ time, event }, tau).value, value, 1e-11);
  });
});

describe('two restricted means', () => {
  it('give difference and ratio an interval that excludes no difference exactly where p is small', () => {
    const row = fc.record({ time: fc.integer({ min: 1, max: 20 }), event: fc.constantFrom(true, true, false) });
    const sample = fc.array(row, { minLength: 5, maxLength: 25 });
    fc.assert(
      fc.property(sample, sample, (one, other) => {
        const mean = (rows: typeof one) =>
          restrictedMean({ time: rows.map((each) => each.time), event: rows.map((each) => each.event) }, 10);
        const [a, b] = [mean(one), mean(other)];
        fc.pre(a.standardError > 0 && b.standardError > 0);
        const { difference, ratio, p, ratioP } = compareRestrictedMeans(a, b);
        fc.pre(Math.abs(p - 0.05) > 1e-6 && Math.abs(ratioP! - 0.05) > 1e-6);
        expect(p < 0.05).toBe(difference.lo > 0 || difference.hi < 0);
        expect(ratioP! < 0.05).toBe(ratio!.lo > 1 || ratio!.hi < 1);
        const turned = compareRestrictedMeans(b, a);
        expect(turned.difference.value).toBeCloseTo(-difference.value, 12);
        expect(turned.ratio!.value).toBeCloseTo(1 / ratio!.value, 12);
        expect(turned.p).toBeCloseTo(p, 12);
      }),
    );
  });
});
