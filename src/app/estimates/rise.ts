/** Rise of log q from before training to the last evaluation, fact by fact, and its test. Pure. */
import { factSet, type FactSet } from '../../records';
import type { DirectionSummary } from '../../records/types';
import { trialsOf, type ChartRun, type ChartView } from '../chart-run';

export interface FactRise {
  fact: string;
  set: FactSet;
  /** Nats per token of the answer. */
  rise: number;
}

export interface Rises {
  /** Of the last evaluation. */
  epoch: number;
  facts: FactRise[];
  /** Seen against withheld facts; null where there are not both. */
  test: NonNullable<DirectionSummary['rise']>[number] | null;
}

/** Null without an evaluation after training began. */
export function risesOf(run: ChartRun, view: ChartView): Rises | null {
  const mine = trialsOf(run, view);
  const epoch = mine.reduce((latest, trial) => Math.max(latest, trial.epoch), 0);
  if (epoch === 0) return null;
  const before = new Map(mine.filter((trial) => trial.epoch === 0).map((trial) => [trial.fact, trial.logProb]));
  const facts = mine.flatMap((trial): FactRise[] => {
    const baseline = before.get(trial.fact);
    if (trial.epoch !== epoch || baseline === undefined) return [];
    const rise = (trial.logProb - baseline) / trial.tokens;
    return [{ fact: trial.fact, set: factSet(trial, run.rehearsed), rise }];
  });
  if (facts.length === 0) return null;
  const own = run.summary?.directions.find(({ direction }) => direction === view.direction);
  return { epoch, facts, test: own?.rise?.find(({ template }) => template === view.template) ?? null };
}
