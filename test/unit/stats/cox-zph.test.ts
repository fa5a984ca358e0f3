import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { coxFit } from '../../../src/stats/cox/fit';
import { proportionalHazardsTest } from '../../../src/stats/cox/zph';
import { zphCurve } from '../../../src/stats/cox/zph-curve';
import { kaplanMeier, survivalAt } from '../../../src/stats/km';
import { normalQuantile } from '../../../src/stats/special/normal';
import { CASES, expectClose, fitNamed, FULL } from './cox-post-goldens';
import { drawnCox, pickRows } from './cox-samples';

interface LifelinesCase {
  name: string;
  tests: Record<'rank' | 'km' | 'identity' | 'log', { chisq: number[]; p: number[] }>;
}

const lifelines = JSON.parse(
  readFileSync(new URL('../../golden/cox_zph_lifelines.json', import.meta.url), 'utf8'),
) as LifelinesCase[];

const Z = normalQuantile(0.975);

/** Rows (stratum, time, values of every covariate) in one order: R turns tied events of start–stop rows round. */
function sortedRows(columns: readonly ArrayLike<number | null>[]): (number | null)[] {
  const rows = Array.from({ length: columns[0]!.length }, (_, e) => columns.map((column) => column[e]!));
  const key = (row: (number | null)[]): string => row.map((value) => (value === null ? '-' : value.toFixed(6))).join();
  return rows.sort((a, b) => (key(a) < key(b) ? -1 : 1)).flat();
}

describe('score test of proportional hazards agrees with cox.zph', () => {
  it.each(FULL)('$title', ({ fit, golden }) => {
    for (const transform of ['km', 'rank', 'identity', 'log'] as const) {
      const { tests, global } = proportionalHazardsTest(fit, { transform });
      expectClose([...tests.map(({ test }) => test!.statistic), global!.statistic], golden.zph[transform].chisq);
      expectClose([...tests.map(({ test }) => test!.p), global!.p], golden.zph[transform].p);
      expect(global!.df).toBe(fit.beta.length);
    }
  });

  it.each(FULL)('scaled residuals and the smooth curve through them: $title', ({ fit, golden }) => {
    for (const transform of ['km', 'log'] as const) {
      const result = proportionalHazardsTest(fit, { transform });
      const theirs = golden.zph[transform];
      const q = fit.beta.length;
      expectClose(result.time, theirs.time);
      expectClose(result.transformed, theirs.x);
      const column = (j: number): (number | null)[] => theirs.y.filter((_, k) => k % q === j);
      const columns = result.points.map((_, j) => column(j));
      expectClose(
        sortedRows([theirs.time, ...result.points.map(({ scaled }) => scaled)]),
        sortedRows([theirs.time, ...columns]),
      );
      result.points.forEach(({ name }, j) => {
        const curve = zphCurve(result, name);
        const { fit: line, se } = theirs.curves[j] ?? { fit: null, se: null };
        if (line === null || se === null) return expect(curve).toBeNull();
        expectClose(curve!.value, line, 1e-7);
        expectClose(
          curve!.hi.map((hi, i) => (hi - curve!.lo[i]!) / (2 * Z)),
          se,
          1e-7,
        );
      });
    }
  });

  it('a covariate that does not vary in a stratum has no residuals there', () => {
    const { fit, given } = fitNamed('constant-in-stratum, efron');
    const { points, stratum } = proportionalHazardsTest(fit);
    points[1]!.scaled.forEach((value, e) => expect(value === null).toBe(stratum[e] === 2));
    expect(given.s).toContain(2);
  });

  it('columns of one factor are tested together', () => {
    const { fit } = fitNamed('tied, efron');
    const whole = proportionalHazardsTest(fit, { groups: { all: ['x1', 'x2', 'x3'] } });
    expect(whole.tests.map(({ name }) => name)).toEqual(['all']);
    expect(whole.tests[0]!.test!.statistic).toBeCloseTo(whole.global!.statistic, 12);
    const some = proportionalHazardsTest(fit, { groups: { pair: ['x2', 'x3'] } });
    expect(some.tests.map(({ test }) => test!.df)).toEqual([1, 2]);
    expect(() => proportionalHazardsTest(fit, { groups: { pair: ['x9'] } })).toThrow(/no covariate x9/);
  });
});

