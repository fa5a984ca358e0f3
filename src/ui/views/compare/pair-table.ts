/** The tests of every pair of runs as one table, for the page's files. Pure. */
import type { ComparedPair } from '../../../app/compare.svelte';
import type { ChartTable } from '../../charts/chart-table';

/** @param names of runs by their keys */
export function pairTable(pairs: readonly ComparedPair[], names: ReadonlyMap<string, string>): ChartTable {
  return {
    columns: [
      ...['first', 'second', 'direction', 'group', 'epoch first', 'epoch second'],
      ...['shared', 'first alone', 'second alone', 'in another set'],
      ...['accuracy first', 'accuracy second', 'difference', 'lower', 'upper', 'gainers', 'losers', 'p', 'p (Holm)'],
      ...['log p difference', 'log p lower', 'log p upper', 'log p p', 'log p p (Holm)'],
    ],
    rows: pairs.map(({ a, b, epochs, test: { direction, group, facts, accuracy, logProb } }) => [
      ...[names.get(a) ?? a, names.get(b) ?? b, direction, group, ...epochs],
      ...[facts.shared, facts.onlyA, facts.onlyB, facts.otherSet],
      ...(accuracy === null
        ? Array<null>(9).fill(null)
        : [
            ...[accuracy.a.value, accuracy.b.value],
            ...[accuracy.difference.value, accuracy.difference.lo, accuracy.difference.hi],
            ...[accuracy.counts.gainers, accuracy.counts.losers, accuracy.p, accuracy.adjusted],
          ]),
      ...(logProb === null
        ? Array<null>(5).fill(null)
        : [logProb.difference.value, logProb.difference.lo, logProb.difference.hi, logProb.p, logProb.adjusted]),
    ]),
  };
}
