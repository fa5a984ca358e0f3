/** A pretraining on the real engine or on another session, and what it said. */
import {
  PretrainRunner,
  type HeldOutRecord,
  type PreparedPretraining,
  type PretrainCheckpoint,
  type PretrainEvent,
  type PretrainHost,
  type PretrainManifest,
  type PretrainResumePoint,
  type PretrainStep,
} from '../../src/experiment';
import type { WrittenDtype } from '../../src/models';
import type { FileMap } from './tiny-model';

export interface PretrainLog {
  steps: PretrainStep[];
  heldOut: HeldOutRecord[];
  files: FileMap;
  checkpoints: PretrainCheckpoint[];
  manifests: PretrainManifest[];
}

/** The clock moves by `clockStepMs` at every look. */
export async function pretrain(
  prepared: PreparedPretraining,
  host: Pick<PretrainHost, 'gpu'> & Partial<PretrainHost>,
  options: {
    resumeFrom?: PretrainResumePoint;
    dtype?: WrittenDtype;
    clockStepMs?: number;
    onStart?: (runner: PretrainRunner) => void;
    onEvent?: (event: PretrainEvent, runner: PretrainRunner, log: PretrainLog) => void | Promise<void>;
  } = {},
): Promise<PretrainLog> {
  let nowMs = 0;
  const clock = { nowMs: () => (nowMs += options.clockStepMs ?? 1) };
  const runner = new PretrainRunner(prepared, { clock, hostName: 'a test', ...host }, options.dtype);
  const { resumeFrom } = options;
  const log: PretrainLog = {
    steps: [...(resumeFrom?.steps ?? [])],
    heldOut: [...(resumeFrom?.heldOut ?? [])],
    files: new Map(),
    checkpoints: [],
    manifests: [],
  };
  options.onStart?.(runner);
  for await (const event of runner.run(resumeFrom ? { resumeFrom } : {})) {
    if (event.kind === 'steps') log.steps.push(...event.records);
    else if (event.kind === 'held-out') log.heldOut.push(event.record);
    else if (event.kind === 'checkpoint') log.checkpoints.push(structuredClone(event.checkpoint));
    else if (event.kind === 'manifest') log.manifests.push(structuredClone(event.manifest));
    else if (event.kind === 'model') for (const { path, bytes } of event.files) log.files.set(path, bytes);
    await options.onEvent?.(event, runner, log);
  }
  return log;
}

/** Where a log stood at one of its checkpoints. */
export function resumePointOf(log: PretrainLog, checkpoint: PretrainCheckpoint): PretrainResumePoint {
  return {
    checkpoint,
    steps: log.steps.slice(0, checkpoint.stepLines),
    heldOut: log.heldOut.slice(0, checkpoint.heldOutLines),
    manifest: log.manifests.at(-1)!,
  };
}
