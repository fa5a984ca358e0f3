/**
 * The records of the run on show, live or kept, and the runs kept in this browser.
 *
 * Promises: a listener for the worker's records; lists grow, nothing in them changes.
 * Must not know: the worker, charts, the DOM.
 */
import { LabError, toLabError, type SerializedLabError } from '../core/errors';
import type { Direction } from '../core/direction';
import type { AdapterFiles, KeptFile, KeptRun, RunRecords, RunStorage } from '../platform/storage';
import {
  firstProbeRecords,
  isLeftOut,
  noProbeRecords,
  probeRecordsOf,
  rehearsedFacts,
  type ProbeChunk,
  type ProbeRecords,
} from '../records';
import type { FactRecord, Manifest, StepRecord, Summary, TrialRecord } from '../records/types';
import type { ProbesMessage, RewindCounts } from '../worker/client';

export type { KeptRun };

const ENDED = ['done', 'failed', 'cancelled'];
const NOTHING: Shown = {
  manifest: null,
  facts: [],
  trials: [],
  steps: [],
  summary: null,
  adapters: [],
  probes: noProbeRecords(),
  files: [],
  resumable: false,
};
/** A pair by its names. */
export interface PairText {
  identifier: string;
  term: string;
}

/** The types of what is kept. */
export interface Records {
  manifest: Manifest;
  fact: FactRecord;
  trial: TrialRecord;
  step: StepRecord;
  summary: Summary;
  probe: ProbeChunk;
}

type Shown = Omit<RunRecords<Records>, 'manifest' | 'probes'> & { manifest: Manifest | null; probes: ProbeRecords };

export class RunStore {
  key = $state.raw<string | null>(null);
  /**
   * `live`: written by this page; `kept`: read back from the browser's storage; `file`: opened from a bundle; `recorded`:
   * from the bundle that comes with the laboratory.
   */
  origin = $state.raw<'none' | 'live' | 'kept' | 'file' | 'recorded'>('none');
  manifest = $state.raw<Manifest | null>(null);
  facts = $state.raw<FactRecord[]>([]);
  trials = $state.raw<TrialRecord[]>([]);
  steps = $state.raw<StepRecord[]>([]);
  summary = $state.raw<Summary | null>(null);
  adapters = $state.raw<AdapterFiles[]>([]);
  probes = $state.raw<ProbeRecords>(noProbeRecords());
  /** Further files of the run: vectors. */
  files = $state.raw<KeptFile[]>([]);
  kept = $state.raw<KeptRun[]>([]);
  storageError = $state.raw<SerializedLabError | null>(null);
  /** It stopped before its end and has a checkpoint to continue from. */
  resumable = $state.raw(false);
  /** Graphics devices lost in the live run; it went on from a checkpoint each time. */
  devicesLost = $state.raw(0);
  /** The kept run was cut off by a reload or a closed page. */
  interrupted = $state.raw(false);
  /** How often a person opened a run. */
  opened = $state.raw(0);
  /** Name of the bundle that the run on show came from, now or before it was kept. */
  fromFile = $state.raw<string | null>(null);

  /** Texts that were left out of the run on show and put back from its ontology, by the names in their place. */
  texts = $state.raw<Readonly<Record<string, PairText>> | null>(null);
  readonly #rehearsed = $derived(rehearsedFacts(this.steps));
  readonly #trialsOnShow = $derived(withTexts(this.trials, this.texts));

  constructor(private readonly storage: Pick<RunStorage<Records>, 'list' | 'load' | 'hasCheckpoint'>) {}

  get shown(): boolean {
    return this.manifest !== null;
  }

  /** What the run on show is called here: the name given to it in this browser, or the one it ran under. */
  get title(): string | null {
    return this.kept.find(({ key }) => key === this.key)?.name ?? this.manifest?.spec.name ?? null;
  }

  /** Withheld facts that were rehearsed so far: a set of their own. */
  get rehearsed(): ReadonlySet<string> {
    return this.#rehearsed;
  }

  /** Its trials as they are shown: with the texts that were put back. Files of the run stay without. */
  get trialsOnShow(): TrialRecord[] {
    return this.#trialsOnShow;
  }

  /** Names, identifiers and answers were left out of the run on show. */
  get leftOut(): boolean {
    return this.manifest !== null && isLeftOut(this.manifest);
  }

  putBack(texts: readonly (PairText & { name: string })[]): void {
    this.texts = Object.fromEntries(texts.map(({ name, identifier, term }) => [name, { identifier, term }]));
  }

