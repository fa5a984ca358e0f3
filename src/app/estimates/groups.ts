/** The groups of a run's summary as charts take them: the sets of one direction under one template. Pure. */
import { setSummaries, type SetSummary } from '../../records';
import type { ChartRun, ChartView } from '../chart-run';

export interface Groups {
  groups: SetSummary[];
  /** Training time of the last evaluation, and the epochs planned. */
  lastEpoch: number;
  epochs: number;
}

/** Null where nothing of them was evaluated. */
export function groupsOf({ summary, manifest }: ChartRun, { direction, template }: ChartView): Groups | null {
  const own = summary?.directions.find((each) => each.direction === direction);
  const groups = own ? setSummaries(own).filter((group) => group.template === template) : [];
  if (groups.length === 0) return null;
  const lastEpoch = Math.max(0, ...groups.flatMap(({ accuracyByEpoch }) => accuracyByEpoch.map(({ epoch }) => epoch)));
  return { groups, lastEpoch, epochs: manifest.spec.train.epochs };
}
