/** Intervals for a share of successes. Pure: counts in, an Estimate out. */
import type { Estimate } from '../core/estimate';
import { badInput, requireLevel } from './checks';
import { betaQuantile } from './special/beta';
import { normalQuantile } from './special/normal';

/**
 * Wilson's score interval for a proportion, without continuity correction.
 * Source: E. B. Wilson, JASA 22 (1927) 209–212:
 * (p̂ + z²/2n ± z·√(p̂(1−p̂)/n + z²/4n²)) / (1 + z²/n).
 * Throws RangeError for n = 0: no share of nothing.
 */
export function wilson(successes: number, n: number, level = 0.95): Estimate {
  requireShare(successes, n, level);
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

/**
 * Exact interval: the shares that the binomial test does not refuse at either tail, from quantiles of the beta
 * distribution. Never covers too rarely, and is wider than it need be.
 * Source: Clopper & Pearson, Biometrika 26 (1934) 404–413. Throws `stats-input`.
 */
export function clopperPearson(successes: number, n: number, level = 0.95): Estimate {
  requireShare(successes, n, level);
  const tail = (1 - level) / 2;
  return {
    value: successes / n,
    lo: successes === 0 ? 0 : betaQuantile(tail, successes, n - successes + 1),
    hi: successes === n ? 1 : betaQuantile(1 - tail, successes + 1, n - successes),
    n,
    method: `Clopper–Pearson interval, ${percent(level)}`,
  };
}

function requireShare(successes: number, n: number, level: number): void {
  requireLevel('A share', level);
  if (Number.isInteger(n) && n >= 1 && Number.isInteger(successes) && successes >= 0 && successes <= n) return;
  throw badInput('A share', `${successes} of ${n}`, 'Give counts with 0 ≤ successes ≤ n and n ≥ 1.');
}

/** `95 %` for 0.95, for method names. */
export function percent(level: number): string {
  return `${Number((level * 100).toFixed(4))} %`;
}
