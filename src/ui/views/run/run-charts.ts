/** The numbers of the live charts as their table twins. Pure. */
import { arrivalsOf, type Arrivals, type RaceLane } from '../../../app/race';
import type { LossPoint } from '../../../app/curves';
import type { FactSet, SetSummary } from '../../../records';
import type { ChartTable } from '../../charts/chart-table';

export function liveLossTable(points: readonly LossPoint[]): ChartTable {
  return {
    columns: ['last step', 'steps', 'mean loss', 'lowest', 'highest'],
    rows: points.map(({ step, steps, mean, lo, hi }) => [step, steps, mean, lo, hi]),
  };
}

export function liveAccuracyTable(groups: readonly SetSummary[]): ChartTable {
  return {
    columns: ['set', 'epoch', 'share right', 'lower', 'upper', 'n'],
    rows: groups.flatMap(({ set, accuracyByEpoch }) =>
      accuracyByEpoch.map(({ epoch, estimate: { value, lo, hi, n } }) => [set, epoch, value, lo, hi, n]),
    ),
  };
}

export interface LaneArrivals {
  set: FactSet;
  facts: number;
  arrivals: Arrivals[];
}

export function laneArrivals(lanes: readonly RaceLane[]): LaneArrivals[] {
  return lanes.map((lane) => ({ set: lane.set, facts: lane.facts.length, arrivals: arrivalsOf(lane) }));
}

export function arrivalsTable(lanes: readonly LaneArrivals[]): ChartTable {
  return {
    columns: ['set', 'epoch', 'acquired', 'at risk', 'regained', 'lost'],
    rows: lanes.flatMap(({ set, arrivals }) =>
      arrivals.map(({ epoch, acquired, atRisk, regained, lost }) => [set, epoch, acquired, atRisk, regained, lost]),
    ),
  };
}
