/**
 * An experiment of this machine's files, prepared and run into a folder: what `run` and `verify` share.
 *
 * Promises: those of `keepRunning`. Must not know: what is told of the run.
 */
import { LabError } from '../core/errors';
import { prepareRun, Runner, type PreparedRun, type ResumePoint, type RunEvent, type RunnerHost } from '../experiment';
import type { Manifest, Summary } from '../records';
import { keepRunning } from './keep-running';
import { modelOpener, type OpenModelAt } from './model-place';
import { openNodeFile } from './node-folder';
import { NODE_HOST_NAME, nodeGpu } from './node-gpu';
import { ProgressLine } from './progress-line';
import type { RunStore } from './run-store';
import { openDataFiles, openProbeFiles, type SpecFile } from './spec-file';
import type { Terminal } from './terminal';

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

/**
 * Opens the files of a spec and checks everything that can be checked without a GPU. A model from elsewhere stands in the
 * prepared spec with its commit.
 */
export async function prepareExperiment(
  { spec: written, modelPath, rehearsalPath, ...files }: SpecFile,
  openModelAt: OpenModelAt = modelOpener(),
): Promise<PreparedRun> {
  const model = await openModelAt(modelPath);
  const spec =
    model.reference === undefined ? written : { ...written, model: { ...written.model, path: model.reference } };
  return prepareRun({
    model,
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
  const take = async (event: RunEvent) => {
    await store.write(event);
    if (event.kind === 'manifest') manifest = event.manifest;
    else if (event.kind === 'summary') summary = event.summary;
    else if (event.kind === 'progress' && !quiet) line.show(event.progress);
  };
  await keepRunning<RunEvent, ResumePoint>(
    {
      makeRunner: () => new Runner(prepared, runnerHost),
      from: resumeFrom,
      take,
      close: () => store.close(),
      resumePoint: () => store.resumePoint(),
      where: ({ steps, trials }) => `after ${steps.length} steps and ${trials.length} trials`,
      place: ({ steps, trials, checkpoint }) => `${steps.length} ${trials.length} ${checkpoint.directionIndex}`,
    },
    line,
    terminal,
  );
  if (manifest === null) {
    throw new LabError('cancelled', 'The run was stopped before it began; nothing was written.', {
      hint: 'Run it again.',
    });
  }
  return { out: store.folder, manifest, summary };
}
