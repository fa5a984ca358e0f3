/**
 * All training methods: the one list. A new one is one file and one line here.
 *
 * Promises: what a spec may name is here, and nothing else; retention's divergence is added to whatever a method minimises.
 * Must not know: how losses are computed, when steps are made.
 */
import type { LossSpec } from '../../engine';
import type { ExperimentSpec } from '../../spec/schema';
import { bft } from './bft';
import { dft } from './dft';
import { sft } from './sft';
import type { MethodName, TrainingMethod } from './types';

export const TRAINING_METHODS: { readonly [Name in MethodName]: TrainingMethod<Name> } = { sft, dft, bft };

/** What a run minimises. */
export interface Objective {
  /** Every loss that a step may ask for. */
  losses: readonly LossSpec[];
  /** The loss of a step, 1-based within its direction. */
  lossAt(step: number): LossSpec;
}

export function objectiveOf({ method: settings, retention }: Pick<ExperimentSpec, 'method' | 'retention'>): Objective {
  // A method is found by the very settings it takes, which the compiler cannot see.
  const method = TRAINING_METHODS[settings.kind] as TrainingMethod;
  const losses = method.losses(settings).map((loss) => ({ ...loss, klWeight: retention.klWeight }));
  return { losses, lossAt: (step) => losses[method.lossAt?.(settings, step) ?? 0]! };
}
