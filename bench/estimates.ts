/**
 * Robust estimates for timings on a noisy machine, with percentile bootstrap intervals.
 *
 * Promises: seeded, so the same timings give the same estimates. Pure. Must not know: what was timed.
 */
import { PhiloxSequence } from '../src/core/philox';

export interface Interval {
  value: number;
  lo: number;
  hi: number;
  n: number;
  method: string;
}

const REPLICATES = 1000;
/** Steps that a burst of other work on the machine is taken to last: resampled together. */
const BLOCK = 10;

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return low + (high - low) * (at - Math.floor(at));
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Median with a 95 % interval. */
export function medianInterval(values: readonly number[], seed = 1): Interval {
  const draws = new PhiloxSequence(seed, 900);
  const replicate = () => median(values.map(() => values[draws.nextInt(values.length)]!));
  return interval(median(values), replicate, values.length, 'median, percentile bootstrap 95 %');
}

/**
 * Drift of a series: the Theil–Sen slope (Sen 1968: median of all pairwise slopes) times the length of the series, relative to
 * its median. The interval resamples blocks of residuals, because noise comes in bursts; a replicate's slope is the median
 * over random pairs.
 */
export function relativeDrift(times: readonly number[], seed = 2): Interval {
  const n = times.length;
  const level = median(times);
  const pairs = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n - 1 - i }, (_, k) => [i, i + 1 + k] as const),
  ).flat();
  const slope = (series: readonly number[], among: readonly (readonly [number, number])[]) =>
    median(among.map(([i, j]) => (series[j]! - series[i]!) / (j - i)));
  const trend = slope(times, pairs);
  const residuals = times.map((time, i) => time - trend * i);
  const draws = new PhiloxSequence(seed, 900);
  const somePairs = () => Array.from({ length: 4000 }, () => pairs[draws.nextInt(pairs.length)]!);
  const replicate = () => {
    const noise: number[] = [];
    while (noise.length < n) {
      const start = draws.nextInt(n - BLOCK + 1);
      noise.push(...residuals.slice(start, start + BLOCK));
    }
    const series = times.map((_, i) => trend * i + noise[i]!);
    return (slope(series, somePairs()) * n) / level;
  };
  return interval((trend * n) / level, replicate, n, 'Theil–Sen slope × n / median, residual block bootstrap 95 %');
}

function interval(value: number, replicate: () => number, n: number, method: string): Interval {
  const replicates = Array.from({ length: REPLICATES }, replicate);
  return { value, lo: quantile(replicates, 0.025), hi: quantile(replicates, 0.975), n, method };
}
