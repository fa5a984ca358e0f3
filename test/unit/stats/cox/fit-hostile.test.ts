/** Rows no model can be fitted to, or only with doubts: a typed error or a warning that names them, never NaN. */
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../../src/core/errors';
import { coxFit } from '../../../../src/stats/cox/fit';
import type { CoxData, CoxFit, CoxOptions } from '../../../../src/stats/cox/types';
import { drawnCox } from '../cox-samples';
import { expectAll } from './goldens';

const ten: CoxData = {
  time: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  event: [1, 0, 1, 1, 0, 1, 1, 0, 1, 1],
  x: Float64Array.of(1, 0, 1, 0, 0, 1, 1, 0, 0, 1),
  names: ['group'],
};

function withX(...columns: number[][]): CoxData {
  const names = columns.map((_, j) => `x${j + 1}`);
  return { ...ten, names, x: Float64Array.from(columns[0]!.flatMap((_, i) => columns.map((column) => column[i]!))) };
}

function replaced(values: ArrayLike<number | boolean>, row: number, value: number): number[] {
  return Array.from(values, (old, i) => (i === row - 1 ? value : Number(old)));
}

function expectNoNaN(fit: CoxFit): void {
  const numbers: unknown[] = [...fit.beta, ...fit.variance, ...fit.modelVariance, ...fit.means, fit.logLikelihood];
  const seen = JSON.stringify([numbers, fit.tests, fit.terms], (_, value: unknown) =>
    typeof value === 'number' && Number.isNaN(value) ? 'NaN' : value,
  );
  expect(seen).not.toContain('"NaN"');
}

const codes = (fit: CoxFit): string[] => fit.warnings.map(({ code }) => code);

