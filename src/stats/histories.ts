/**
 * Trials regrouped by fact: the life of one fact under one template, in order of epochs.
 *
 * Promises: every trial stands in exactly one history; a fact evaluated twice at one epoch is refused. Histories keep
 * the order in which their facts first appear, so equal records give equal output.
 */
import { LabError } from '../core/errors';
import type { TrialRecord } from '../records/types';

export interface FactHistory {
  fact: string;
  /** Ascending by epoch, at least one. */
  trials: TrialRecord[];
}

/** Histories per fact × template. Throws LabError `record-invalid` for two trials of one fact at one epoch. */
export function factHistories(trials: readonly TrialRecord[]): FactHistory[] {
  const histories = new Map<string, FactHistory>();
  for (const trial of trials) {
    const key = `${trial.template}|${trial.fact}`;
    const history = histories.get(key);
    if (history) history.trials.push(trial);
    else histories.set(key, { fact: trial.fact, trials: [trial] });
  }
  for (const history of histories.values()) {
    history.trials.sort((a, b) => a.epoch - b.epoch);
    requireDistinctEpochs(history.trials);
  }
  return [...histories.values()];
}

/** The trial before training (epoch 0), or undefined where a cancelled run never made it. */
export function baselineOf(history: FactHistory): TrialRecord | undefined {
  const first = history.trials[0]!;
  return first.epoch === 0 ? first : undefined;
}

/** The last trial there is: a cancelled run ends earlier for some facts. */
export function lastOf(history: FactHistory): TrialRecord {
  return history.trials.at(-1)!;
}

function requireDistinctEpochs(trials: readonly TrialRecord[]): void {
  const repeated = trials.find((trial, index) => trials[index + 1]?.epoch === trial.epoch);
  if (!repeated) return;
  throw new LabError(
    'record-invalid',
    `trials: the fact ${repeated.fact} has two trials at epoch ${repeated.epoch} under the ${repeated.template} template.`,
    { hint: 'Keep one of the two lines, or run the experiment again.' },
  );
}
