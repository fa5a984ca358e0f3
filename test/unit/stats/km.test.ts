import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crossingTime, greenwoodErrors, kaplanMeier, survivalAt, type KmIntervalType } from '../../../src/stats/km';
import { describeWithShared, sharedPath } from '../../helpers/shared';
import { goldens } from './goldens';

const TYPES: [KmIntervalType, 'log' | 'loglog' | 'plain'][] = [
  ['log', 'log'],
  ['log-log', 'loglog'],
  ['plain', 'plain'],
];
const closeOrNull = (actual: number | null, expected: number | null, what: string) => {
  if (expected === null) expect(actual, what).toBeNull();
  else expect(actual, what).toBeCloseTo(expected, 12);
};

describe.each(goldens.km)('Kaplan–Meier against R: $name', (golden) => {
  const events = golden.event.map((mark) => mark === 1);
  const curve = kaplanMeier(golden.time, events);
  const errors = greenwoodErrors(curve);
  const rowOf = (index: number) => curve.time.indexOf(golden.at[index]!);

  it('has a row for time zero and for every time in the data', () => {
    expect(curve.time).toEqual([...new Set([0, ...golden.at])].sort((a, b) => a - b));
  });

  it('has the survival, standard errors and counts', () => {
    golden.at.forEach((time, index) => {
      const row = rowOf(index);
      expect(curve.survival[row], `S(${time})`).toBeCloseTo(golden.survival[index]!, 13);
      expect(curve.atRisk[row]).toBe(golden.atRisk[index]);
      expect(curve.events[row]).toBe(golden.events[index]);
      expect(curve.censored[row]).toBe(golden.censored[index]);
      const error = golden.standardError[index]!;
      if (error === null) expect(errors[row]).toBeNaN();
      else expect(errors[row]).toBeCloseTo(error, 12);
    });
  });

  it.each(TYPES)('has the limits and the median of type %s', (intervals, key) => {
    const typed = kaplanMeier(golden.time, events, { intervals });
    const expected = golden.intervals[key];
    golden.at.forEach((time, index) => {
      const row = rowOf(index);
      const [lower, upper] = [expected.lower[index]!, expected.upper[index]!];
      if (lower === null || upper === null) {
        // R leaves S = 0 and (log-log) S = 1 open; the curve bounds them instead.
        expect([0, 1]).toContain(typed.survival[row]);
        expect(typed.lo[row]).toBe(typed.survival[row]);
        expect(typed.hi[row]).toBe(typed.survival[row] === 1 ? 1 : typed.hi[row - 1]);
      } else {
        expect(typed.lo[row], `lower limit at ${time}`).toBeCloseTo(lower, 12);
        expect(typed.hi[row], `upper limit at ${time}`).toBeCloseTo(upper, 12);
      }
    });
    closeOrNull(typed.median.value, expected.median, 'median');
    closeOrNull(typed.median.lo, expected.medianLower, 'lower limit of the median');
    closeOrNull(typed.median.hi, expected.medianUpper, 'upper limit of the median');
  });
});

