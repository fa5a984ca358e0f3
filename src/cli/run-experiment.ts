/**
 * An experiment of this machine's files, prepared and run into a folder: what `run` and `verify` share.
 *
 * Promises: Ctrl-C ends the run at the next safe point, a second one at once. Must not know: what is told of the run.
 */
import { LabError } from '../core/errors';
import { prepareRun, Runner, type PreparedRun, type ResumePoint, type RunEvent } from '../experiment';
import type { Manifest, Summary } from '../records';
import { openNodeFolder } from './node-folder';
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
}

/** Opens the files of a spec and checks everything that can be checked without a GPU. */
export async function prepareExperiment({ spec, modelPath, ...files }: SpecFile): Promise<PreparedRun> {
  const [model, data, probes] = [
    await openNodeFolder(modelPath),
    await openDataFiles(spec, files),
    await openProbeFiles(files),
  ];
  return prepareRun({ model, ...data, probes });
}

/** Throws `cancelled` where the run was stopped before it wrote anything, and what the run itself throws. */
export async function executeRun(
  prepared: PreparedRun,
  store: RunStore,
  { resumeFrom = null, quiet, terminal }: Execution,
): Promise<RunResult> {
  const runner = new Runner(prepared, { gpu: await nodeGpu(), clock: terminal, hostName: NODE_HOST_NAME });
  const line = new ProgressLine(terminal);
  let manifest: Manifest | null = null;
  let summary: Summary | null = null;
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
  try {
    for await (const event of runner.run(resumeFrom ? { resumeFrom } : {})) await take(event);
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