describe('rows that cannot be used are refused by name', () => {
  const ones = new Array<number>(10).fill(1);
  const zeros = new Array<number>(10).fill(0);
  const bad: [string, CoxData, RegExp, CoxOptions?][] = [
    ['a time that is no number', { ...ten, time: replaced(ten.time, 3, NaN) }, /row 3: time is NaN/],
    ['an infinite time', { ...ten, time: replaced(ten.time, 10, Infinity) }, /row 10: time is Infinity/],
    ['an interval of no length', { ...ten, start: replaced(zeros, 4, 4) }, /row 4: start 4 is not before time 4/],
    ['a negative interval', { ...ten, start: replaced(zeros, 4, 7) }, /row 4: start 7 is not before time 4/],
    ['an interval of rounding', { ...ten, start: replaced(zeros, 4, 4 - 1e-12) }, /row 4: start .* rounding/],
    ['an event code of 2', { ...ten, event: replaced(ten.event, 2, 2) }, /row 2: event is 2/],
    [
      'a covariate that is no number',
      { ...ten, x: ten.x.map((v, i) => (i === 6 ? NaN : v)) },
      /row 7: covariate group is NaN/,
    ],
    ['a weight of 0', { ...ten, weights: replaced(ones, 5, 0) }, /row 5: the weight is 0/],
    ['a negative weight', { ...ten, weights: replaced(ones, 5, -1) }, /row 5: the weight is -1/],
    ['an infinite offset', { ...ten, offset: replaced(zeros, 1, -Infinity) }, /row 1: offset is -Infinity/],
    ['a stratum without a name', { ...ten, strata: replaced(ones, 8, NaN) }, /row 8: strata is NaN/],
    ['too few events', { ...ten, event: [1, 0] }, /event has 2/],
    ['too many weights', { ...ten, weights: [...ones, 1] }, /weights has 11/],
    ['a matrix of another shape', { ...ten, names: ['a', 'b'] }, /20 values in x, not 10/],
    ['no rows', { time: [], event: [], x: new Float64Array(0), names: ['a'] }, /no rows/],
    ['no events', { ...ten, event: zeros }, /no row has an event/],
    ['offsets too far apart', { ...ten, offset: replaced(zeros, 1, 1e4) }, /offset/],
    ['weights with exact ties', { ...ten, weights: ones }, /weights/, { ties: 'exact' }],
    ['a single cluster', { ...ten, cluster: zeros }, /one cluster/],
    ['a robust variance with exact ties', ten, /robust/, { ties: 'exact', robust: true }],
    ['Firth with exact ties', ten, /Firth/, { ties: 'exact', method: 'firth' }],
    ['a level of 95', ten, /level is 95/, { level: 95 }],
    ['half an iteration', ten, /maxIterations is 0.5/, { maxIterations: 0.5 }],
    ['no tolerance', ten, /tolerance is 0/, { tolerance: 0 }],
  ];

  it.each(bad)('%s', (_, data, message, options) => {
    let thrown: unknown;
    try {
      coxFit(data, options);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(LabError);
    expect(thrown).toMatchObject({ code: 'stats-input', message: expect.stringMatching(message) as string });
    expect((thrown as LabError).hint).not.toBe('');
  });
});

describe('rows that leave doubts are fitted with a warning', () => {
  it('few clusters', () => {
    const cluster = Array.from({ length: 10 }, (_, i) => i % 5);
    expect(codes(coxFit({ ...ten, cluster }))).toContain('few-clusters');
    expect(codes(coxFit(ten))).not.toContain('few-clusters');
  });

  it('a group without events has an infinite coefficient, and the warning names it', () => {
    const data = withX([1, 0, 1, 1, 0, 1, 1, 0, 1, 1], [3, 1, 4, 1, 5, 9, 2, 6, 5, 3]);
    const fit = coxFit(data);
    expect(codes(fit)).toContain('monotone-likelihood');
    const monotone = fit.warnings.filter(({ code }) => code === 'monotone-likelihood');
    expect(monotone.map(({ message }) => /x1|x2/.exec(message)![0])).toEqual(['x1']);
    expect(fit.terms[0]!.hazardRatio!.warnings!.map(({ code }) => code)).toEqual(['monotone-likelihood']);
    expectNoNaN(fit);
  });

  it.each(['efron', 'breslow', 'exact'] as const)('events in the order of the covariate, %s', (ties) => {
    const fit = coxFit({ ...ten, x: Float64Array.from(ten.time, (time) => -time) }, { ties });
    expect(codes(fit)).toContain('monotone-likelihood');
    expectNoNaN(fit);
  });

  it('a separating covariate in millionths is recognised too', () => {
    const fit = coxFit({ ...ten, x: ten.x.map((_, i) => (Number(ten.event[i]) === 1 ? 1e6 : 0)) });
    expect(codes(fit)).toContain('monotone-likelihood');
    expectNoNaN(fit);
  });

  it.each(['efron', 'breslow', 'exact'] as const)('all rows have the event at one time, %s', (ties) => {
    const fit = coxFit({ ...ten, time: new Array<number>(10).fill(5), event: new Array<number>(10).fill(1) }, { ties });
    expectNoNaN(fit);
    // All rows or none: the exact and Breslow likelihoods have their maximum at 0, or no information at all.
    if (ties === 'exact') expect(fit.terms[0]).toMatchObject({ beta: null, se: null });
    else expect(fit.beta[0]).toBeCloseTo(0, 9);
  });

  it('a single event', () => {
    const fit = coxFit({ ...ten, event: [0, 0, 1, 0, 0, 0, 0, 0, 0, 0] });
    expect(codes(fit)).toContain('few-events');
    expectNoNaN(fit);
  });

  it('a single event of a single row leaves nothing to estimate', () => {
    const fit = coxFit({ time: [1], event: [true], x: Float64Array.of(2), names: ['x'] });
    expect(codes(fit)).toEqual(['constant']);
    expect(fit.terms[0]!.beta).toBeNull();
    expect(fit.tests.wald).toMatchObject({ df: 0, p: 1 });
    expectNoNaN(fit);
  });

  it('constant and identical columns are null, the first of a pair is kept', () => {
    const x = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3];
    const fit = coxFit(withX(new Array<number>(10).fill(0.1), x, x));
    expect(fit.aliased).toEqual([true, false, true]);
    expect(codes(fit)).toEqual(['constant', 'collinear', 'few-events']);
    expectAll(fit.beta, [0, coxFit(withX(x)).beta[0]!, 0], 1e-12, 'coefficient');
    expectNoNaN(fit);
  });

  it('a constant that no sum of its copies gives back exactly', () => {
    const data = drawnCox(3, 30_000, {});
    const fit = coxFit({ ...data, x: data.x.map((value, k) => (k % 2 === 0 ? 0.1 : value)) });
    expect(codes(fit)).toEqual(['constant']);
  });

  it('a covariate that differs between strata only', () => {
    const strata = [1, 2, 1, 2, 1, 2, 1, 2, 1, 2];
    const fit = coxFit({ ...withX(strata), strata });
    expect(codes(fit)).toContain('collinear');
    expect(fit.terms[0]!.beta).toBeNull();
  });

  it('a robust variance of a model without coefficients', () => {
    const fit = coxFit(withX(new Array<number>(10).fill(7)), { robust: true });
    expect(fit.terms[0]!.robustSe).toBeNull();
    expectNoNaN(fit);
  });

  it.each([1e-200, 1e-9, 1e6, 1e200])('covariates in units of %d', (unit) => {
    const data = drawnCox(3, 50, {});
    const fit = coxFit({ ...data, x: data.x.map((value) => value * unit) });
    expectAll(
      fit.beta.map((beta) => beta * unit),
      coxFit(data).beta,
      1e-9,
      'coefficient',
    );
    expect(fit.aliased).toEqual([false, false]);
  });

  it('a covariate that varies in its tenth digit', () => {
    const data = drawnCox(3, 50, {});
    const fit = coxFit({ ...data, x: data.x.map((value, k) => (k % 2 === 0 ? 5 + 1e-9 * value : value)) });
    expectAll([fit.beta[0]! * 1e-9, fit.beta[1]!], coxFit(data).beta, 1e-5, 'coefficient');
  });

  it('times that differ by rounding only are ties', () => {
    const data = drawnCox(3, 50, {});
    const time = Array.from(data.time, (value, i) => (i % 2 === 0 ? value : value * (1 + 2e-16)));
    const third = time.map((value) => value / 3 + 0.1 - 0.1);
    expectAll(coxFit({ ...data, time: third }).beta, coxFit(data).beta, 1e-12, 'coefficient');
  });

  it('sums keep their digits when rows with huge risks leave the risk set', () => {
    const data = drawnCox(9, 60, {});
    const late = Array.from({ length: 5 }, (_, i) => i);
    const giant: CoxData = {
      time: [...Array.from(data.time), ...late.map((i) => 101 + i)],
      start: [...Array.from(data.time, () => 0), ...late.map(() => 100)],
      event: [...Array.from(data.event, Number), ...late.map(() => 0)],
      offset: [...Array.from(data.time, () => 0), ...late.map(() => 25)],
      x: Float64Array.of(...data.x, ...late.flatMap((i) => [i, i])),
      names: data.names,
    };
    // An event after 100 brings the huge risks into a risk set; alone with them it says nothing about the others.
    const end = { ...giant, time: [...(giant.time as number[])], event: [...(giant.event as number[])] };
    end.event[60] = 1;
    const without = coxFit({ ...giant, event: giant.event }, { tolerance: 1e-13 });
    const plain = coxFit(data, { tolerance: 1e-13 });
    expectAll(without.beta, plain.beta, 1e-9, 'coefficient');
    const fit = coxFit({ ...end, x: giant.x.map((value, k) => (k >= 120 ? 0 : value)) }, { tolerance: 1e-13 });
    expectAll(fit.beta, plain.beta, 1e-9, 'coefficient');
  });
});
