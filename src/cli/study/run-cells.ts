/**
 * The cells of a study on this machine: prepared, locked, run into their folders.
 *
 * Promises: Ctrl-C ends the cell at hand at its next safe point, and the study with it; a cell that was begun goes on
 * from its checkpoint; cells of one model and one ontology are refused where those changed meanwhile; the model of a study
 * of worlds is there before the first cell that needs it.
 * Must not know: what the cells say together.
 */
import { LabError } from '../../core/errors';
import { cellName, runStudy, SameInputs, type CellOutcome, type StudyCell, type StudyHost } from '../../experiment';
import type { Manifest, StudyState } from '../../records';
import { findResumePoint } from '../continue-run';
import { INTERRUPTED } from '../keep-running';
import type { OpenModelAt } from '../model-place';
import { executeRun, prepareExperiment } from '../run-experiment';
import { lockRun } from '../run-lock';
import { RunStore } from '../run-store';
import type { Terminal } from '../terminal';
import type { StudyFile } from './study-file';
import { StudyModels } from './study-models';
import type { StudyStore } from './study-store';

export interface CellsOptions {
  quiet: boolean;
  terminal: Terminal;
  openModelAt: OpenModelAt;
}

/** Throws what would stop every cell alike. */
export async function runCells(
  file: StudyFile,
  state: StudyState,
  store: StudyStore,
  { quiet, terminal, openModelAt }: CellsOptions,
): Promise<'done' | 'failed' | 'stopped'> {
  const say = quiet ? () => {} : (text: string) => terminal.log(text);
  const inputs = new SameInputs(await finishedManifests(file, state, store));
  let interrupts = 0;
  const stopped = () => interrupts > 0;
  const models = new StudyModels(file, store, { quiet, terminal, stopped });
  const stopListening = terminal.onInterrupt(() => {
    interrupts += 1;
    if (interrupts > 1) terminal.exitNow(INTERRUPTED);
  });
  const host: StudyHost = {
    save: (changed) => store.save(changed),
    stopped,
    failed: (cell, error) => terminal.log(`failed: ${cellName(cell)}: ${error.message} ${error.hint}`),
    async runCell(cell) {
      say(`[${cell.index + 1}/${file.cells.length}] ${cellName(cell)}: ${cell.folder}`);
      const modelFolder = cell.model && (await models.ready(cell.model));
      const folder = store.cellFolder(cell);
      const lock = await lockRun(folder);
      try {
        const prepared = await prepareExperiment(file.filesOf(cell, modelFolder), openModelAt);
        inputs.check(cell, prepared);
        const runs = new RunStore(folder);
        const resumeFrom = await findResumePoint(runs, prepared, say, { owned: true });
        if (resumeFrom === 'done') return outcomeOf((await runs.manifest())!);
        if (stopped()) throw new LabError('cancelled', 'The study was stopped.', { hint: 'Use --resume.' });
        const { manifest } = await executeRun(prepared, runs, { resumeFrom, quiet, terminal });
        return outcomeOf(manifest);
      } finally {
        await lock.release();
      }
    },
  };
  try {
    return await runStudy(file.cells, state, host);
  } finally {
    stopListening();
  }
}

function outcomeOf({ runId, state, elapsedMs }: Manifest): CellOutcome {
  return { state: state === 'done' ? 'done' : 'stopped', runId, elapsedMs };
}

async function finishedManifests(
  { cells }: StudyFile,
  state: StudyState,
  store: StudyStore,
): Promise<{ cell: StudyCell; manifest: Manifest }[]> {
  const found: { cell: StudyCell; manifest: Manifest }[] = [];
  for (const [index, cell] of cells.entries()) {
    if (state.cells[index]!.state !== 'done') continue;
    const manifest = await new RunStore(store.cellFolder(cell)).manifest();
    if (manifest) found.push({ cell, manifest });
  }
  return found;
}
