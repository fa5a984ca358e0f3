/** Interval for the difference of two shares of the same items: right before, right after. Counts in, an Estimate out. */
import type { Estimate } from '../../core/estimate';
import { badInput, requireLevel } from '../checks';
import { percent, wilson } from '../proportions';

/** Right both times, wrong then right, right then wrong, wrong both times. */
export interface PairedCounts {
  kept: number;
  gainers: number;
  losers: number;
  never: number;
}

/**
 * Share after − share before with Newcombe's hybrid score interval: Wilson's limits of both shares, joined with the
 * correlation φ of the pairs (continuity-corrected). Source: Newcombe, Statistics in Medicine 17 (1998) 2635–2650,
 * method 10. Throws `stats-input` for counts that are none.
 */
export function pairedDifference({ kept, gainers, losers, never }: PairedCounts, level = 0.95): Estimate {
  requireLevel('Paired difference', level);
  const n = kept + gainers + losers + never;
  if (![kept, gainers, losers, never].every((count) => Number.isInteger(count) && count >= 0) || n === 0) {
    const problem = `the counts are ${kept}, ${gainers}, ${losers}, ${never}`;
    throw badInput('Paired difference', problem, 'Give four whole numbers, not all 0.');
  }
  const after = wilson(kept + gainers, n, level);
  const before = wilson(kept + losers, n, level);
  const phi = correlation({ kept, gainers, losers, never }, n);
  const join = (a: number, b: number) => Math.sqrt(Math.max(0, a * a - 2 * phi * a * b + b * b));
  const value = (gainers - losers) / n;
  return {
    value,
    lo: Math.max(-1, value - join(after.value - after.lo, before.hi - before.value)),
    hi: Math.min(1, value + join(after.hi - after.value, before.value - before.lo)),
    n,
    method: `Newcombe’s paired score interval, ${percent(level)}`,
  };
}

function correlation({ kept, gainers, losers, never }: PairedCounts, n: number): number {
  const margins = (kept + gainers) * (losers + never) * (kept + losers) * (gainers + never);
  if (margins === 0) return 0;
  const cross = kept * never - gainers * losers;
  const corrected = cross > 0 ? Math.max(0, cross - n / 2) : cross;
  return corrected / Math.sqrt(margins);
}
