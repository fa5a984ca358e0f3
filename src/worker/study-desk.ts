/**
 * Studies in a browser: their cells listed, planned, run one after the other, pooled.
 *
 * Promises: every cell is a kept run, and the study's state is kept before and after each of them, so that a reload, a lost
 * device or a cancel loses nothing; one tab runs a study at a time; what cannot be kept ends the study and deletes nothing.
 * Must not know: the worker's port, how statistics are made.
 */
import { LabError, toLabError } from '../core/errors';
import {
  continueState,
  expectationsCsv,
  newState,
  planCells,
  rowsTable,
  runStudy,
  SameInputs,
  studyCells,
  studyFactors,
  StudyPool,
  studyTableCsv,
  type CellOutcome,
  type PreparedRun,
  type RunnerHost,
  type StudyCell,
} from '../experiment';
import { runLock, studyLock } from '../platform/lock';
import type { RunStorage } from '../platform/storage';
import { cellRunKey, type StudyStorage } from '../platform/study-storage';
import {
  checkState,
  encodeState,
  encodeStudySummary,
  FACT_EVENTS,
  probeRecordsOf,
  rowsFile,
  STUDY_FILES,
  type CellRecord,
  type RunBundle,
  type Manifest,
  type StudyFileName,
  type StudyState,
  type StudySummary,
} from '../records';
import type { EncodedFile } from './bundle-protocol';
import { trialsPerEvaluation } from './describe-plan';
import { executeRun, keptPoint } from './execute-run';
import type { Records } from './kept-records';
import type { ResponseBody, RunInputs } from './protocol';
import type { RunControl } from './run-control';
import { RunFeed } from './run-feed';
import { cellInputs, layFiles } from './study-files';
import type { StudyDocument, StudyFiles } from './study-protocol';

export interface StudyDeskHost {
  runs: RunStorage<Records>;
  studies: StudyStorage<StudyState>;
  prepare(inputs: RunInputs): Promise<PreparedRun>;
  /** Throws `webgpu-missing`. */
  runnerHost(): RunnerHost;
  /** Throws `run-locked` where another tab holds the name. */
  withLock<T>(name: string, work: () => Promise<T>): Promise<T>;
}

type Post = (body: ResponseBody) => void;

export class StudyDesk {
  #planning: { give: AbortController; ended: Promise<void> } | null = null;

  constructor(private readonly host: StudyDeskHost) {}

