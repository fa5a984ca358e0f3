/**
 * Whether a direction has stopped improving. Pure: everything follows from the records, so a resumed run judges alike.
 *
 * A measure is judged at evaluations. An evaluation improves where its value beats the best one before it by more than
 * `minImprovement`; after `patience` evaluations in a row that do not, training ends.
 */
import type { Direction } from '../core/direction';
import { LabError } from '../core/errors';
import type { LanguageRecord, StepRecord, TrialRecord } from '../records';
import type { ExperimentSpec } from '../spec/schema';
import { SAMPLED_TEMPLATE } from './plan';
import { languageLossAt } from './probes/summary';

export type EarlyStopping = NonNullable<ExperimentSpec['train']['earlyStopping']>;
export type StoppingMeasure = EarlyStopping['measure'];

const HIGHER_IS_BETTER: Record<StoppingMeasure, boolean> = {
  'seen-accuracy': true,
  'training-loss': false,
  'language-loss': false,
};

export interface StoppingRecords {
  direction: Direction;
  /** Steps of the evaluations so far, ascending. */
  evaluations: readonly number[];
  trials: readonly TrialRecord[];
  steps: readonly StepRecord[];
  language: readonly LanguageRecord[];
}

/**
 * Values of a measure, oldest first. Seen accuracy: share of seen facts answered right under the held-out template, one value
 * per evaluation. Training loss: mean token loss of the steps since the evaluation before, so none for the first one. Language
 * loss: mean loss per token of the texts that are never trained.
 */
export function stoppingValues(measure: StoppingMeasure, records: StoppingRecords): number[] {
  switch (measure) {
    case 'seen-accuracy':
      return records.evaluations.map((step) => seenAccuracy(records.trials, records.direction, step));
    case 'training-loss':
      return records.evaluations.slice(1).map((to, index) => meanLoss(records, records.evaluations[index]!, to));
    case 'language-loss':
      return records.evaluations.map(
        (step) => languageLossAt(records.language, { direction: records.direction, step }) ?? NaN,
      );
  }
}

/** Share of one evaluation's seen facts that were answered right under the held-out template. */
export function seenAccuracy(trials: readonly TrialRecord[], direction: Direction, step: number): number {
  let [right, asked] = [0, 0];
  for (const trial of trials) {
    if (trial.step !== step || trial.direction !== direction) continue;
    if (!trial.seen || trial.template !== SAMPLED_TEMPLATE) continue;
    asked += 1;
    if (trial.answerHit) right += 1;
  }
  return right / asked;
}

function meanLoss({ steps, direction }: StoppingRecords, after: number, to: number): number {
  let [loss, tokens] = [0, 0];
  for (const record of steps) {
    if (record.direction !== direction || record.step <= after || record.step > to) continue;
    loss += record.loss * record.supervisedTokens;
    tokens += record.supervisedTokens;
  }
  return loss / tokens;
}

/** Evaluations in a row, up to the last one, that did not improve. */
export function evaluationsWithoutImprovement(
  values: readonly number[],
  { measure, minImprovement }: EarlyStopping,
): number {
  let best = values[0];
  let stale = 0;
  for (const value of values.slice(1)) {
    const gain = HIGHER_IS_BETTER[measure] ? value - best! : best! - value;
    if (gain > minImprovement) {
      best = value;
      stale = 0;
    } else {
      stale += 1;
    }
  }
  return stale;
}

export function stopsAfter(values: readonly number[], rule: EarlyStopping): boolean {
  return evaluationsWithoutImprovement(values, rule) >= rule.patience;
}

/** Throws `spec-invalid` for a measure that this run does not take. */
export function checkEarlyStopping({ train, evaluation }: ExperimentSpec): void {
  if (train.earlyStopping?.measure !== 'language-loss' || evaluation.probes.languageLoss !== null) return;
  throw new LabError('spec-invalid', 'Early stopping by language-loss needs the probe that measures it.', {
    hint: 'Turn evaluation.probes.languageLoss on, or judge by seen-accuracy or training-loss.',
    control: 'train.earlyStopping',
  });
}
