/**
 * The numbers of a summary as tables, one a chart: what other programs draw from. RFC 4180, a header line each.
 *
 * Must not know: how a chart looks.
 */
import { csvLine, type CsvCell } from './csv';
import { setSummaries } from './rehearsed';
import type { GroupSummary, Summary } from './types';

type Row = readonly CsvCell[];

const GROUP: Row = ['direction', 'set', 'template'];

/** Tables by their path in a bundle. */
export const CHART_TABLES: Readonly<Record<string, (summary: Summary) => string>> = {
  'charts/accuracy.csv': table(['epoch', 'share_right', 'lower', 'upper', 'n'], ({ accuracyByEpoch }) =>
    accuracyByEpoch.map(({ epoch, estimate: { value, lo, hi, n } }) => [epoch, value, lo, hi, n]),
  ),
  'charts/acquisition.csv': table(
    ['epoch', 'not_yet_acquired', 'lower', 'upper', 'at_risk', 'acquired', 'censored'],
    ({ acquisition: curve }) =>
      curve?.time.map((time, at): Row => {
        const { survival, lo, hi, atRisk, events, censored } = curve;
        return [time, survival[at], lo[at], hi[at], atRisk[at], events[at], censored[at]];
      }) ?? [],
  ),
  'charts/outcomes.csv': table(['epoch', 'right', 'wrong', 'unparsed', 'empty'], ({ outcomesByEpoch }) =>
    outcomesByEpoch.map(({ epoch, right, wrong, unparsed, empty }) => [epoch, right, wrong, unparsed, empty]),
  ),
  'charts/partial.csv': table(['epoch', 'tokens_right', 'digits_right', 'n'], ({ partialByEpoch }) =>
    partialByEpoch.map(({ epoch, tokens, digits, n }) => [epoch, tokens, digits ?? undefined, n]),
  ),
  'charts/transitions.csv': table(
    ['facts', 'kept', 'gainers', 'losers', 'never', 'mcnemar_p'],
    ({ facts, transitions: { kept, gainers, losers, never, mcnemarP } }) => [
      [facts, kept, gainers, losers, never, mcnemarP],
    ],
  ),
};

function table(columns: Row, rowsOf: (group: GroupSummary) => readonly Row[]): (summary: Summary) => string {
  return ({ directions }) =>
    [
      [...GROUP, ...columns],
      ...directions.flatMap((summary) =>
        setSummaries(summary).flatMap((group) =>
          rowsOf(group).map((row) => [summary.direction, group.set, group.template, ...row]),
        ),
      ),
    ]
      .map(csvLine)
      .join('');
}