describe('Kaplan–Meier by its own laws', () => {
  const epochs = fc.array(fc.record({ time: fc.integer({ min: 0, max: 20 }), event: fc.boolean() }), {
    minLength: 1,
    maxLength: 60,
  });

  it('without censoring is one minus the empirical distribution', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 80 }), (time) => {
        const curve = kaplanMeier(
          time,
          time.map(() => true),
        );
        curve.time.forEach((t, row) => {
          expect(curve.survival[row]).toBeCloseTo(time.filter((value) => value > t).length / time.length, 12);
        });
        expect(curve.survival.at(-1)).toBe(0);
      }),
    );
  });

  it('never rises, stays inside its limits, and accounts for every fact', () => {
    fc.assert(
      fc.property(epochs, fc.constantFrom(...TYPES.map(([type]) => type)), (data, intervals) => {
        const curve = kaplanMeier(
          data.map((row) => row.time),
          data.map((row) => row.event),
          { intervals },
        );
        expect(curve.time[0]).toBe(0);
        expect(curve.atRisk[0]).toBe(data.length);
        curve.time.forEach((_, row) => {
          const [survival, lo, hi] = [curve.survival[row]!, curve.lo[row]!, curve.hi[row]!];
          expect(lo).toBeGreaterThanOrEqual(0);
          expect(hi).toBeLessThanOrEqual(1);
          expect(lo).toBeLessThanOrEqual(survival);
          expect(survival).toBeLessThanOrEqual(hi);
          const left = curve.atRisk[row]! - curve.events[row]! - curve.censored[row]!;
          expect(left).toBe(curve.atRisk[row + 1] ?? 0);
          expect(curve.survival[row + 1] ?? 0).toBeLessThanOrEqual(survival);
        });
        expect(curve.totalEvents).toBe(data.filter((row) => row.event).length);
        const { value, lo, hi } = curve.median;
        if (value !== null && lo !== null) expect(lo).toBeLessThanOrEqual(value);
        if (value !== null && hi !== null) expect(hi).toBeGreaterThanOrEqual(value);
      }),
    );
  });

  it('does not care in which order the facts come', () => {
    fc.assert(
      fc.property(epochs, (data) => {
        const fit = (rows: typeof data) =>
          kaplanMeier(
            rows.map((row) => row.time),
            rows.map((row) => row.event),
          );
        expect(fit([...data].reverse())).toEqual(fit(data));
      }),
    );
  });

  it('a censored fact stays at risk until its last trial', () => {
    const curve = kaplanMeier([3, 3, 5], [true, false, true]);
    expect(curve.atRisk[curve.time.indexOf(3)]).toBe(3);
    expect(curve.survival[curve.time.indexOf(3)]).toBeCloseTo(2 / 3, 14);
    expect(curve.atRisk[curve.time.indexOf(5)]).toBe(1);
  });

  it('reads the curve between its rows', () => {
    const curve = kaplanMeier([2, 4, 4, 6], [true, true, false, false]);
    expect(survivalAt(curve, 0).value).toBe(1);
    expect(survivalAt(curve, 3.9)).toMatchObject({ value: 0.75, n: 4, lo: curve.lo[1] });
    expect(survivalAt(curve, 100).value).toBe(0.5);
    expect(() => survivalAt(curve, -1)).toThrow('the curve starts at 0');
  });

  it('finds no crossing on a rest that ends undefined', () => {
    expect(crossingTime([0, 1, 2], [1, 0.5, NaN], 0.5)).toBeNull();
    expect(crossingTime([0, 1, 2], [1, 0.5, 0.5], 0.5)).toBe(1.5);
    expect(crossingTime([0, 1, 2], [1, 0.8, NaN], 0.5)).toBeNull();
  });

  it('takes the first crossing of a limit that rises again', () => {
    expect(crossingTime([0, 6, 7, 10, 19], [1, 0.548, 0.451, 0.465, 0.51], 0.5)).toBe(7);
  });

  it('refuses no data, negative and endless times', () => {
    expect(() => kaplanMeier([], [])).toThrow('there are no rows');
    expect(() => kaplanMeier([1, 2], [true])).toThrow('2 times have 1 events');
    expect(() => kaplanMeier([-1], [true])).toThrow('row 1: the time is -1');
    expect(() => kaplanMeier([Infinity], [false])).toThrow('row 1: the time is Infinity');
  });
});

describeWithShared('Kaplan–Meier of published data', ['statistics/gehan.csv', 'statistics/lung.csv'], () => {
  const table = (file: string) => {
    const [header, ...lines] = readFileSync(sharedPath('statistics', file), 'utf8')
      .trim()
      .replaceAll('"', '')
      .split('\n');
    const names = header!.split(',');
    return lines.map((line) => Object.fromEntries(line.split(',').map((cell, index) => [names[index]!, cell])));
  };

  const gehan = table('gehan.csv');
  const arm = (treatment: string, intervals: KmIntervalType = 'log') => {
    const rows = gehan.filter((row) => row.treat === treatment);
    return kaplanMeier(
      rows.map((row) => Number(row.time)),
      rows.map((row) => row.cens === '1'),
      { intervals },
    );
  };

  it('remission under 6-MP: S(6) = .857143 (se .0763604), S(23) = .4481793', () => {
    const curve = arm('6-MP');
    const error = greenwoodErrors(curve)[curve.time.indexOf(6)]!;
    expect(survivalAt(curve, 6).value).toBeCloseTo(0.85714286, 8);
    expect(survivalAt(curve, 6).lo).toBeCloseTo(0.71981708, 8);
    expect(error).toBeCloseTo(0.076360355, 9);
    expect(survivalAt(curve, 23)).toMatchObject({
      value: expect.closeTo(0.44817927, 8),
      hi: expect.closeTo(0.80737205, 8),
    });
  });

  it('median remission is 23 against 8 weeks, with the limits of every interval type', () => {
    expect(arm('6-MP').median).toEqual({ value: 23, lo: 16, hi: null });
    expect(arm('control').median).toEqual({ value: 8, lo: 4, hi: 12 });
    for (const type of ['log-log', 'plain'] as const) {
      expect(arm('6-MP', type).median).toEqual({ value: 23, lo: 13, hi: null });
      expect(arm('control', type).median).toEqual({ value: 8, lo: 4, hi: 11 });
    }
  });

  it('median survival with lung cancer is 270 [212, 310] and 426 [348, 550] days', () => {
    const bySex = (sex: string) => {
      const rows = table('lung.csv').filter((row) => row.sex === sex);
      return kaplanMeier(
        rows.map((row) => Number(row.time)),
        rows.map((row) => row.status === '2'),
      ).median;
    };
    expect(bySex('1')).toEqual({ value: 270, lo: 212, hi: 310 });
    expect(bySex('2')).toEqual({ value: 426, lo: 348, hi: 550 });
  });
});
