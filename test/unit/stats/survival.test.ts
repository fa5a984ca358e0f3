/** Curves and log-rank tests against R's survival package (test/golden/survival_goldens.R), and by their own laws. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adjustP } from '../../../src/stats/adjust';
import {
  compareRestrictedMeans,
  greenwoodErrors,
  kaplanMeier,
  kaplanMeierBy,
  nelsonAalen,
  numbersAtRisk,
  restrictedMean,
  survivalQuantile,
} from '../../../src/stats/km';
import { logRank, pairwiseLogRank } from '../../../src/stats/logrank';
import { expectRelative } from './goldens';

type Column = (number | null)[];
interface Curve {
  time: number[];
  survival: number[];
  se: Column;
  lo: Column;
  hi: Column;
  hazard: number[];
  hazardSe: number[];
  atRisk: number[];
  events: number[];
}
interface Goldens {
  time: number[];
  event: number[];
  start: number[];
  weights: number[];
  group: number[];
  strata: number[];
  distinct: number[];
  plain: Curve;
  truncated: Curve;
  weighted: Curve;
  fleming: Curve;
  both: Curve;
  rmst: [number, number][];
  diffs: {
    rho: [number];
    stratified: boolean;
    k: [number];
    chisq: [number];
    observed: number[];
    expected: number[];
    variance: number[];
  }[];
  lateScore: [number, number];
}
const goldens = JSON.parse(readFileSync(new URL('../../golden/survival.json', import.meta.url), 'utf8')) as Goldens;
const { time, event, start, weights, group, strata } = goldens;

describe('Kaplan–Meier with late entry and case weights', () => {
  it.each([
    ['plain', {}],
    ['truncated', { start }],
    ['weighted', { weights }],
    ['both', { start, weights }],
  ] as const)('agrees with R: %s', (name, options) => {
    const expected = goldens[name];
    const curve = kaplanMeier(time, event, options);
    const errors = greenwoodErrors(curve);
    expected.time.forEach((t, i) => {
      const at = curve.time.lastIndexOf(t);
      expectRelative(curve.survival[at]!, expected.survival[i]!, 1e-12, `S(${t})`);
      expect(curve.atRisk[at]).toBe(expected.atRisk[i]);
      expect(curve.events[at]).toBe(expected.events[i]);
      if (expected.survival[i]! > 0) {
        expect(errors[at]).toBeCloseTo(expected.se[i]!, 10);
        expectRelative(curve.lo[at]!, expected.lo[i]!, 1e-10);
        expectRelative(curve.hi[at]!, expected.hi[i]!, 1e-10);
      }
    });
  });

  it('of weights is the curve of rows that stand there as often', () => {
    const repeated = time.flatMap((t, i) => Array.from({ length: weights[i]! }, () => [t, event[i]!] as const));
    const a = kaplanMeier(time, event, { weights });
    const b = kaplanMeier(
      repeated.map(([t]) => t),
      repeated.map(([, e]) => e),
    );
    a.survival.forEach((value, i) => expect(value).toBeCloseTo(b.survival[i]!, 12));
    expect(a.median).toEqual(b.median);
  });

  it('counts who is at risk at chosen times, and when a share has had its event', () => {
    expect(numbersAtRisk({ time: [1, 2, 2, 5] }, [0, 2, 3, 6])).toEqual([4, 3, 1, 0]);
    expect(numbersAtRisk({ time: [1, 2, 2, 5], start: [0, 0, 1, 3] }, [2, 4])).toEqual([2, 1]);
    const curve = kaplanMeier([1, 2, 3, 4], [1, 1, 1, 1]);
    expect(survivalQuantile(curve, 0.25).value).toBe(1.5);
    expect(survivalQuantile(curve, 0.9).value).toBe(4);
    expect(() => survivalQuantile(curve, 1)).toThrow('the share is 1');
  });

  it('by group is the curve of each group alone', () => {
    const curves = kaplanMeierBy(time, event, group, { start });
    for (const { group: name, curve } of curves) {
      const rows = group.flatMap((g, i) => (g === name ? [i] : []));
      const alone = kaplanMeier(
        rows.map((i) => time[i]!),
        rows.map((i) => event[i]!),
        { start: rows.map((i) => start[i]!) },
      );
      expect(curve).toEqual(alone);
    }
    expect(curves).toHaveLength(3);
  });
});

describe('the cumulative hazard', () => {
  it.each([
    ['plain', { time, event }, 'nelson-aalen'],
    ['truncated', { time, event, start }, 'nelson-aalen'],
    ['fleming', { time, event }, 'fleming-harrington'],
  ] as const)('agrees with R: %s', (name, data, ties) => {
    const expected = goldens[name];
    const result = nelsonAalen(data, { ties });
    expect(result.time).toEqual(expected.time);
    expected.hazard.forEach((value, i) => expect(result.hazard[i]).toBeCloseTo(value, 11));
    expected.hazardSe.forEach((value, i) => expect(result.standardError[i]).toBeCloseTo(value, 11));
  });

  it('never exceeds minus the logarithm of the survival curve', () => {
    const curve = kaplanMeier(time, event);
    const { hazard, time: times } = nelsonAalen({ time, event });
    times.forEach((t, i) =>
      expect(hazard[i]).toBeLessThanOrEqual(-Math.log(curve.survival[curve.time.indexOf(t)]!) + 1e-12),
    );
  });
});

describe('the restricted mean', () => {
  it('agrees with R', () => {
    const rows = (g: number) => group.flatMap((value, i) => (value === g ? [i] : []));
    const pick = (indices: number[]) => ({ time: indices.map((i) => time[i]!), event: indices.map((i) => event[i]!) });
    const means = [
      restrictedMean({ time, event }, 5),
      restrictedMean(pick(rows(1)), 20),
      restrictedMean(pick(rows(3)), 20),
      restrictedMean({ time, event }, 12),
    ];
    means.forEach(({ value, standardError }, i) => {
      expectRelative(value, goldens.rmst[i]![0], 1e-10);
      expectRelative(standardError, goldens.rmst[i]![1], 1e-8);
    });
    const { difference, ratio, p } = compareRestrictedMeans(means[1]!, means[2]!);
    expect(difference.value).toBeCloseTo(means[1]!.value - means[2]!.value, 12);
    expect(ratio!.value).toBeCloseTo(means[1]!.value / means[2]!.value, 12);
    expect(p < 0.05).toBe(difference.lo > 0 || difference.hi < 0);
  });

  it('is the mean where everyone has had the event by then', () => {
    expect(restrictedMean({ time: [1, 2, 6], event: [1, 1, 1] }, 10).value).toBeCloseTo(3, 12);
    expect(restrictedMean({ time: [5, 6], event: [0, 0] }, 4).value).toBe(4);
  });

  it('warns beyond the follow-up and refuses an impossible horizon', () => {
    expect(restrictedMean({ time: [1, 3], event: [1, 0] }, 10).warnings?.[0]?.code).toBe('beyond-follow-up');
    expect(() => restrictedMean({ time: [1], event: [1] }, 0)).toThrow('the horizon is 0');
    const [a, b] = [restrictedMean({ time: [2], event: [1] }, 1), restrictedMean({ time: [2], event: [1] }, 2)];
    expect(() => compareRestrictedMeans(a, b)).toThrow('the horizons are 1 and 2');
  });
});

describe('the log-rank family', () => {
  it('agrees with R: rho 0, ½ and 1, two and three groups, with and without strata', () => {
    for (const { rho, stratified, k, chisq, observed, expected, variance } of goldens.diffs) {
      const rows = group.flatMap((g, i) => (g <= k[0] ? [i] : []));
      // R sorts groups by name.
      rows.sort((a, b) => group[a]! - group[b]!);
      const pick = <T>(values: T[]) => rows.map((i) => values[i]!);
      const result = logRank({ time: pick(time), event: pick(event) }, pick(group), {
        rho: rho[0],
        ...(stratified ? { strata: pick(strata) } : {}),
      });
      expectRelative(result.test.statistic, chisq[0], 1e-9, `rho ${rho[0]}, k ${k[0]}, strata ${stratified}`);
      expect(result.test.df).toBe(k[0] - 1);
      result.groups.forEach((row, i) => {
        expectRelative(row.observed, observed[i]!, 1e-10);
        expectRelative(row.expected, expected[i]!, 1e-10);
      });
      variance.forEach((value, i) => expect(result.variance[i]).toBeCloseTo(value, 9));
    }
  });

  it('with late entry and without ties is the score test of a Cox model', () => {
    const data = { start, time: start.map((s, i) => s + 0.5 + goldens.distinct[i]!), event };
    expectRelative(logRank(data, group).test.statistic, goldens.lateScore[0], 1e-9);
  });

  const anyRows = fc.array(
    fc.record({ time: fc.integer({ min: 1, max: 12 }), event: fc.boolean(), group: fc.constantFrom('a', 'b', 'c') }),
    { minLength: 2, maxLength: 40 },
  );
  it('does not depend on the order of rows, the names of groups or the unit of time, and observes what it expects', () => {
    fc.assert(
      fc.property(anyRows, fc.integer(), (rows, seed) => {
        fc.pre(new Set(rows.map((row) => row.group)).size >= 2);
        const test = (list: typeof rows, stretch = 1, rename = (name: string) => name) =>
          logRank(
            { time: list.map((row) => row.time * stretch), event: list.map((row) => row.event) },
            list.map((row) => rename(row.group)),
            { rho: 1 },
          );
        const shuffled = rows
          .map((row, i) => ({ row, key: (Math.imul(i + 1, seed | 1) >>> 0) % 1009 }))
          .sort((x, y) => x.key - y.key)
          .map(({ row }) => row);
        const base = test(rows);
        expect(test(shuffled).test.statistic).toBeCloseTo(base.test.statistic, 8);
        expect(test(rows, 7).test.statistic).toBeCloseTo(base.test.statistic, 8);
        expect(test(rows, 1, (name) => `x${name === 'a' ? 'z' : name}`).test.statistic).toBeCloseTo(
          base.test.statistic,
          8,
        );
        const sum = (pick: (g: (typeof base.groups)[number]) => number) =>
          base.groups.reduce((total, g) => total + pick(g), 0);
        expect(sum((g) => g.observed)).toBeCloseTo(
          sum((g) => g.expected),
          8,
        );
        expect(base.test.p).toBeGreaterThanOrEqual(0);
        expect(base.test.p).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('weights early events by the number at risk where asked', () => {
    const late = { time: [1, 2, 3, 10, 11, 12], event: [1, 1, 1, 1, 1, 1] };
    const groups = ['a', 'b', 'a', 'b', 'a', 'b'];
    const [plain, gehan, tarone] = (['log-rank', 'gehan-breslow', 'tarone-ware'] as const).map((weights) =>
      logRank(late, groups, { weights }),
    );
    expect(gehan!.groups[0]!.observed).toBe(6 + 4 + 2);
    expect(tarone!.groups[0]!.observed).toBeCloseTo(Math.sqrt(6) + 2 + Math.sqrt(2), 12);
    expect(plain!.hazardRatio!.value).toBeGreaterThan(1);
    expect(gehan!.hazardRatio).toBeNull();
  });

  it('compares every two groups, p-values adjusted by Holm', () => {
    const pairs = pairwiseLogRank({ time, event }, group);
    expect(pairs.map(({ a, b }) => `${a}${b}`)).toHaveLength(3);
    expect(pairs.map(({ adjustedP }) => adjustedP)).toEqual(
      adjustP(
        pairs.map(({ test }) => test.p),
        'holm',
      ),
    );
  });

  it('says 1, with a warning, where there is nothing to compare', () => {
    const none = logRank({ time: [1, 2], event: [0, 0] }, ['a', 'b']);
    expect(none.test.p).toBe(1);
    expect(none.warnings.map(({ code }) => code)).toContain('no-events');
    const apart = logRank({ time: [1, 2, 8, 9], event: [1, 1, 1, 1], start: [0, 0, 5, 5] }, ['a', 'a', 'b', 'b']);
    expect(apart.test.p).toBe(1);
    expect(apart.warnings.every(({ code }) => code === 'empty-group')).toBe(true);
    expect(apart.hazardRatio).toBeNull();
  });

  it('refuses one group, bad rows and bad settings, naming the row', () => {
    expect(() => logRank({ time: [1, 2], event: [1, 0] }, ['a', 'a'])).toThrow('there is 1 group');
    expect(() => logRank({ time: [1, NaN], event: [1, 0] }, ['a', 'b'])).toThrow('row 2: the time is NaN');
    expect(() => logRank({ time: [1, 2], event: [1, 2] }, ['a', 'b'])).toThrow('row 2: the event is 2');
    expect(() => logRank({ time: [1, 2], event: [1, 1], start: [0, 2] }, ['a', 'b'])).toThrow(
      'row 2: it starts at 2 and ends at 2',
    );
    expect(() => logRank({ time: [1, 2], event: [1, 1], start: [0, NaN] }, ['a', 'b'])).toThrow(
      'row 2: the start is NaN',
    );
    expect(() => logRank({ time: [1, 2], event: [1] }, ['a', 'b'])).toThrow('2 times have 1 events');
    expect(() => logRank({ time: [1, 2], event: [1, 1] }, ['a'])).toThrow('2 rows have 1 group names');
    expect(() => logRank({ time: [1, 2], event: [1, 1] }, ['a', 'b'], { rho: -1 })).toThrow('rho is -1');
    expect(() => kaplanMeier([1], [1], { weights: [0] })).toThrow('row 1: the weight is 0');
  });
});

describe('adjusted p-values', () => {
  it('by Holm are .03, .06, .06, .02 for .01, .04, .03, .005', () => {
    adjustP([0.01, 0.04, 0.03, 0.005], 'holm').forEach((p, i) =>
      expect(p).toBeCloseTo([0.03, 0.06, 0.06, 0.02][i]!, 12),
    );
    adjustP([0.01, 0.02, 0.03, 0.04, 0.05], 'holm').forEach((p, i) =>
      expect(p).toBeCloseTo([0.05, 0.08, 0.09, 0.09, 0.09][i]!, 12),
    );
  });
  it('by Benjamini and Hochberg are never above Holm’s, and keep the order', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 }), (p) => {
        const [holm, bh, bonferroni] = (['holm', 'bh', 'bonferroni'] as const).map((method) => adjustP(p, method));
        p.forEach((value, i) => {
          expect(bh![i]).toBeGreaterThanOrEqual(value - 1e-15);
          expect(bh![i]).toBeLessThanOrEqual(holm![i]! + 1e-15);
          expect(holm![i]).toBeLessThanOrEqual(bonferroni![i]! + 1e-15);
          p.forEach((other, j) => value < other && expect(bh![i]).toBeLessThanOrEqual(bh![j]!));
        });
      }),
    );
    expect(adjustP([0.2, 0.1], 'none')).toEqual([0.2, 0.1]);
    expect(() => adjustP([0.2, 2], 'bh')).toThrow('p-value 2 is 2');
  });
});
