/** The numbers of each chart as its table twin. Pure; one function a chart. */
import type { LossPoint, Rises } from '../../app/curves';
import type { SetSummary } from '../../records';
import type { MainEstimates } from '../../app/study-tables';
import type { ChartTable } from './chart-table';
import { atRiskAt } from './km-geometry';

export function lossTable(points: readonly LossPoint[]): ChartTable {
  return {
    columns: ['last step', 'steps', 'mean loss', 'lowest', 'highest'],
    rows: points.map(({ step, steps, mean, lo, hi }) => [step, steps, mean, lo, hi]),
  };
}

export function accuracyTable(groups: readonly SetSummary[]): ChartTable {
  return {
    columns: ['set', 'epoch', 'share right', 'lower', 'upper', 'n'],
    rows: groups.flatMap(({ set, accuracyByEpoch }) =>
      accuracyByEpoch.map(({ epoch, estimate: { value, lo, hi, n } }) => [set, epoch, value, lo, hi, n]),
    ),
  };
}

export function kmTable(groups: readonly SetSummary[]): ChartTable {
  return {
    columns: ['set', 'epoch', 'not yet acquired', 'lower', 'upper', 'at risk', 'acquired', 'censored'],
    rows: groups.flatMap(({ set, acquisition }) =>
      acquisition === null
        ? []
        : acquisition.time.map((time, row) => [
            set,
            time,
            acquisition.survival[row]!,
            acquisition.lo[row]!,
            acquisition.hi[row]!,
            atRiskAt(acquisition, time),
            acquisition.events[row]!,
            acquisition.censored[row]!,
          ]),
    ),
  };
}

export function transitionsTable(groups: readonly SetSummary[]): ChartTable {
  return {
    columns: ['set', 'facts', 'right throughout', 'gainers', 'losers', 'wrong throughout', 'McNemar p'],
    rows: groups.map(({ set, facts, transitions: { kept, gainers, losers, never, mcnemarP } }) => [
      set,
      facts,
      kept,
      gainers,
      losers,
      never,
      mcnemarP,
    ]),
  };
}

export function riseTable(rises: Rises): ChartTable {
  const rows = (['seen', 'withheld', 'rehearsed'] as const).flatMap((set) => rises[set].map((value) => [set, value]));
  return { columns: ['set', 'rise (nats per token)'], rows };
}

export function forestTable(rows: MainEstimates['rows']): ChartTable {
  return {
    columns: [
      'measure',
      'term',
      'direction',
      'group',
      'point',
      'model',
      'estimate',
      'lower',
      'upper',
      'n',
      'p',
      'method',
    ],
    rows: rows.map(({ measure, term, direction, group, point, model, coefficient, estimate }) => [
      ...[measure, term, direction, group, point, model],
      ...[estimate.value, estimate.lo, estimate.hi, estimate.n, coefficient?.p ?? null, estimate.method],
    ]),
  };
}
