/**
 * The cells of a study on this machine: prepared, locked, run into their folders.
 *
 * Promises: Ctrl-C ends the cell at hand at its next safe point, and the study with it; a cell that was begun goes on
 * from its checkpoint; cells of one model and one ontology are refused where those changed meanwhile.
 * Must not know: what the cells say together.
 */
import { LabError } from '../../core/errors';
import { canonicalJson } from '../../core/json';
import {
  runStudy,
  type CellOutcome,
  type PreparedRun,
  type StudyCell,
  type StudyHost,
  type StudyState,
} from '../../experiment';
import type { FileIdentity, Manifest } from '../../records';
import { findResumePoint } from '../continue-run';
import { INTERRUPTED } from '../keep-running';
import { executeRun, prepareExperiment } from '../run-experiment';
import { lockRun } from '../run-lock';
import { RunStore } from '../run-store';
import type { Terminal } from '../terminal';
import type { StudyFile } from './study-file';
import type { StudyStore } from './study-store';

export interface CellsOptions {
  quiet: boolean;
  terminal: Terminal;
}

/** Throws what would stop every cell alike. */
export async function runCells(
  file: StudyFile,
  state: StudyState,
  store: StudyStore,
  { quiet, terminal }: CellsOptions,
): Promise<'done' | 'failed' | 'stopped'> {
  const say = quiet ? () => {} : (text: string) => terminal.log(text);
  const inputs = new SameInputs(await finishedManifests(file, state, store));
  let interrupts = 0;
  const stopListening = terminal.onInterrupt(() => {
    interrupts += 1;
    if (interrupts > 1) terminal.exitNow(INTERRUPTED);
  });
  const host: StudyHost = {
    save: (changed) => store.save(changed),
    stopped: () => interrupts > 0,
    failed: (cell, error) => terminal.log(`failed: ${nameOf(cell)}: ${error.message} ${error.hint}`),
    async runCell(cell) {
      say(`[${cell.index + 1}/${file.cells.length}] ${nameOf(cell)}: ${cell.folder}`);
      const folder = store.cellFolder(cell);
      const lock = await lockRun(folder);
      try {
        const prepared = await prepareExperiment(file.filesOf(cell));
        inputs.check(cell, prepared);
        const runs = new RunStore(folder);
        const resumeFrom = await findResumePoint(runs, prepared, say, { owned: true });
        if (resumeFrom === 'done') return outcomeOf((await runs.manifest())!);
        if (interrupts > 0) throw new LabError('cancelled', 'The study was stopped.', { hint: 'Use --resume.' });
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

export function nameOf({ point, seed }: Pick<StudyCell, 'point' | 'seed'>): string {
  return `${point}, seed ${seed}`;
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

interface Inputs {
  of: string;
  files: FileIdentity[];
}

/** Cells that name the same files must have read the same bytes, or they could not be compared. */
class SameInputs {
  readonly #known = new Map<string, Inputs>();

  constructor(finished: readonly { cell: StudyCell; manifest: Manifest }[]) {
    for (const { cell, manifest } of finished) {
      const { model, ontology } = manifest;
      this.#learn(cell, [...model.files, ontology.file, ...(ontology.counts ? [ontology.counts] : [])]);
    }
  }

  /** Throws `file-mismatch`. */
  check(cell: StudyCell, { modelFiles, ontologyFile, countsFile }: PreparedRun): void {
    const files = [...modelFiles, ontologyFile, ...(countsFile ? [countsFile] : [])];
    const { of, files: before } = this.#learn(cell, files);
    const other = files.find((file, i) => file.sha256 !== before[i]?.sha256);
    if (!other) return;
    throw new LabError('file-mismatch', `${other.name} is not the file that the cell “${of}” was run with.`, {
      hint: 'Put the earlier file back, or run the study anew in another folder.',
    });
  }

  #learn(cell: StudyCell, files: FileIdentity[]): Inputs {
    const { model, ontology } = cell.spec;
    const key = canonicalJson([model.path, ontology.path, ontology.counts?.path ?? null]);
    const known = this.#known.get(key) ?? { of: nameOf(cell), files };
    this.#known.set(key, known);
    return known;
  }
}