  get directions(): Direction[] {
    return this.manifest?.spec.directions ?? [];
  }

  /** An empty live run; what was shown before stays in storage. */
  begin(key: string): void {
    this.#show(NOTHING);
    this.key = key;
    this.origin = 'live';
    this.interrupted = false;
    this.fromFile = null;
  }

  /** The run of a bundle, from its file's name. */
  showFile(key: string, name: string, run: Omit<Shown, 'resumable'>, origin: 'file' | 'recorded' = 'file'): void {
    this.#show({ ...run, resumable: false });
    this.key = key;
    this.origin = origin;
    this.interrupted = false;
    this.fromFile = name;
    if (origin === 'file') this.opened += 1;
  }

  /** Nothing on show; what is kept stays kept. */
  clear(): void {
    this.#show(NOTHING);
    this.key = null;
    this.origin = 'none';
    this.interrupted = false;
    this.fromFile = null;
  }

  addSteps(records: StepRecord[]): void {
    this.steps = this.steps.concat(records);
  }

  addTrials(records: TrialRecord[]): void {
    this.trials = this.trials.concat(records);
  }

  addAdapter(adapter: AdapterFiles): void {
    this.adapters = [...this.adapters.filter(({ direction }) => direction !== adapter.direction), adapter];
  }

  addProbes({ probe, records, files }: ProbesMessage): void {
    this.probes = { ...this.probes, [probe]: [...this.probes[probe], ...records] };
    const replaced = files.map(({ path }) => path);
    this.files = [...this.files.filter(({ path }) => !replaced.includes(path)), ...files];
  }

  /** Takes the kept run on show up again: its records grow on. */
  goOn(): void {
    this.origin = 'live';
    this.interrupted = false;
    this.resumable = false;
  }

  rewind({ trials, steps, probes }: RewindCounts, deviceLost: boolean): void {
    if (deviceLost) this.devicesLost += 1;
    this.trials = this.trials.slice(0, trials);
    this.steps = this.steps.slice(0, steps);
    this.probes = firstProbeRecords(this.probes, probes);
  }

  /** Shows the newest kept run, if there is one. */
  async restore(): Promise<void> {
    await this.refresh();
    const newest = this.kept[0];
    // A bundle may be opened while this one is read: what a person asked for stays.
    const untouched = () => this.origin === 'none';
    if (newest !== undefined && untouched()) await this.#open(newest.key, untouched);
  }

  async refresh(): Promise<void> {
    await this.#guard(async () => {
      this.kept = await this.storage.list();
    });
  }

  /** After a live run: the list of kept runs, and whether this one can be continued. */
  async settle(): Promise<void> {
    await this.refresh();
    const { key, manifest } = this;
    if (key === null || manifest === null || manifest.state === 'done') return;
    await this.#guard(async () => {
      this.resumable = await this.storage.hasCheckpoint(key);
    });
  }

  async open(key: string): Promise<void> {
    await this.#open(key);
    if (this.key === key) this.opened += 1;
  }

  /** A kept copy takes the place of the run on show: nobody asked for another. */
  replace(key: string): Promise<void> {
    return this.#open(key);
  }

  async #open(key: string, wanted = () => true): Promise<void> {
    await this.#guard(async () => {
      const records = await this.storage.load(key);
      if (!wanted()) return;
      if (records === null)
        throw new LabError('record-invalid', 'This run is no longer kept here.', { hint: 'Choose another one.' });
      this.interrupted = !ENDED.includes(records.manifest.state);
      const manifest = this.interrupted ? { ...records.manifest, state: 'cancelled' as const } : records.manifest;
      this.#show({ ...records, probes: probeRecordsOf(records.probes), manifest });
      this.key = key;
      this.origin = 'kept';
      this.fromFile = this.kept.find((run) => run.key === key)?.fromFile ?? null;
    });
  }

  #show(records: Shown): void {
    this.texts = null;
    this.manifest = records.manifest;
    this.facts = records.facts;
    this.trials = records.trials;
    this.steps = records.steps;
    this.summary = records.summary;
    this.adapters = records.adapters;
    this.probes = records.probes;
    this.files = records.files;
    this.resumable = records.resumable;
    this.devicesLost = 0;
  }

  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      this.storageError = toLabError(thrown).serialize();
    }
  }
}

function withTexts(trials: TrialRecord[], texts: RunStore['texts']): TrialRecord[] {
  if (texts === null) return trials;
  return trials.map((trial) => ({ ...trial, ...texts[trial.identifier] }));
}
