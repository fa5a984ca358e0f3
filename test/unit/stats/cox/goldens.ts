/** Reads test/golden/cox.json, made by test/golden/cox_goldens.R. JSON null is R's NA. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { CoxData, CoxFit, CoxTerm, Ties } from '../../../../src/stats/cox/types';

interface GoldenRows {
  name: string;
  ties: Ties;
  names: string[];
  time: number[];
  start?: number[];
  event: number[];
  x: number[];
  strata?: number[];
  weights?: number[];
  offset?: number[];
  cluster?: number[];
}

export interface GoldenFit extends GoldenRows {
  robust: boolean;
  beta: (number | null)[];
  variance: number[];
  modelVariance: number[];
  loglik: [number, number];
  score: [number];
  wald: [number];
  robustScore?: [number];
  z: (number | null)[];
  p: (number | null)[];
  lo: (number | null)[];
  hi: (number | null)[];
}

export interface GoldenFirth extends GoldenRows {
  ties: 'efron' | 'breslow';
  beta: number[];
  loglik: [number, number];
  /** Twice the drop of the penalised likelihood with this coefficient at 0. */
  ratio: number[];
  /** Lower and upper profile limits of each log hazard ratio. */
  limits?: number[];
}

export interface GoldenDesign {
  time: number[];
  event: number[];
  age: (number | null)[];
  dose: number[];
  sex: number[];
  site: (string | null)[];
  columns: string[];
  matrix: number[];
  beta: number[];
  se: number[];
  n: number;
}

export const goldens = JSON.parse(readFileSync(new URL('../../../golden/cox.json', import.meta.url), 'utf8')) as {
  fits: GoldenFit[];
  design: GoldenDesign;
  firth: GoldenFirth[];
};

export function goldenData({ time, start, event, x, names, strata, weights, offset, cluster }: GoldenRows): CoxData {
  return {
    time,
    event,
    x: Float64Array.from(x),
    names,
    ...(start && { start }),
    ...(strata && { strata }),
    ...(weights && { weights }),
    ...(offset && { offset }),
    ...(cluster && { cluster }),
  };
}

/** Every number equal to a relative error, with 1e-9 for those that are 0 but for rounding. */
export function expectAll(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  expect(actual.length, what).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i]! - expected[i]!);
    const allowed = tolerance * Math.abs(expected[i]!) + 1e-9;
    expect(error <= allowed, `${what} ${i + 1}: ${actual[i]} against ${expected[i]}`).toBe(true);
  }
}

/** One field of every term that has it. */
export function fieldOf(fit: CoxFit, pick: (term: CoxTerm) => number | null | undefined): (number | null)[] {
  return fit.terms.map((term) => pick(term) ?? null);
}

export function expectColumn(
  actual: readonly (number | null)[],
  expected: readonly (number | null)[],
  tolerance: number,
  what: string,
): void {
  expect(
    actual.map((value) => value === null),
    `${what}: which are absent`,
  ).toEqual(expected.map((value) => value === null));
  const present = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null);
  expectAll(present(actual), present(expected), tolerance, what);
}
