/** Paired change: right and wrong answers of the same facts, first against last. */
import type { TransitionTable } from '../records/types';
import { badInput } from './checks';
import type { ChiSquareTest } from './cox/types';
import { binomialCdf } from './special/binomial';
import { chiSquareUpper } from './special/chi-square';

/**
 * Exact two-sided McNemar test on the discordant pairs: under no net change the losers are Binomial(b + c, ½), and
 * p = min(1, 2·P(X ≤ min(b, c))). Without discordant pairs p = 1.
 * Source: Q. McNemar, Psychometrika 12 (1947) 153–157; exact form as the binomial (sign) test.
 */
export function mcnemarExact(losers: number, gainers: number): number {
  requireCounts(losers, gainers);
  return Math.min(1, 2 * binomialCdf(Math.min(losers, gainers), losers + gainers, 0.5));
}

/**
 * Asymptotic McNemar test: χ² = (|b − c| − 1)² / (b + c) with Edwards' continuity correction, (b − c)² / (b + c) without;
 * one degree of freedom. Without discordant pairs p = 1. Sources: McNemar (1947); Edwards, Psychometrika 13 (1948) 185–187.
 */
export function mcnemarChiSquare(losers: number, gainers: number, continuity = true): ChiSquareTest {
  requireCounts(losers, gainers);
  const discordant = losers + gainers;
  const gap = Math.max(0, Math.abs(losers - gainers) - (continuity ? 1 : 0));
  const statistic = discordant === 0 ? 0 : gap ** 2 / discordant;
  return {
    statistic,
    df: 1,
    p: discordant === 0 ? 1 : chiSquareUpper(statistic, 1),
    method: `McNemar, χ² ${continuity ? 'with' : 'without'} continuity correction`,
  };
}

function requireCounts(losers: number, gainers: number): void {
  if ([losers, gainers].every((count) => Number.isInteger(count) && count >= 0)) return;
  throw badInput('McNemar’s test', `the counts are ${losers} and ${gainers}`, 'Give two counts, 0 or more.');
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
