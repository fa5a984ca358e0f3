/** R's reference values for what comes after a Cox fit, and fits made of R's coefficients: only what is after is tested. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { CoxFit, Ties } from '../../../src/stats/cox/types';

type Column = (number | null)[];

export interface GoldenCurves {
  time: number[];
  surv: number[];
  se: number[];
  cumhaz: number[];
  lower: Column;
  upper: Column;
  nrisk: number[];
  nevent: number[];
  ncensor: number[];
  columns: number;
  lengths: number[];
  median: Column;
  medianLower: Column;
  medianUpper: Column;
}

export interface GoldenZph {
  chisq: number[];
  p: number[];
  x: number[];
  time: number[];
  y: Column;
  curves: ({ fit: number[]; se: number[] } | null)[];
}

export interface GoldenFit {
  beta: number[];
  variance: number[];
  modelVariance: number[];
  means: number[];
  martingale: number[];
  deviance: number[];
  score: number[];
  schoenfeld: number[];
  scaledsch: number[];
  dfbeta: number[];
  dfbetas: number[];
  /** Value and standard error. */
  concordance: number[];
  counts: number[];
  zph: Record<'km' | 'rank' | 'identity' | 'log', GoldenZph>;
  curves: { log: GoldenCurves; loglog: Partial<GoldenCurves>; plain: Partial<GoldenCurves> };
  baseline: number[];
  lp: number[];
  expected?: { time: number[]; value: number[]; se: number[] | null };
  expectedStart?: number[];
}

export interface GoldenCase {
  name: string;
  names: string[];
  x: number[];
  time: number[];
  event: number[];
  start?: number[];
  s?: number[];
  w?: number[];
  o?: number[];
  id?: number[];
  newX: number[];
  newRows: number;
  new_s?: number[];
  new_o?: number[];
  efron?: GoldenFit;
  breslow?: GoldenFit;
  exact?: GoldenFit;
}

export const CASES = JSON.parse(
  readFileSync(new URL('../../golden/cox_post.json', import.meta.url), 'utf8'),
) as GoldenCase[];

/** Every case with every treatment of ties that R was asked for. */
export const FITS: { title: string; given: GoldenCase; ties: Ties; golden: GoldenFit; fit: CoxFit }[] = CASES.flatMap(
  (given) =>
    (['efron', 'breslow', 'exact'] as const).flatMap((ties) => {
      const golden = given[ties];
      return golden ? [{ title: `${given.name}, ${ties}`, given, ties, golden, fit: fitOf(given, golden, ties) }] : [];
    }),
);

/** Those with everything: not the ones that R gives in part. */
export const FULL = FITS.filter(({ golden }) => golden.score !== undefined);

export function fitNamed(title: string): (typeof FITS)[number] {
  return FITS.find((each) => each.title === title)!;
}

function fitOf(given: GoldenCase, golden: GoldenFit, ties: Ties): CoxFit {
  const none = { statistic: 0, df: 0, p: 1, method: '' };
  return {
    terms: [],
    beta: Float64Array.from(golden.beta),
    aliased: given.names.map(() => false),
    modelVariance: Float64Array.from(golden.modelVariance),
    variance: Float64Array.from(golden.variance),
    robust: given.id !== undefined,
    logLikelihood: { null: 0, fitted: 0 },
    tests: { likelihoodRatio: none, wald: none, score: none },
    ties,
    method: 'likelihood',
    level: 0.95,
    n: given.time.length,
    events: given.event.filter((event) => event === 1).length,
    iterations: 0,
    converged: true,
    means: Float64Array.from(golden.means),
    warnings: [],
    data: {
      time: given.time,
      event: given.event,
      x: Float64Array.from(given.x),
      names: given.names,
      ...(given.start && { start: given.start }),
      ...(given.s && { strata: given.s }),
      ...(given.w && { weights: given.w }),
      ...(given.o && { offset: given.o }),
      ...(given.id && { cluster: given.id }),
    },
  };
}

/** Every number within `tolerance` of R's, relative above 1 and absolute below; null where R has none. */
export function expectClose(
  ours: ArrayLike<number | null>,
  theirs: ArrayLike<number | null>,
  tolerance = 1e-8,
  what = '',
): void {
  expect(ours.length, what).toBe(theirs.length);
  for (let i = 0; i < theirs.length; i++) {
    const [a, b] = [ours[i]!, theirs[i]!];
    if (a === null || b === null) expect(a, `${what}[${i}]`).toBe(b);
    else
      expect(Math.abs(a - b), `${what}[${i}]: ${a}, R has ${b}`).toBeLessThanOrEqual(
        tolerance * Math.max(1, Math.abs(b)),
      );
  }
}