describe('approximate test of proportional hazards agrees with lifelines', () => {
  it('for identity and log times with ties, and for all transforms without', () => {
    for (const { name, tests } of lifelines) {
      const { fit, given } = fitNamed(`${name}, efron`);
      const curve = kaplanMeier(
        given.time,
        given.event.map((event) => event === 1),
      );
      const km = (time: number): number => 1 - survivalAt(curve, time).value;
      for (const transform of name === 'plain'
        ? (['rank', 'identity', 'log', km] as const)
        : (['identity', 'log', km] as const)) {
        const theirs = tests[typeof transform === 'function' ? 'km' : transform];
        const ours = proportionalHazardsTest(fit, { transform, method: 'approximate' });
        expectClose(
          ours.tests.map(({ test }) => test!.statistic),
          theirs.chisq,
          1e-6,
        );
        expectClose(
          ours.tests.map(({ test }) => test!.p),
          theirs.p,
          1e-6,
        );
      }
    }
  });

  it('one covariate: the global test is its own, and the score test is near', () => {
    const fit = coxFit(drawnCox(3, 500, {}));
    const approximate = proportionalHazardsTest(fit, { method: 'approximate' });
    const score = proportionalHazardsTest(fit);
    approximate.tests.forEach(({ test }, j) => {
      expect(Math.abs(Math.sqrt(test!.statistic) - Math.sqrt(score.tests[j]!.test!.statistic))).toBeLessThan(0.3);
    });
    const alone = proportionalHazardsTest(fitNamed('plain, efron').fit, { method: 'approximate' });
    expect(alone.global!.statistic).toBeCloseTo(alone.tests[0]!.test!.statistic, 12);
  });
});

describe('proportional-hazards tests', () => {
  it('see a coefficient that changes sign with time, and its curve rises', () => {
    const data = drawnCox(21, 600, {});
    const time = Array.from(data.time, (t, i) => (data.x[2 * i + 1] === 1 ? 5 + t / 10 : t) + i * 1e-4);
    const result = proportionalHazardsTest(coxFit({ ...data, time }));
    expect(result.tests[1]!.test!.p).toBeLessThan(1e-6);
    expect(result.tests[0]!.test!.p).toBeGreaterThan(1e-4);
    expect(result.points[1]!.correlation).toBeGreaterThan(0.2);
    const curve = zphCurve(result, 'b', { df: 2 })!;
    expect(curve.lo.at(-1)).toBeGreaterThan(curve.hi[0]!);
  });

  it('ranks do not depend on a monotone change of time, nor any test on the order of rows', () => {
    const data = drawnCox(13, 90, {});
    const test = (rows: typeof data): number[] => {
      const { tests, global } = proportionalHazardsTest(coxFit(rows, { tolerance: 1e-13 }), { transform: 'rank' });
      return [...tests.map((each) => each.test!.statistic), global!.statistic];
    };
    const first = test(data);
    expectClose(test({ ...data, time: Array.from(data.time, (t) => t ** 3) }), first);
    expectClose(
      test(
        pickRows(
          data,
          Array.from({ length: 90 }, (_, i) => (i * 53) % 90),
        ),
      ),
      first,
    );
  });

  it('an aliased covariate has no test and a warning', () => {
    const given = CASES.find(({ name }) => name === 'plain')!;
    const x = Float64Array.from(given.x.flatMap((value) => [value, 1]));
    const fit = coxFit({ time: given.time, event: given.event, x, names: ['x1', 'one'] }, { tolerance: 1e-13 });
    const { tests, points, global, warnings } = proportionalHazardsTest(fit);
    expect(tests[1]).toEqual({ name: 'one', test: null });
    expect(points.map(({ name }) => name)).toEqual(['x1']);
    expectClose([tests[0]!.test!.statistic, global!.statistic], given.efron!.zph.km.chisq, 1e-6);
    expect(warnings.map(({ code }) => code)).toContain('constant');
  });

  it('events at one time only cannot be tested, and no number stands in', () => {
    for (const method of ['score', 'approximate'] as const) {
      const x = Float64Array.of(0.2, 0.9, -0.4, 0.3, 0.6);
      const fit = coxFit({ time: [2, 2, 2, 3, 3], event: [1, 1, 0, 0, 0], x, names: ['x'] });
      const { tests, global, points, warnings } = proportionalHazardsTest(fit, { method });
      expect([tests[0]!.test, global, points[0]!.correlation]).toEqual([null, null, null]);
      expect(warnings.map(({ code }) => code)).toContain('few-events');
    }
  });

  it('refuse what cannot be transformed, exact ties, and a model without covariates', () => {
    const { fit } = fitNamed('plain, efron');
    const early = { ...fit, data: { ...fit.data, time: Array.from(fit.data.time, (t, i) => (i === 3 ? 0 : t)) } };
    expect(() => proportionalHazardsTest(early, { transform: 'log' })).toThrow(/row 4 \(time 0\)/);
    expect(() => proportionalHazardsTest(fitNamed('tied, exact').fit)).toThrow(/exact ties/);
    const none = { ...fit, aliased: [true] };
    expect(() => proportionalHazardsTest(none)).toThrow(/no covariate has a coefficient/);
  });

  it('the curve asks for a known name and enough times', () => {
    const result = proportionalHazardsTest(fitNamed('plain, efron').fit);
    expect(() => zphCurve(result, 'x7')).toThrow(/no coefficient of x7/);
    expect(() => zphCurve(result, 'x1', { df: 1.5 })).toThrow(/columns/);
    const line = zphCurve(result, 'x1', { df: 2, points: 3 })!;
    expect(line.value[1]).toBeCloseTo((line.value[0]! + line.value[2]!) / 2, 10);
    expect(line.n).toBe(result.time.length);
    expect([line.time[0], line.time[2]]).toEqual([Math.min(...result.time), Math.max(...result.time)]);
  });
});
