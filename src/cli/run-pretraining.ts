/**
 * A pretraining run into a folder of this machine.
 *
 * Promises: those of `keepRunning`. Must not know: what is told of it.
 */
import { LabError } from '../core/errors';
import {
  PretrainRunner,
  type PreparedPretraining,
  type PretrainEvent,
  type PretrainHost,
  type PretrainManifest,
  type PretrainProgress,
  type PretrainResumePoint,
  type WrittenDtype,
} from '../experiment';
import { formatCount } from './format';
import { keepRunning } from './keep-running';
import { NODE_HOST_NAME, nodeGpu } from './node-gpu';
import type { PretrainStore } from './pretrain-store';
import { ProgressLine } from './progress-line';
import type { Terminal } from './terminal';

/**
 * Null: begin at the start. `owned`: whatever lies in the folder without a manifest is a pretraining's that was killed at
 * its beginning. Throws `checkpoint-mismatch` where the folder holds another one, `output-exists` for other files.
 */
export async function findPretrainPoint(
  store: PretrainStore,
  { runId }: PreparedPretraining,
  dtype: WrittenDtype,
  { owned = false } = {},
): Promise<PretrainResumePoint | 'done' | null> {
  const manifest = await store.manifest();
  if (manifest === null) {
    if (!owned) await store.refuseUsed();
    return null;
  }
  const done = manifest.state === 'done';
  if (manifest.runId === runId && !(done && manifest.dtype !== dtype)) return done ? 'done' : store.resumePoint();
  const what = manifest.runId === runId ? `a model in ${manifest.dtype}` : `another pretraining (${manifest.runId})`;
  throw new LabError('checkpoint-mismatch', `${store.folder} holds ${what}.`, {
    hint: 'Continue with the configuration, the corpus and the dtype it was begun with, or give another folder with --out.',
  });
}

export interface PretrainExecution {
  from?: PretrainResumePoint | null;
  dtype: WrittenDtype;
  quiet: boolean;
  terminal: Terminal;
  /** In place of this machine's GPU and the engine's own session. */
  host?: Partial<Pick<PretrainHost, 'gpu' | 'openSession'>>;
}

/** Throws `cancelled` where it was stopped before it wrote anything, and what pretraining itself throws. */
export async function executePretraining(
  prepared: PreparedPretraining,
  store: PretrainStore,
  { from = null, dtype, quiet, terminal, host = {} }: PretrainExecution,
): Promise<PretrainManifest> {
  const own = { gpu: host.gpu ?? (await nodeGpu()), clock: terminal, hostName: NODE_HOST_NAME, ...host };
  const line = new ProgressLine(terminal);
  let manifest: PretrainManifest | null = null;
  await keepRunning<PretrainEvent, PretrainResumePoint>(
    {
      makeRunner: () => new PretrainRunner(prepared, own, dtype),
      from,
      async take(event) {
        await store.write(event);
        if (event.kind === 'manifest') manifest = event.manifest;
        else if (event.kind === 'progress' && !quiet) line.show(withLosses(event.progress));
      },
      close: () => store.close(),
      resumePoint: () => store.resumePoint(),
      where: ({ steps }) => `after ${formatCount(steps.length)} steps`,
      place: ({ steps, heldOut }) => `${steps.length} ${heldOut.length}`,
    },
    line,
    terminal,
  );
  if (manifest !== null) return manifest;
  throw new LabError('cancelled', 'Pretraining was stopped before it began; nothing was written.', {
    hint: 'Run it again.',
  });
}

function withLosses(progress: PretrainProgress): PretrainProgress {
  const { loss, heldOutLoss, message } = progress;
  const parts = [
    message,
    ...(loss === null ? [] : [`loss ${loss.toFixed(3)}`]),
    ...(heldOutLoss === null ? [] : [`held-out ${heldOutLoss.toFixed(3)}`]),
  ];
  return { ...progress, message: parts.join(', ') };
}
