/** The numbers of each chart as its table twin. Pure; one function a chart. */
import type { LossPoint, Rises } from '../../app/curves';
import type { GroupSummary } from '../../records/types';
import type { ChartTable } from './chart-table';
import { atRiskAt } from './km-geometry';

const setName = (seen: boolean) => (seen ? 'seen' : 'withheld');

export function lossTable(points: readonly LossPoint[]): ChartTable {
  return {
    columns: ['last step', 'steps', 'mean loss', 'lowest', 'highest'],
    rows: points.map(({ step, steps, mean, lo, hi }) => [step, steps, mean, lo, hi]),
  };
}

export function accuracyTable(groups: readonly GroupSummary[]): ChartTable {
  return {
    columns: ['set', 'epoch', 'share right', 'lower', 'upper', 'n'],
    rows: groups.flatMap(({ seen, accuracyByEpoch }) =>
      accuracyByEpoch.map(({ epoch, estimate: { value, lo, hi, n } }) => [setName(seen), epoch, value, lo, hi, n]),
    ),
  };
}

export function kmTable(groups: readonly GroupSummary[]): ChartTable {
  return {
    columns: ['set', 'epoch', 'not yet acquired', 'lower', 'upper', 'at risk', 'acquired', 'censored'],
    rows: groups.flatMap(({ seen, acquisition }) =>
      acquisition === null
        ? []
        : acquisition.time.map((time, row) => [
            setName(seen),
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

export function transitionsTable(groups: readonly GroupSummary[]): ChartTable {
  return {
    columns: ['set', 'facts', 'right throughout', 'gainers', 'losers', 'wrong throughout', 'McNemar p'],
    rows: groups.map(({ seen, facts, transitions: { kept, gainers, losers, never, mcnemarP } }) => [
      setName(seen),
      facts,
      kept,
      gainers,
      losers,
      never,
      mcnemarP,
    ]),
  };
}

export function riseTable({ seen, withheld }: Rises): ChartTable {
  const rows = (values: readonly number[], isSeen: boolean) => values.map((value) => [setName(isSeen), value]);
  return { columns: ['set', 'rise (nats per token)'], rows: [...rows(seen, true), ...rows(withheld, false)] };
}