  /** A newer plan, or a run, takes the place of an older one. */
  async plan({ study, files }: { study: StudyDocument; files: StudyFiles }, post: Post): Promise<void> {
    const before = this.#stopPlanning();
    const give = new AbortController();
    const work = async () => {
      await before;
      const laid = layFiles(study, files, study.name);
      const cells = studyCells(laid, study.name);
      post({ kind: 'study-state', state: newState(laid, cells) });
      const { totalRoughMs, timing } = await planCells(cells, {
        prepare: async ({ spec }) => this.host.prepare(cellInputs(spec, files)),
        runnerHost: async () => this.host.runnerHost(),
        signal: give.signal,
        planned: ({ id, steps, memoryBytes, roughMs, problem }) =>
          post({ kind: 'study-planned', cell: { id, steps, memoryBytes, roughMs, problem } }),
      });
      post({ kind: 'study-plan', totalRoughMs, timing });
    };
    const working = work();
    const planning = { give, ended: working.catch(() => undefined) };
    this.#planning = planning;
    try {
      await working;
    } finally {
      if (this.#planning === planning) this.#planning = null;
    }
  }

  /** Begins a study, or continues the one kept under `key`. Throws what would stop every cell alike, and `run-locked`. */
  async run(
    { key, study, files }: { key: string; study: StudyDocument; files: StudyFiles },
    verbs: RunControl,
    post: Post,
  ): Promise<void> {
    await this.#stopPlanning();
    await this.host.withLock(studyLock(key), async () => {
      const laid = layFiles(study, files, study.name);
      const cells = studyCells(laid, study.name);
      // What no cell could be run without is said before anything is stored.
      for (const { spec } of cells) cellInputs(spec, files);
      const stored = await this.#stored(key);
      const state = stored ? continueState(stored, laid, cells) : newState(laid, cells);
      const inputs = new SameInputs(await this.#finished(key, cells, state));
      const pool = this.#pool(key, laid);
      let pooled = -1;
      await runStudy(cells, state, {
        stopped: () => verbs.cancelled,
        save: async (changed) => {
          try {
            await this.host.studies.save(key, changed);
          } finally {
            post({ kind: 'study-state', state: changed });
          }
          const done = changed.cells.filter((cell) => cell.state === 'done').length;
          if (done === pooled) return;
          pooled = done;
          post({ kind: 'study-pooled', state: changed, summary: await pool.summary(changed.cells) });
        },
        runCell: (cell) => this.#runCell(key, cell, { files, inputs, verbs, post }),
      });
    });
  }

  /** The study kept under `key`, and what its finished cells say. Throws `record-invalid` where there is none. */
  async pool(key: string): Promise<{ state: StudyState; summary: StudySummary | null }> {
    const state = await this.#requireStored(key);
    return { state, summary: await this.#pool(key, state.study).summary(state.cells) };
  }

  /** A file of the study, under the name that the terminal gives it. Throws `usage` while no cell is done. */
  async file(key: string, path: StudyFileName): Promise<EncodedFile> {
    const text = await this.#text(key, path);
    return { path, bytes: new TextEncoder().encode(text) };
  }

  async #text(key: string, path: StudyFileName): Promise<string> {
    if (path === STUDY_FILES.state) return encodeState(await this.#requireStored(key));
    const { state, summary } = await this.pool(key);
    if (summary === null) {
      throw new LabError('usage', 'No cell of this study is done yet.', { hint: 'Run the study first.' });
    }
    if (path === STUDY_FILES.summary) return encodeStudySummary(summary);
    if (path === STUDY_FILES.table) return studyTableCsv(summary);
    if (path === STUDY_FILES.expectations) return expectationsCsv(summary);
    const event = FACT_EVENTS.find((each) => path === rowsFile(each))!;
    const runs = [];
    for (const cell of state.cells.filter((each) => each.state === 'done')) {
      const { seed, point, levels, runId } = cell;
      runs.push({ run: runId!, seed, point, levels, ...(await this.#records(key, cell)) });
    }
    const { template, sustained } = state.study.analysis;
    return rowsTable(runs, { event, sustained, template, from: 'baseline' }).csv;
  }

  async #runCell(
    key: string,
    cell: StudyCell,
    { files, inputs, verbs, post }: { files: StudyFiles; inputs: SameInputs; verbs: RunControl; post: Post },
  ): Promise<CellOutcome> {
    const { runs } = this.host;
    const run = cellRunKey(key, cell);
    return this.host.withLock(runLock(run), async () => {
      const prepared = await this.host.prepare(cellInputs(cell.spec, files));
      inputs.check(cell, prepared);
      const kept = await runs.manifest(run);
      if (kept !== null && kept.runId !== prepared.runId) throw otherExperiment(cell);
      if (kept?.state === 'done') return outcomeOf(kept);
      if (verbs.cancelled) throw stopped();
      const from = kept && (await keptPoint(runs, run));
      let manifest: Manifest | null = null;
      const feed: RunFeed = new RunFeed(
        runs.writer(run),
        (body) => {
          if (body.kind === 'manifest') manifest = body.manifest;
          else if (body.kind === 'progress') post({ kind: 'study-progress', cell: cell.id, progress: body.progress });
          else if (body.kind === 'storage-failed') {
            // What is not kept cannot be pooled: better to stop than to compute for nothing.
            if (feed.recordsError !== null) verbs.cancel();
            else post(body);
          }
        },
        trialsPerEvaluation(prepared),
      );
      if (kept !== null) feed.continueFrom(from, false);
      try {
        await executeRun(prepared, this.host.runnerHost(), { feed, verbs, from });
      } catch (thrown) {
        throw feed.recordsError ?? toLabError(thrown);
      }
      if (feed.recordsError !== null) throw feed.recordsError;
      if (manifest === null) throw stopped();
      return outcomeOf(manifest);
    });
  }

  /** A finished cell whose run was deleted since is to be run again. */
  async #stored(key: string): Promise<StudyState | null> {
    const stored = await this.host.studies.load(key);
    if (stored === null) return null;
    const state = checkState(stored, 'the kept study');
    for (const cell of state.cells) {
      if (cell.state !== 'done') continue;
      const manifest = await this.host.runs.manifest(cellRunKey(key, cell));
      if (manifest?.state !== 'done') Object.assign(cell, { state: 'waiting', runId: null, elapsedMs: null });
    }
    return state;
  }

  async #requireStored(key: string): Promise<StudyState> {
    const state = await this.#stored(key);
    if (state !== null) return state;
    throw new LabError('record-invalid', 'This study is no longer kept here.', {
      hint: 'Open its file and run it anew.',
    });
  }

  async #finished(key: string, cells: readonly StudyCell[], state: StudyState) {
    const found: { cell: StudyCell; manifest: Manifest }[] = [];
    for (const [index, cell] of cells.entries()) {
      if (state.cells[index]!.state !== 'done') continue;
      const manifest = await this.host.runs.manifest(cellRunKey(key, cell));
      if (manifest) found.push({ cell, manifest });
    }
    return found;
  }

  #pool(key: string, study: StudyDocument): StudyPool {
    return new StudyPool(study, studyFactors(study, study.name), (cell) => this.#records(key, cell));
  }

  async #records(key: string, cell: CellRecord): Promise<Omit<RunBundle, 'summary'>> {
    const records = await this.host.runs.load(cellRunKey(key, cell));
    if (records !== null) return { ...records, probes: probeRecordsOf(records.probes) };
    throw new LabError('record-invalid', `The run of the cell “${cell.point}, seed ${cell.seed}” is no longer kept.`, {
      hint: 'Continue the study: it runs that cell again.',
    });
  }

  async #stopPlanning(): Promise<void> {
    this.#planning?.give.abort();
    await this.#planning?.ended;
  }
}

function outcomeOf({ runId, state, elapsedMs }: Manifest): CellOutcome {
  return { state: state === 'done' ? 'done' : 'stopped', runId, elapsedMs };
}

function stopped(): LabError {
  return new LabError('cancelled', 'The study was stopped.', { hint: 'Continue it when you like.' });
}

function otherExperiment({ point, seed }: StudyCell): LabError {
  return new LabError(
    'checkpoint-mismatch',
    `The kept run of the cell “${point}, seed ${seed}” is another experiment.`,
    {
      hint: 'Choose the files that the study was begun with, or begin it anew.',
    },
  );
}
