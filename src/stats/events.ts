/**
 * Time-to-event rows from trials: who was at risk of being acquired, when it happened, who was never seen to.
 *
 * Promises: pure; the definitions here are the ones the documentation states. Must not know: how a curve is fitted.
 */
import type { Direction } from '../core/direction';
import type { TemplateRole, TrialRecord } from '../records/types';
import { baselineOf, factHistories, lastOf, type FactHistory } from './histories';

/** One fact at risk. On withheld facts the same event is generalization. */
export interface AcquisitionRow {
  fact: string;
  identifier: string;
  direction: Direction;
  seen: boolean;
  stratum: number;
  template: TemplateRole;
  /** Right in at least one sample before training though wrong greedily; null where nothing was sampled. */
  latent: boolean | null;
  /** Epoch of the event, or of the last trial. */
  time: number;
  event: boolean;
}

/**
 * Acquisition: the facts whose greedy answer was wrong before training (answerHit false at epoch 0). The event is the
 * first evaluated epoch with a right answer; without one the fact is censored at its last trial, so that a cancelled
 * run keeps what it saw. Facts right before training, and facts without a trial at epoch 0, are not at risk.
 */
export function acquisitionRows(trials: readonly TrialRecord[]): AcquisitionRow[] {
  return acquisitionRowsOf(factHistories(trials));
}

/** The same from histories already grouped. */
export function acquisitionRowsOf(histories: readonly FactHistory[]): AcquisitionRow[] {
  return histories.flatMap((history) => {
    const baseline = baselineOf(history);
    return baseline && !baseline.answerHit ? [acquisitionRow(baseline, history)] : [];
  });
}

function acquisitionRow(baseline: TrialRecord, history: FactHistory): AcquisitionRow {
  const acquired = history.trials.find((trial) => trial.answerHit);
  const { fact, identifier, direction, seen, stratum, template } = baseline;
  return {
    fact,
    identifier,
    direction,
    seen,
    stratum,
    template,
    latent: isLatent(baseline),
    time: (acquired ?? lastOf(history)).epoch,
    event: acquired !== undefined,
  };
}

/** Latent: wrong when decoded greedily, right in at least one sample. Null where the trial was not sampled. */
export function isLatent(trial: TrialRecord): boolean | null {
  if (trial.sampled === null || trial.sampled.samples === 0) return null;
  return !trial.answerHit && trial.sampled.answerHits > 0;
}
