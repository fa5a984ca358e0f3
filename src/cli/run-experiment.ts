/**
 * An experiment of this machine's files, prepared and run into a folder: what `run` and `verify` share.
 *
 * Promises: Ctrl-C ends the run at the next safe point, a second one at once; a lost device is replaced and the run continues
 * from the checkpoint on disk, to the same bytes. Must not know: what is told of the run.
 */
import { LabError } from '../core/errors';
import {
  LostDevices,
  prepareRun,
  Runner,
  type PreparedRun,
  type ResumePoint,
  type RunEvent,
  type RunnerHost,
} from '../experiment';
import type { Manifest, Summary } from '../records';
import { openNodeFile, openNodeFolder } from './node-folder';
import { NODE_HOST_NAME, nodeGpu } from './node-gpu';
import { ProgressLine } from './progress-line';
import type { RunStore } from './run-store';
import { openDataFiles, openProbeFiles, type SpecFile } from './spec-file';
import type { Terminal } from './terminal';

/** Exit status of an interrupted run, as shells count it. */
export const INTERRUPTED = 130;

export interface RunResult {
  out: string;
  manifest: Manifest;
  summary: Summary | null;
}

export interface Execution {
  resumeFrom?: ResumePoint | null;
  quiet: boolean;
  terminal: Terminal;
  /** In place of this machine's GPU and the engine's own session. */
  host?: Partial<Pick<RunnerHost, 'gpu' | 'createSession'>>;
}

/** Opens the files of a spec and checks everything that can be checked without a GPU. */
export async function prepareExperiment({ spec, modelPath, rehearsalPath, ...files }: SpecFile): Promise<PreparedRun> {
  return prepareRun({
    model: await openNodeFolder(modelPath),
    ...(await openDataFiles(spec, files)),
    rehearsal: rehearsalPath === null ? null : await openNodeFile(rehearsalPath, 'retention.rehearsal.path'),
    probes: await openProbeFiles(files),
  });
}

/** Throws `cancelled` where the run was stopped before it wrote anything, and what the run itself throws. */
export async function executeRun(
  prepared: PreparedRun,
  store: RunStore,
  { resumeFrom = null, quiet, terminal, host = {} }: Execution,
): Promise<RunResult> {
  const runnerHost = { gpu: host.gpu ?? (await nodeGpu()), clock: terminal, hostName: NODE_HOST_NAME, ...host };
  const line = new ProgressLine(terminal);
  let manifest: Manifest | null = null;
  let summary: Summary | null = null;
  let runner = new Runner(prepared, runnerHost);
  let interrupts = 0;
  const stopListening = terminal.onInterrupt(() => {
    interrupts += 1;
    if (interrupts > 1) terminal.exitNow(INTERRUPTED);
    line.close();
    terminal.log('Stopping at the next safe point; press Ctrl-C again to stop at once.');
    runner.cancel();
  });
  const take = async (event: RunEvent) => {
    await store.write(event);
    if (event.kind === 'manifest') manifest = event.manifest;
    else if (event.kind === 'summary') summary = event.summary;
    else if (event.kind === 'progress' && !quiet) line.show(event.progress);
  };
  let from = resumeFrom;
  const losses = new LostDevices();
  try {
    for (;;) {
      try {
        for await (const event of runner.run(from ? { resumeFrom: from } : {})) await take(event);
        break;
      } catch (thrown) {
        await store.close();
        const next = await store.resumePoint();
        await losses.survive(thrown, placeOf(next) !== placeOf(from));
        line.close();
        const where = next ? `after ${next.steps.length} steps and ${next.trials.length} trials` : 'from the start';
        terminal.log(`The GPU device was lost: continuing with a new one ${where}.`);
        from = next;
        runner = new Runner(prepared, runnerHost);
        if (interrupts > 0) runner.cancel();
      }
    }
  } finally {
    stopListening();
    line.close();
    await store.close();
  }
  if (manifest === null) {
    throw new LabError('cancelled', 'The run was stopped before it began; nothing was written.', {
      hint: 'Run it again.',
    });
  }
  return { out: store.folder, manifest, summary };
}

/** Two points of one run are the same exactly where as much has been recorded. */
function placeOf(point: ResumePoint | null): string {
  return point === null ? 'start' : `${point.steps.length} ${point.trials.length} ${point.checkpoint.directionIndex}`;
}
