/** Paired change: right and wrong answers of the same facts, first against last. */
import type { TransitionTable } from '../records/types';
import { binomialCdf } from './special/binomial';

/**
 * Exact two-sided McNemar test on the discordant pairs: under no net change the losers are Binomial(b + c, ½), and
 * p = min(1, 2·P(X ≤ min(b, c))). Without discordant pairs p = 1.
 * Source: Q. McNemar, Psychometrika 12 (1947) 153–157; exact form as the binomial (sign) test.
 */
export function mcnemarExact(losers: number, gainers: number): number {
  if (![losers, gainers].every((count) => Number.isInteger(count) && count >= 0)) {
    throw new RangeError(`McNemar's test needs two counts, got ${losers} and ${gainers}.`);
  }
  return Math.min(1, 2 * binomialCdf(Math.min(losers, gainers), losers + gainers, 0.5));
}

/** The four outcome classes of paired answers, with McNemar's test of gainers against losers. */
export function transitions(pairs: readonly { before: boolean; after: boolean }[]): TransitionTable {
  const count = (before: boolean, after: boolean) =>
    pairs.filter((pair) => pair.before === before && pair.after === after).length;
  const gainers = count(false, true);
  const losers = count(true, false);
  return {
    kept: count(true, true),
    gainers,
    losers,
    never: count(false, false),
    mcnemarP: mcnemarExact(losers, gainers),
    method: 'McNemar, exact, two-sided',
  };
}
