/**
 * The study on show: its cells, what they would take, how far they are, what they found; and the studies kept here.
 *
 * Promises: one study runs at a time, and no other run beside it; whatever ends it, its state and its cells stay kept
 * and `run` goes on from there; every failure ends as one `error` in plain words. Must not know: components, how a cell runs.
 */
import { toLabError } from '../core/errors';
import type { PickedFile } from '../platform/folder';
import { cellRunKey, type KeptStudy, type StudyStorage } from '../platform/study-storage';
import {
  STUDY_FILE_NAMES,
  STUDY_FILES,
  type CellRecord,
  type RunProgress,
  type StudyFileName,
  type StudyState,
  type StudySummary,
} from '../records';
import type { StudySpec } from '../spec';
import type { LabClient, PlannedCell, StudyFiles } from '../worker/client';
import { withControl } from './error-control';
import { fileStem } from './exports';
import { LongWork, type LongWorkHost } from './long-work.svelte';
import type { RunStore } from './runs.svelte';
import type { LabSession } from './session.svelte';

export interface StudyHost extends LongWorkHost {
  calls: Pick<
    LabClient['studies'],
    'list' | 'plan' | 'run' | 'pause' | 'resume' | 'cancel' | 'pooled' | 'file' | 'bundle'
  >;
  storage: Pick<StudyStorage<StudyState>, 'list' | 'remove'>;
  newKey(): string;
  /** Throws `run-locked` where another tab runs the study. */
  withStudyLock<T>(key: string, work: () => Promise<T>): Promise<T>;
  download(name: string, type: string, content: string | Uint8Array<ArrayBuffer>): void;
}

export class StudyStore extends LongWork<StudyHost> {
  state = $state.raw<StudyState | null>(null);
  /** Under which it is kept; null before it first ran. */
  key = $state.raw<string | null>(null);
  /** By the cell's id. */
  planned = $state.raw<Readonly<Record<string, PlannedCell>>>({});
  planning = $state.raw(false);
  total = $state.raw<{ totalRoughMs: number | null; timing: string } | null>(null);
  /** Of the cell that runs. */
  progress = $state.raw<{ cell: string; progress: RunProgress } | null>(null);
  summary = $state.raw<StudySummary | null>(null);
  kept = $state.raw<KeptStudy<StudyState>[]>([]);
  /** Counts the studies opened: each is to be looked at. */
  opened = $state.raw(0);
  /** As it was opened or built: the names of files are laid on it anew for each plan and run. */
  #study: StudySpec | null = null;
  #round = 0;
  #filesPlanned: StudyFiles | null = null;

  constructor(
    host: StudyHost,
    session: LabSession,
    private readonly runs: RunStore,
  ) {
    super(host, session, withControl);
  }

  /** Some of it ran already: it goes on, rather than begins. */
  get begun(): boolean {
    return this.state?.cells.some(({ state }) => state !== 'waiting') ?? false;
  }

  get finished(): boolean {
    return this.state?.cells.every(({ state }) => state === 'done') ?? false;
  }

  /** Share of the study's cells that are through, the one at hand by its progress. */
  get fraction(): number {
    const cells = this.state?.cells ?? [];
    const through = cells.filter(({ state }) => state === 'done' || state === 'failed').length;
    return cells.length === 0 ? 0 : (through + (this.progress?.progress.fraction ?? 0)) / cells.length;
  }

  /** Why it cannot run now, in words; null when it can. */
  get blocked(): string | null {
    const { session } = this;
    if (session.capability !== null && !session.gpuReady) return 'This browser offers no WebGPU: see “This device”.';
    if (session.busy) return 'A run goes on: the study can follow when it has ended.';
    if (session.occupied !== null && !this.busy) return session.occupied;
    if (session.model === null || session.ontology === null) {
      return 'Choose a model folder and an ontology file: every cell is run with them.';
    }
    return null;
  }

  /** The kept run that a cell is, as far as it came. */
  runKey(cell: Pick<CellRecord, 'folder'>): string | null {
    return this.key === null ? null : cellRunKey(this.key, cell);
  }

  /** A run of the page goes on: no other can be shown. */
  get runsBusy(): boolean {
    return this.session.busy;
  }

  /** Of the cell that runs now. */
  get liveRun(): string | null {
    const live = this.busy ? this.state?.cells.find(({ state }) => state === 'running') : undefined;
    return live ? this.runKey(live) : null;
  }

  /** An error that stands stays: this is done at the end of other things. */
  async refresh(): Promise<void> {
    try {
      this.kept = await this.host.storage.list();
    } catch (thrown) {
      this.error ??= toLabError(thrown).serialize();
    }
  }

  /** The kept studies; the newest is shown where it has not come to its end. */
  async restore(): Promise<void> {
    await this.refresh();
    const [newest] = this.kept;
    const cut = newest?.state.cells.some(({ state }) => ['running', 'stopped'].includes(state));
    if (newest && cut) await this.openKept(newest.key);
  }

