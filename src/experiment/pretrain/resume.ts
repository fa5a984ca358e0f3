/**
 * Whether a stopped pretraining may be continued here.
 *
 * Promises: one that would not continue bit for bit is refused with `checkpoint-mismatch`.
 */
import type { OpenedSession } from '../host';
import { checkSameDevice, mismatch } from '../resume';
import type { PretrainResumePoint } from './events';
import type { PreparedPretraining } from './prepare';

export function checkPretrainResume(
  { checkpoint, steps, heldOut }: PretrainResumePoint,
  prepared: PreparedPretraining,
): void {
  if (checkpoint.runId !== prepared.runId) {
    throw mismatch('The checkpoint belongs to another pretraining: the configuration or the corpus has changed since.');
  }
  const { step } = checkpoint.state;
  if (step > prepared.steps.length) throw mismatch('The checkpoint stands where this pretraining never comes.');
  if (steps.length !== checkpoint.stepLines || heldOut.length !== checkpoint.heldOutLines || steps.length !== step) {
    throw mismatch(
      `The checkpoint was taken after ${step} steps and ${checkpoint.heldOutLines} evaluations, but the logs hold ${steps.length} and ${heldOut.length}.`,
    );
  }
}

export function checkPretrainDevice({ manifest }: PretrainResumePoint, opened: OpenedSession): void {
  checkSameDevice(manifest, opened);
}
