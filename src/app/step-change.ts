/** What a single step of a paused run brought: the records it added. Pure. */
import type { StepRecord, TrialRecord } from '../records/types';

export interface StepChange {
  steps: StepRecord[];
  /** The step before, in the same direction. */
  before: StepRecord | null;
  trials: TrialRecord[];
  /** Facts whose greedy answer is right now and was not, or the other way round. */
  turned: { trial: TrialRecord; from: TrialRecord }[];
}

/** @param from how many records there were before it */
export function changeSince(
  from: { steps: number; trials: number },
  steps: readonly StepRecord[],
  trials: readonly TrialRecord[],
): StepChange {
  const newSteps = steps.slice(from.steps);
  const newTrials = trials.slice(from.trials);
  const earlier = new Map<string, TrialRecord>();
  for (const trial of trials.slice(0, from.trials)) earlier.set(`${trial.template}|${trial.fact}`, trial);
  const before = steps.slice(0, from.steps).findLast(({ direction }) => direction === newSteps[0]?.direction) ?? null;
  const turned = newTrials.flatMap((trial) => {
    const last = earlier.get(`${trial.template}|${trial.fact}`);
    return last !== undefined && last.answerHit !== trial.answerHit ? [{ trial, from: last }] : [];
  });
  return { steps: newSteps, before, trials: newTrials, turned };
}
