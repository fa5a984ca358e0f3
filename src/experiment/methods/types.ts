/** What a training method is to the rest of an experiment. Must not know: how a loss is computed. */
import type { LossSpec } from '../../engine';
import type { ExperimentSpec } from '../../spec/schema';

export type MethodSettings = ExperimentSpec['method'];
export type MethodName = MethodSettings['kind'];
type SettingsOf<Name extends MethodName> = Extract<MethodSettings, { kind: Name }>;

/** A method's loss before retention has its say: whatever it weighs, the divergence is not its business. */
export type MethodLoss = Omit<LossSpec, 'klWeight'>;

export interface TrainingMethod<Name extends MethodName = MethodName> {
  readonly name: Name;
  /** Every loss that a step of it may ask for: memory and plans are made for all of them before training begins. */
  losses(settings: SettingsOf<Name>): MethodLoss[];
  /** Which of them a step (1-based within its direction) minimises; the first where there is no choice. */
  lossAt?(settings: SettingsOf<Name>, step: number): number;
}
