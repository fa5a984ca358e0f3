/** Intervals for a share of successes. Pure: counts in, an Estimate out. */
import type { Estimate } from '../core/estimate';
import { normalQuantile } from './special/normal';

/**
 * Wilson's score interval for a proportion, without continuity correction.
 * Source: E. B. Wilson, JASA 22 (1927) 209–212:
 * (p̂ + z²/2n ± z·√(p̂(1−p̂)/n + z²/4n²)) / (1 + z²/n).
 * Throws RangeError for n = 0: no share of nothing.
 */
export function wilson(successes: number, n: number, level = 0.95): Estimate {
  if (!Number.isInteger(n) || n < 1 || !Number.isInteger(successes) || successes < 0 || successes > n) {
    throw new RangeError(`A share needs counts 0 ≤ successes ≤ n with n ≥ 1, got ${successes} of ${n}.`);
  }
  const z = normalQuantile(1 - (1 - level) / 2);
  const share = successes / n;
  const centre = share + (z * z) / (2 * n);
  const half = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  return {
    value: share,
    // At the ends the limit equals the share; rounding must not push it past.
    lo: successes === 0 ? 0 : (centre - half) / scale,
    hi: successes === n ? 1 : (centre + half) / scale,
    n,
    method: `Wilson score interval, ${percent(level)}`,
  };
}

/** `95 %` for 0.95, for method names. */
export function percent(level: number): string {
  return `${Number((level * 100).toFixed(4))} %`;
}
