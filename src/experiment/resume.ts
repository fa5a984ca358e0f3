/**
 * Whether a stopped run may be continued here: same experiment, whole records, same device and kernels.
 *
 * Promises: a run that would not continue bit for bit is refused with `checkpoint-mismatch`, never continued quietly.
 */
import { LabError } from '../core/errors';
import { canonicalJson } from '../core/json';
import {
  countProbeRecords,
  noProbeRecords,
  type Manifest,
  type ProbeRecords,
  type StepRecord,
  type TrialRecord,
} from '../records';
import type { Checkpoint } from './events';
import type { OpenedSession } from './host';
import { plannedSteps } from './plan';
import type { PreparedRun } from './prepared';

export interface ResumePoint {
  checkpoint: Checkpoint;
  /** The first `trialLines` trials. */
  trials: TrialRecord[];
  /** The first `stepLines` steps. */
  steps: StepRecord[];
  /** The first records of each kind, as many as `probeLines` says; absent where there are none. */
  probes?: ProbeRecords;
  /** The stopped run's manifest: keeps its start and its time, and lets the device be compared. */
  manifest?: Manifest;
}

export function checkResumePoint(
  { checkpoint, trials, steps, probes = noProbeRecords() }: ResumePoint,
  prepared: PreparedRun,
): void {
  if (checkpoint.runId !== prepared.runId) {
    throw mismatch('The checkpoint belongs to another experiment: the spec, the model or the data have changed since.');
  }
  if (checkpoint.version !== 2) throw mismatch('The checkpoint was written by another version of Ontoscope.');
  const direction = prepared.directions[checkpoint.directionIndex];
  const { state } = checkpoint;
  if (!direction || state.step > plannedSteps(prepared.spec, direction)) {
    throw mismatch('The checkpoint stands where this experiment never comes.');
  }
  if (state.parameters.length < prepared.trainableParameters) {
    const [held, wanted] = [state.parameters.length, prepared.trainableParameters];
    throw mismatch(`The checkpoint holds ${held} trained weights, this experiment trains ${wanted}.`);
  }
  if (trials.length !== checkpoint.trialLines || steps.length !== checkpoint.stepLines) {
    const found = `${trials.length} trials and ${steps.length} steps`;
    throw mismatch(
      `The checkpoint was taken after ${checkpoint.trialLines} trials and ${checkpoint.stepLines} steps, but the records hold ${found}.`,
    );
  }
  const own = steps.filter((step) => step.direction === direction.direction).length;
  if (own !== state.step) {
    throw mismatch(
      `The checkpoint’s optimiser has taken ${state.step} steps, the records hold ${own} of its direction.`,
    );
  }
  const counted = checkpoint.probeLines ?? countProbeRecords(noProbeRecords());
  if (canonicalJson(counted) !== canonicalJson(countProbeRecords(probes))) {
    throw mismatch('The checkpoint counts other records of probes than their files hold.');
  }
}

/** Another device or other kernels give other bits: their records must not be mixed. */
export function checkResumeDevice({ manifest }: ResumePoint, opened: OpenedSession, prepared: PreparedRun): void {
  if (!manifest) return;
  checkSameDevice(manifest, opened);
  if (manifest.runId !== prepared.runId) throw mismatch('The manifest belongs to another experiment.');
}

/** Throws `checkpoint-mismatch` where the device or its kernels are others than the manifest's. */
export function checkSameDevice({ gpu, kernels }: Pick<Manifest, 'gpu' | 'kernels'>, opened: OpenedSession): void {
  const { host: _host, ...before } = gpu;
  if (canonicalJson(before) !== canonicalJson(opened.adapter)) {
    throw mismatch(`The run was begun on ${before.description}, this is ${opened.adapter.description}.`);
  }
  if (canonicalJson(kernels) !== canonicalJson(opened.session.kernelChoices)) {
    throw mismatch('The run was begun with other kernel choices than this version makes.');
  }
}

export function mismatch(message: string): LabError {
  return new LabError('checkpoint-mismatch', message, {
    hint: 'Continue with the same spec, files, device and version, or start a new run in another folder.',
  });
}
