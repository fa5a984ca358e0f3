/** Curves and log-rank tests where data run out: a typed error that names the row, or a warning; never NaN in silence. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors';
import {
  compareRestrictedMeans,
  kaplanMeier,
  kaplanMeierBy,
  nelsonAalen,
  numbersAtRisk,
  restrictedMean,
  survivalAt,
} from '../../../src/stats/km';
import { coxFit } from '../../../src/stats/cox';
import { personPeriods } from '../../../src/stats/grouped';
import { learningRates } from '../../../src/stats/learning-rate';
import { logRank, pairwiseLogRank } from '../../../src/stats/logrank';

const codes = ({ warnings = [] }: { warnings?: { code: string }[] }) => warnings.map(({ code }) => code);

function refuses(work: () => unknown, message: string) {
  expect(work).toThrow(message);
  expect(work).toThrow(LabError);
}

it('late entry of more rows than a call takes arguments', () => {
  const n = 200_000;
  const start = Array.from({ length: n }, (_, i) => (i % 7) + 1);
  const time = start.map((value, i) => value + 1 + (i % 5));
  const event = time.map((_, i) => i % 2);
  expect(kaplanMeier(time, event, { start }).time[0]).toBe(1);
  expect(restrictedMean({ time, event, start }, 10).value).toBeGreaterThan(0);
});

describe('late entry that empties the risk set', () => {
  // One fact enters first and has its event before the others enter.
  const data = { time: [2, 5, 6, 7], event: [1, 1, 1, 0], start: [0, 3, 3, 4] };

  it('is told by the curve, by a value read from it, and by the restricted mean', () => {
    const curve = kaplanMeier(data.time, data.event, { start: data.start });
    expect(codes(curve)).toEqual(['risk-set-emptied']);
    expect(codes(survivalAt(curve, 6))).toEqual(['risk-set-emptied']);
    expect(codes(restrictedMean(data, 7))).toContain('risk-set-emptied');
  });

  it('is not told where the last of all has the event, nor without late entry', () => {
    expect(codes(kaplanMeier([2, 5], [1, 1], { start: [0, 1] }))).toEqual([]);
    expect(codes(kaplanMeier([2, 5, 5], [1, 1, 1]))).toEqual([]);
    expect(kaplanMeier([2, 5], [1, 1])).not.toHaveProperty('warnings');
  });
});

describe('curves read too far', () => {
  it('carry their last value on, and say so', () => {
    const curve = kaplanMeier([2, 5, 6], [1, 0, 0]);
    expect(survivalAt(curve, 6)).not.toHaveProperty('warnings');
    expect(codes(survivalAt(curve, 100))).toEqual(['beyond-follow-up']);
    expect(survivalAt(kaplanMeier([2, 6], [1, 1]), 100)).not.toHaveProperty('warnings');
    refuses(() => survivalAt(curve, NaN), 'asked for NaN');
  });
});

describe('restricted means without variance', () => {
  const untouched = restrictedMean({ time: [5, 5], event: [0, 0] }, 4);
  const atOnce = restrictedMean({ time: [3, 3], event: [1, 1] }, 4);

  it('warn that their interval has no width, alone and compared', () => {
    expect(codes(untouched)).toEqual(['zero-variance']);
    expect(codes(atOnce)).toEqual(['zero-variance']);
    const { difference, ratio, p, ratioP } = compareRestrictedMeans(untouched, atOnce);
    expect(codes(difference)).toEqual(['zero-variance']);
    expect(codes(ratio!)).toEqual(['zero-variance']);
    expect([p, ratioP]).toEqual([1, 1]);
  });
});

describe('log-rank tests of groups that do not meet', () => {
  // a with b early, c with d late: two comparisons that share no event time.
  const time = [1, 2, 3, 4, 11, 12, 13, 14];
  const event = time.map(() => 1);
  const start = [0, 0, 0, 0, 10, 10, 10, 10];
  const group = ['a', 'a', 'b', 'b', 'c', 'c', 'd', 'd'];

  it('add up the comparisons there are, on one degree less, and say so', () => {
    const whole = logRank({ time, event, start }, group);
    const part = (names: string[]) => {
      const rows = group.flatMap((name, i) => (names.includes(name) ? [i] : []));
      const pick = <T>(values: readonly T[]) => rows.map((i) => values[i]!);
      return logRank({ time: pick(time), event: pick(event), start: pick(start) }, pick(group)).test.statistic;
    };
    expect(whole.test.df).toBe(2);
    expect(whole.test.statistic).toBeCloseTo(part(['a', 'b']) + part(['c', 'd']), 10);
    expect(whole.test.statistic).toBeGreaterThan(1);
    expect(codes(whole)).toEqual(['groups-apart']);
  });

  it('do not depend on which group is left out', () => {
    const names = ['a', 'b', 'c', 'd'];
    fc.assert(
      fc.property(fc.shuffledSubarray(names, { minLength: 4 }), (order) => {
        const rows = group.map((_, i) => i).sort((i, j) => order.indexOf(group[i]!) - order.indexOf(group[j]!));
        const pick = <T>(values: readonly T[]) => rows.map((i) => values[i]!);
        const { test } = logRank({ time: pick(time), event: pick(event), start: pick(start) }, pick(group));
        expect(test.statistic).toBeCloseTo(logRank({ time, event, start }, group).test.statistic, 10);
      }),
    );
  });

  it('pair by pair carry the warnings of each pair', () => {
    const pairs = pairwiseLogRank({ time, event, start }, group);
    const across = pairs.find(({ a, b }) => a === 'a' && b === 'c')!;
    expect(across.test.p).toBe(1);
    expect(codes(across)).toEqual(['empty-group', 'empty-group']);
    expect(codes(pairs.find(({ a, b }) => a === 'a' && b === 'b')!)).toEqual([]);
  });
});

describe('times that differ by rounding only', () => {
  const rounded = 0.1 + 0.2;

  it('are one time, in curves, hazards, tests, means and person-periods', () => {
    const time = [0.3, rounded, 0.5, 0.7, 0.7, 1.1];
    const exact = time.map((t) => (t === rounded ? 0.3 : t));
    const event = [1, 1, 0, 1, 1, 1];
    const group = ['a', 'b', 'a', 'b', 'a', 'b'];
    expect(rounded).not.toBe(0.3);
    expect(kaplanMeier(time, event)).toEqual(kaplanMeier(exact, event));
    expect(nelsonAalen({ time, event })).toEqual(nelsonAalen({ time: exact, event }));
    expect(restrictedMean({ time, event }, 1)).toEqual(restrictedMean({ time: exact, event }, 1));
    expect(logRank({ time, event }, group)).toEqual(logRank({ time: exact, event }, group));
    expect(pairwiseLogRank({ time, event }, group)).toEqual(pairwiseLogRank({ time: exact, event }, group));
    expect(personPeriods({ time, event }).times).toEqual([0.3, 0.7, 1.1]);
    const [a, b] = kaplanMeierBy(time, event, group);
    expect([a!.curve.time[1], b!.curve.time[1]]).toEqual([0.3, 0.3]);
    expect(learningRates({ time, event }, group).map(({ epochs }) => epochs[0]!.epoch)).toEqual([0.3, 0.3]);
  });

  it('make the log-rank test the score test of a Cox model, which takes them so too', () => {
    const time = [0.3, rounded, 0.5, 0.7, 1.1, 1.3];
    const x = Float64Array.of(1, 0, 1, 1, 0, 0);
    const event = [1, 0, 1, 1, 1, 1];
    const { score } = coxFit({ time, event, x, names: ['x'] }, { ties: 'breslow' }).tests;
    expect(logRank({ time, event }, [...x]).test.statistic).toBeCloseTo(score.statistic, 10);
    // A strict order would take the censored one out of the risk set before or after the event.
    const apart = time.map((t) => (t === rounded ? 0.29 : t));
    expect(logRank({ time: apart, event }, [...x]).test.statistic).not.toBeCloseTo(score.statistic, 3);
  });

  it('do not depend on the unit, and make an interval between them empty', () => {
    const scaled = [0.3, rounded, 0.9].map((t) => t * 1e-9);
    expect(kaplanMeier(scaled, [1, 1, 1]).events).toEqual([0, 2, 1]);
    expect(kaplanMeier([1e-9, 2e-9], [1, 1]).events).toEqual([0, 1, 1]);
    refuses(
      () => kaplanMeier([rounded, 1], [1, 1], { start: [0.3, 0] }),
      'row 1: start 0.3 and end 0.30000000000000004',
    );
  });
});

describe('what is no data', () => {
  const rows = { time: [1, 2, 3, 4], event: [1, 1, 0, 1] };
  const group = ['a', 'b', 'a', 'b'];

  it('is refused by row: events that are neither, groups and strata without a name', () => {
    refuses(() => kaplanMeier([1, 2], [1, null] as number[]), 'row 2: the event is null');
    refuses(() => kaplanMeier([1, 2], ['1', '0'] as unknown as number[]), 'row 1: the event is 1');
    refuses(() => logRank(rows, [1, NaN, 1, 2]), 'row 2: the group is NaN');
    refuses(() => logRank(rows, group, { strata: [1, 1, NaN, 1] }), 'row 3: the stratum is NaN');
    refuses(() => logRank(rows, group, { strata: [1, 1] }), '4 rows have 2 stratum names');
    refuses(() => pairwiseLogRank(rows, group, { strata: [1, 1] }), '4 rows have 2 stratum names');
    refuses(() => pairwiseLogRank(rows, ['a', 'a', 'a', 'a']), 'there is 1 group');
    refuses(() => numbersAtRisk(rows, [1, NaN]), 'value 2 of the chosen times is NaN');
  });

  it('is refused by name: settings that do not exist or contradict each other', () => {
    refuses(() => kaplanMeier([1], [1], { intervals: 'wald' as 'log' }), 'the interval is wald');
    refuses(() => nelsonAalen(rows, { ties: 'efron' as 'nelson-aalen' }), 'ties are efron');
    refuses(() => nelsonAalen(rows, { intervals: 'wald' as 'log' }), 'the interval is wald');
    refuses(() => logRank(rows, group, { weights: 'peto' as 'log-rank' }), 'the weights are peto');
    refuses(() => logRank(rows, group, { weights: 'tarone-ware', rho: 1 }), 'rho is 1 beside weights');
    refuses(() => kaplanMeier([1], [1], { level: 1 }), 'the confidence level is 1');
  });

  it('never gives NaN: any rows, any group, ties everywhere', () => {
    const row = fc.record({
      start: fc.integer({ min: 0, max: 3 }),
      length: fc.integer({ min: 1, max: 3 }),
      event: fc.boolean(),
      group: fc.constantFrom('a', 'b', 'c'),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 14 }), (list) => {
        const data = {
          start: list.map((each) => each.start),
          time: list.map((each) => each.start + each.length),
          event: list.map((each) => each.event),
        };
        const curve = kaplanMeier(data.time, data.event, { start: data.start });
        const hazard = nelsonAalen(data);
        const mean = restrictedMean(data, 6);
        const numbers = [
          ...curve.survival,
          ...curve.lo,
          ...curve.hi,
          ...hazard.hazard,
          ...hazard.standardError,
          ...hazard.lo,
          ...hazard.hi,
          mean.value,
          mean.lo,
          mean.hi,
          mean.standardError,
        ];
        if (new Set(list.map((each) => each.group)).size > 1) {
          const names = list.map((each) => each.group);
          const { test, hazardRatio, groups, warnings } = logRank(data, names);
          numbers.push(test.statistic, test.p, ...groups.flatMap(({ observed, expected }) => [observed, expected]));
          if (hazardRatio) numbers.push(hazardRatio.value, hazardRatio.lo, hazardRatio.hi);
          if (test.df < groups.length - 1) expect(warnings.length).toBeGreaterThan(0);
        }
        expect(numbers.filter((value) => !Number.isFinite(value))).toEqual([]);
        curve.time.forEach((t, i) => {
          const last = hazard.time.findLastIndex((each) => each <= t);
          const sum = last < 0 ? 0 : hazard.hazard[last]!;
          if (curve.survival[i]! > 0) expect(sum).toBeLessThanOrEqual(-Math.log(curve.survival[i]!) + 1e-12);
        });
      }),
    );
  });
});
