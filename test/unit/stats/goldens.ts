/** Reads test/golden/stats.json, made by test/golden/stats_goldens.R. JSON null is R's NA. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

interface KmCase {
  name: string;
  time: number[];
  event: number[];
  at: number[];
  survival: number[];
  standardError: (number | null)[];
  atRisk: number[];
  events: number[];
  censored: number[];
  intervals: Record<
    'log' | 'loglog' | 'plain',
    {
      lower: (number | null)[];
      upper: (number | null)[];
      median: number | null;
      medianLower: number | null;
      medianUpper: number | null;
    }
  >;
}

interface StatsGoldens {
  km: KmCase[];
  mannWhitney: { name: string; x: number[]; y: number[]; u: number; p: number }[];
  wilson: { successes: number; n: number; lo: number; hi: number }[];
  mcnemar: { losers: number; gainers: number; p: number }[];
  binomial: { k: number; n: number; p: number; mass: number; cdf: number }[];
  chiSquare: { x: number; df: number; upper: number }[];
  normal: { z: number; cdf: number }[];
  normalQuantile: { p: number; z: number }[];
  logGamma: { x: number; value: number }[];
}

export const goldens = JSON.parse(
  readFileSync(new URL('../../golden/stats.json', import.meta.url), 'utf8'),
) as StatsGoldens;

/** Equal to a relative error, for values of any size. */
export function expectRelative(actual: number, expected: number, tolerance: number, what = ''): void {
  const error = actual === expected ? 0 : Math.abs(actual - expected) / Math.abs(expected);
  expect(error, `${what} ${actual} against ${expected}`).toBeLessThanOrEqual(tolerance);
}