  openFile({ path, file }: PickedFile): Promise<void> {
    return this.guard(async () => this.#showOpened(await this.host.calls.list(await file.text(), path)));
  }

  /** A study that was made here. */
  openStudy(study: StudySpec): Promise<void> {
    return this.guard(async () => this.#showOpened(await this.host.calls.list(study, study.name)));
  }

  openKept(key: string): Promise<void> {
    return this.guard(async () => {
      const { state, summary } = await this.host.calls.pooled(key);
      this.#showOpened(state, key, summary);
    });
  }

  /** Takes the study off the view; what is kept stays kept. */
  close(): void {
    if (this.busy) return;
    this.#show(null);
  }

  /** Forgets how far a study is; the runs of its cells stay. */
  async forget(key: string): Promise<void> {
    await this.guard(() => this.host.withStudyLock(key, () => this.host.storage.remove(key)));
    if (this.key === key && this.error === null) this.#show(null);
    await this.refresh();
  }

  /** What the cells take, with the files chosen now. A newer plan replaces an older one. */
  async plan(): Promise<void> {
    const { files } = this;
    if (this.#study === null || files === null || this.busy || this.session.busy || this.finished) return;
    // Timing would take the device from whoever has it.
    if (this.session.occupied !== null) return;
    if (this.#filesPlanned !== null && sameFiles(this.#filesPlanned, files)) return;
    const round = ++this.#round;
    const current = () => round === this.#round;
    this.#filesPlanned = files;
    this.planning = true;
    this.planned = {};
    this.total = null;
    try {
      const total = await this.host.calls.plan(this.#study, files, {
        // A study that has begun keeps how far its cells are.
        cells: (state) => current() && !this.begun && (this.state = state),
        planned: (cell) => current() && (this.planned = { ...this.planned, [cell.id]: cell }),
      });
      if (current()) this.total = total;
    } catch (thrown) {
      const error = toLabError(thrown);
      if (current() && error.code !== 'cancelled') this.error = withControl(error.serialize());
    }
    if (current()) this.planning = false;
  }

  /** Begins the study, or continues it where it stopped. */
  async run(): Promise<void> {
    const { files } = this;
    const study = this.#study;
    if (study === null || files === null || this.busy || this.blocked !== null) return;
    const key = (this.key ??= this.host.newKey());
    this.#round += 1;
    this.planning = false;
    await this.hold('A study is running: its cells come one after the other.', () =>
      this.host.calls.run(key, study, files, {
        state: (state) => this.#take(state),
        progress: (cell, progress) => {
          this.progress = { cell, progress };
          this.heard(progress);
        },
        pooled: (summary) => (this.summary = summary),
        storageFailed: (error) => (this.runs.storageError = error),
      }),
    );
    this.progress = null;
    await Promise.all([this.refresh(), this.runs.refresh()]);
  }

  /** Files that can be saved now: the state once it is kept, the others once a cell is done. */
  get saveable(): readonly StudyFileName[] {
    const told = (this.summary?.expectations.length ?? 0) > 0;
    return STUDY_FILE_NAMES.filter((name) =>
      name === STUDY_FILES.expectations ? told : (name === STUDY_FILES.state ? this.key : this.summary) !== null,
    );
  }

  /** A file of the study as the terminal writes it. */
  save(path: StudyFileName): Promise<void> {
    return this.guard(async () => {
      if (this.key === null) return;
      const { bytes } = await this.host.calls.file(this.key, path);
      this.host.download(path, path.endsWith('.json') ? 'application/json' : 'text/csv', bytes);
    });
  }

  /** The study itself, to be run elsewhere. */
  saveStudy(): void {
    if (this.#study === null) return;
    const text = `${JSON.stringify(this.#study, null, 2)}\n`;
    this.host.download(`${fileStem(this.#study.name)}.json`, 'application/json', text);
  }

  saveCell(cell: CellRecord): Promise<void> {
    return this.guard(async () => {
      const key = this.runKey(cell);
      if (key === null) return;
      const { bytes } = await this.host.calls.bundle(key);
      this.host.download(`${fileStem(cell.folder)}.zip`, 'application/zip', bytes);
    });
  }

  /** Those chosen on the page; null while one that every cell needs is missing. */
  get files(): StudyFiles | null {
    const { model, ontology, counts, namedCovariates, texts, spec } = this.session;
    if (model === null || ontology === null) return null;
    const named = Object.entries(texts).filter((entry): entry is [string, PickedFile] => entry[1] !== undefined);
    return {
      ...{ model, ontology, counts, texts: Object.fromEntries(named) },
      covariates: namedCovariates,
      reading: spec.snapshot().ontology,
    };
  }

  #take(state: StudyState): void {
    const done = (of: StudyState | null) => of?.cells.filter((cell) => cell.state === 'done').length;
    const more = done(state) !== done(this.state);
    this.state = state;
    this.progress = null;
    if (more) void this.runs.refresh();
  }

  /** One that was opened while another began to run stays out of its way. */
  #showOpened(...shown: [StudyState, key?: string, summary?: StudySummary | null]): void {
    if (!this.busy) this.#show(...shown);
  }

  #show(state: StudyState | null, key: string | null = null, summary: StudySummary | null = null): void {
    this.#round += 1;
    this.#study = state?.study ?? null;
    this.state = state;
    this.key = key;
    this.summary = summary;
    this.planned = {};
    this.total = null;
    this.planning = false;
    this.#filesPlanned = null;
    if (state !== null) this.opened += 1;
  }
}

/** The same objects, and read alike: nothing to plan anew. */
function sameFiles(a: StudyFiles, b: StudyFiles): boolean {
  const texts = ({ texts: own }: StudyFiles) => Object.values(own);
  return (
    a.model === b.model &&
    a.ontology === b.ontology &&
    a.counts === b.counts &&
    a.covariates.length === b.covariates.length &&
    a.covariates.every(({ file }, index) => file === b.covariates[index]!.file) &&
    texts(a).length === texts(b).length &&
    texts(a).every((file, index) => file === texts(b)[index]) &&
    JSON.stringify(a.reading) === JSON.stringify(b.reading)
  );
}
