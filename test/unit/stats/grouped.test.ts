/** Grouped-time models against R's glm (test/golden/grouped_goldens.R), and what they say where they run out. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupedTimeFit, personPeriods, type GroupedData } from '../../../src/stats/grouped';
import { linkOf, linkValue } from '../../../src/stats/grouped/links';

interface Goldens {
  time: number[];
  event: number[];
  start: number[];
  a: number[];
  b: number[];
  id: number[];
  w: number[];
  off: number[];
  fits: {
    link: 'cloglog' | 'logit';
    late: boolean;
    weights: boolean;
    offset: boolean;
    beta: number[];
    se: number[];
    robust: number[];
    loglik: [number, number];
    deviance: [number, number];
    wald: [model: number, robust: number];
    rows: [number];
  }[];
}
const goldens = JSON.parse(readFileSync(new URL('../../golden/grouped.json', import.meta.url), 'utf8')) as Goldens;
const { time, event, start, a, b, id, w, off } = goldens;
const x = Float64Array.from(time.flatMap((_, i) => [a[i]!, b[i]!]));
const base: GroupedData = { time, event, x, names: ['a', 'b'] };
const near = (actual: number, expected: number) =>
  expect(Math.abs(actual - expected)).toBeLessThan(1e-7 * Math.max(1, Math.abs(expected)));

describe('grouped-time models', () => {
  it('agree with R: both links, late entry, weights with offsets, model and grouped robust errors', () => {
    for (const { link, late, weights, offset, beta, se, robust, loglik, deviance, wald, rows } of goldens.fits) {
      const data = {
        ...base,
        ...(late ? { start } : {}),
        ...(weights ? { weights: w } : {}),
        ...(offset ? { offset: off } : {}),
      };
      const fit = groupedTimeFit(data, { link });
      fit.terms.forEach((term, j) => {
        near(term.beta!, beta[j]!);
        near(term.se!, se[j]!);
      });
      near(fit.logLikelihood.null, loglik[0]);
      near(fit.logLikelihood.fitted, loglik[1]);
      near(fit.deviance.null, deviance[0]);
      near(fit.deviance.fitted, deviance[1]);
      near(fit.wald.statistic, wald[0]);
      expect(fit.wald.df).toBe(2);
      expect(fit.personPeriods).toBe(rows[0]);
      const clustered = groupedTimeFit({ ...data, cluster: id }, { link });
      clustered.terms.forEach((term, j) => near(term.robustSe!, robust[j]!));
      near(clustered.wald.statistic, wald[1]);
    }
  });

  it('give the discrete hazard of each time where there are no covariates', () => {
    const fit = groupedTimeFit({ time: [1, 1, 2, 2, 3], event: [1, 0, 1, 0, 0], x: new Float64Array(0), names: [] });
    expect(fit.baseline.map(({ hazard }) => hazard.value)).toEqual([
      expect.closeTo(1 / 5, 8),
      expect.closeTo(1 / 3, 8),
    ]);
    expect(fit.likelihoodRatio).toMatchObject({ df: 0, p: 1 });
    for (const { hazard } of fit.baseline) {
      expect(hazard.lo).toBeLessThan(hazard.value);
      expect(hazard.hi).toBeGreaterThan(hazard.value);
    }
  });

  it('do not change with the order of rows, the unit of time or the centre of a covariate', () => {
    const order = time.map((_, i) => i).sort((i, j) => ((i * 37) % 91) - ((j * 37) % 91));
    const pick = (values: number[]) => order.map((i) => values[i]!);
    const turned = groupedTimeFit({
      time: pick(time).map((t) => 3 * t),
      event: pick(event),
      x: Float64Array.from(order.flatMap((i) => [a[i]! + 100, b[i]!])),
      names: ['a', 'b'],
    });
    groupedTimeFit(base).terms.forEach((term, j) => near(turned.terms[j]!.beta!, term.beta!));
  });

  it('spread a row over the event times at which it was at risk', () => {
    const periods = personPeriods({ time: [3, 5, 4], event: [1, 1, 0], start: [0, 3, 0] });
    expect(periods.times).toEqual([3, 5]);
    expect([...periods.row]).toEqual([0, 1, 2]);
    expect([...periods.y]).toEqual([1, 1, 0]);
  });

  it('warn of a covariate that separates, one that is constant, and times at which all have the event', () => {
    const separated = groupedTimeFit({
      time: [1, 1, 1, 1, 1, 1],
      event: [1, 1, 1, 0, 0, 0],
      x: Float64Array.of(1, 1, 1, 0, 0, 0),
      names: ['cause'],
    });
    expect(separated.warnings.map(({ code }) => code)).toContain('monotone-likelihood');
    const constant = groupedTimeFit({ ...base, x: Float64Array.from(time.flatMap((_, i) => [a[i]!, 7])) });
    expect(constant.terms[1]).toMatchObject({ beta: null, se: null, ratio: null });
    expect(constant.warnings.map(({ code }) => code)).toContain('collinear');
    const twice = groupedTimeFit({ ...base, x: Float64Array.from(time.flatMap((_, i) => [a[i]!, 2 * a[i]!])) });
    expect(twice.terms[1]!.beta).toBeNull();
    expect(twice.terms[0]!.beta).not.toBeNull();
    const all = groupedTimeFit({
      time: [1, 1, 2, 2],
      event: [1, 0, 1, 1],
      x: Float64Array.of(1, 2, 3, 5),
      names: ['v'],
    });
    expect(all.warnings.map(({ code }) => code)).toContain('everybody-at-once');
  });

  it('know separation from collinearity: a coefficient that diverges keeps its degree of freedom', () => {
    const fit = groupedTimeFit({
      time: [1, 1, 2, 2, 3, 3],
      event: [1, 0, 1, 0, 1, 0],
      x: Float64Array.of(1, 0, 1, 0, 1, 0),
      names: ['cause'],
    });
    const codes = fit.warnings.map(({ code }) => code);
    expect(codes).toContain('monotone-likelihood');
    expect(codes).not.toContain('collinear');
    expect(fit.terms[0]!.beta).toBeGreaterThan(5);
    expect(fit.likelihoodRatio).toMatchObject({ df: 1, statistic: expect.closeTo(6.086, 3) });
    expect(fit.likelihoodRatio.p).toBeLessThan(0.05);
    for (const { hazard } of fit.baseline) expect(hazard.warnings?.[0]?.code).toBe('monotone-likelihood');
    // Beside a column of its own that is fine.
    const beside = groupedTimeFit({
      ...base,
      x: Float64Array.from(time.flatMap((_, i) => [a[i]!, event[i]!])),
      names: ['a', 'cause'],
    });
    expect(beside.terms[0]!.ratio).not.toBeNull();
    expect(beside.warnings.filter(({ code }) => code === 'monotone-likelihood')).toHaveLength(1);
  });

  it('leave out a covariate that only tells epochs apart: the baseline does that', () => {
    const fit = groupedTimeFit({
      time: [1, 1, 1, 2, 2],
      event: [1, 0, 0, 1, 0],
      start: [0, 0, 0, 1, 1],
      x: Float64Array.of(5, 5, 5, 9, 9),
      names: ['epoch'],
    });
    expect(fit.warnings.map(({ code }) => code)).toContain('collinear');
    expect(fit).toMatchObject({ likelihoodRatio: { df: 0, p: 1 }, wald: { df: 0, p: 1 } });
  });

  it('doubt robust errors from few clusters, and refuse one', () => {
    const few = groupedTimeFit({ ...base, cluster: id.map((each) => each % 3) });
    expect(few.warnings.map(({ code }) => code)).toContain('few-clusters');
    expect(few.terms[0]!.ratio!.warnings?.[0]?.code).toBe('few-clusters');
    const enough = groupedTimeFit({ ...base, cluster: id });
    expect(enough.warnings).toEqual([]);
    expect(enough.terms[0]!.ratio!.warnings).toBeUndefined();
    expect(() => groupedTimeFit({ ...base, cluster: id.map(() => 1) })).toThrow('all rows are one cluster');
    expect(() => groupedTimeFit({ ...base, cluster: id.map((each, i) => (i === 4 ? NaN : each)) })).toThrow(
      'row 5: the cluster is NaN',
    );
  });

  it('doubt more coefficients than a tenth of the events', () => {
    const rows = [0, 1, 2, 3, 4, 5, 6, 7];
    const fit = groupedTimeFit({
      time: rows.map((i) => 1 + (i % 2)),
      event: rows.map((i) => (i % 4 < 2 ? 1 : 0)),
      x: Float64Array.of(3, 1, 4, 1, 5, 9, 2, 6),
      names: ['digit'],
    });
    expect(fit.warnings.map(({ code }) => code)).toEqual(['few-events']);
  });

  it('refuse what cannot be fitted, naming the row', () => {
    expect(() => groupedTimeFit({ ...base, offset: [0.1] })).toThrow('90 rows have 1 offsets');
    expect(() => groupedTimeFit({ ...base, x: x.map((value, i) => (i === 3 ? 1e300 : value)) })).toThrow(
      'row 2: b is 1e+300',
    );
    const many = Array.from({ length: 4000 }, (_, i) => i + 1);
    expect(() => personPeriods({ time: many, event: many.map(() => 1) })).toThrow('8002000 person-periods');
    expect(() => groupedTimeFit({ ...base, event: time.map(() => 0) })).toThrow('no row has an event');
    expect(() => groupedTimeFit({ time: [1, 1], event: [1, 1], x: Float64Array.of(1, 2), names: ['v'] })).toThrow(
      'all rows at risk have the event',
    );
    expect(() => groupedTimeFit({ ...base, time: [NaN, ...time.slice(1)] })).toThrow('row 1: the time is NaN');
    expect(() => groupedTimeFit({ ...base, x: x.slice(1) })).toThrow('values');
    expect(() => groupedTimeFit({ ...base, x: x.map((value, i) => (i === 4 ? NaN : value)) })).toThrow(
      'value 5 of the covariates is NaN',
    );
    expect(() => groupedTimeFit({ ...base, cluster: [1] })).toThrow('1 cluster names');
    expect(() => groupedTimeFit({ ...base, offset: time.map(() => Infinity) })).toThrow('offsets');
    expect(() => groupedTimeFit(base, { link: 'probit' as 'logit' })).toThrow('the link is probit');
  });

  it('are quick enough to be resampled: 800 facts over 20 epochs', () => {
    const n = 800;
    const many: GroupedData = {
      time: Array.from({ length: n }, (_, i) => 1 + ((i * 7919) % 20)),
      event: Array.from({ length: n }, (_, i) => (i % 5 === 0 ? 0 : 1)),
      x: Float64Array.from({ length: n * 4 }, (_, i) => Math.sin(i)),
      names: ['a', 'b', 'c', 'd'],
    };
    groupedTimeFit(many);
    const elapsedMs = [1, 2, 3, 4, 5, 6, 7].map(() => {
      const started = performance.now();
      groupedTimeFit(many);
      return performance.now() - started;
    });
    // The quickest of some: a machine busy with other work must not fail this.
    expect(Math.min(...elapsedMs)).toBeLessThan(100);
  });
});

describe('links', () => {
  it('invert each other', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('cloglog' as const, 'logit' as const),
        fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }),
        (link, mu) => {
          expect(linkValue(link, linkOf(link, mu)).mu).toBeCloseTo(mu, 9);
        },
      ),
    );
    for (const link of ['cloglog', 'logit'] as const) {
      for (const eta of [-1e4, 1e4]) expect(linkValue(link, eta).slope).toBeGreaterThan(0);
    }
  });
});
