/**
 * The state machine behind the page: inputs → checked plan → run → paused → ended.
 *
 * Promises: `phase` moves only along the arrows below; every failure ends as one `error` in plain words.
 *   idle → checking → ready → running → pausing → paused → running … → stopping → ready; a failure leads to idle;
 *   paused → stepping → paused
 * Must not know: components, the worker's messages, how files are read.
 */
import { toLabError, type SerializedLabError } from '../core/errors';
import { canonicalJson } from '../core/json';
import type { Capability } from '../platform/capability';
import type { PickedFile, PickedFolder } from '../platform/folder';
import type { RunProgress } from '../records/types';
import type { ExperimentSpec } from '../spec/schema';
import type { DataInputs, RunInputs, RunListener, RunPlan } from '../worker/client';
import { withControl } from './error-control';
import type { RunStore } from './runs.svelte';
import { defaultSpec, type SpecStore } from './spec.svelte';

export type Phase = 'idle' | 'checking' | 'ready' | 'running' | 'pausing' | 'paused' | 'stepping' | 'stopping';

export interface LabCalls {
  prepare(inputs: RunInputs, signal?: AbortSignal): Promise<RunPlan>;
  run(key: string, listener: RunListener, options: { resume?: boolean }): Promise<void>;
  pause(): void;
  step(): void;
  resume(): void;
  cancel(): void;
}

/** Who is told what a run says, and what it is asked, after this store was. */
export interface RunWatcher extends Partial<RunListener> {
  began?(resumed: boolean): void;
  asked?(verb: 'pause' | 'step' | 'resume' | 'cancel'): void;
  /** @param error of a run that failed */
  ended?(error: SerializedLabError | null): void;
}

export interface SessionHost {
  lab: LabCalls;
  watcher?: RunWatcher;
  readCapability(): Promise<Capability>;
  /** A name for a new run in storage; later names sort later. */
  newKey(): string;
  /** A seed that nobody chose. */
  newSeed(): number;
  /** Holds the run against other tabs; throws LabError `run-locked` where one has it. */
  lockRun(key: string): Promise<{ release(): void }>;
  /** Keeps the device awake while a run goes on. */
  wakeLock: { hold(): Promise<void>; release(): Promise<void> };
  /** Asks the browser not to evict what is kept. */
  persistStorage(): Promise<unknown>;
}

export const TEXT_FIELDS = [
  'retention.rehearsal.path',
  'evaluation.probes.canaries.path',
  'evaluation.probes.languageLoss.path',
] as const;
export type TextField = (typeof TEXT_FIELDS)[number];

/** What was picked for a run. */
export interface ChosenFiles {
  model: PickedFolder | null;
  ontology: PickedFile | null;
  counts: PickedFile | null;
  covariates: { name: string; file: PickedFile }[];
  texts: Partial<Record<TextField, PickedFile>>;
}

/** An ontology with the numbers of its terms. */
type Brought = Pick<ChosenFiles, 'counts' | 'covariates'> & { ontology: PickedFile };

export class LabSession {
  phase = $state.raw<Phase>('idle');
  capability = $state.raw<Capability | null>(null);
  model = $state.raw<PickedFolder | null>(null);
  ontology = $state.raw<PickedFile | null>(null);
  counts = $state.raw<PickedFile | null>(null);
  /** Further numbers per identifier, under the names they get in the records. */
  covariates = $state.raw<{ name: string; file: PickedFile }[]>([]);
  /** Files that methods and probes read, by the field that names them. */
  texts = $state.raw<Partial<Record<TextField, PickedFile>>>({});
  plan = $state.raw<RunPlan | null>(null);
  progress = $state.raw<RunProgress | null>(null);
  error = $state.raw<SerializedLabError | null>(null);
  /** What the last button did, until something else happens. */
  notice = $state.raw<string | null>(null);
  /** What else has the device now, in words: no run beside it. */
  occupied = $state.raw<string | null>(null);
  /** What came with the ontology that was picked as a whole. */
  #brought: Brought | null = null;
  #check: AbortController | null = null;
  /** Resolves when the run that goes on has ended. */
  #ended: Promise<void> = Promise.resolve();
  #checked: string | null = null;
  /** The check under way, by the settings it asks about. */
  #checking: { wanted: string; done: Promise<void> } | null = null;

  constructor(
    private readonly host: SessionHost,
    readonly spec: SpecStore,
    readonly runs: RunStore,
  ) {}

  get busy(): boolean {
    return ['running', 'pausing', 'paused', 'stepping', 'stopping'].includes(this.phase);
  }

  /** Held at a safe point, or on the way there: it can be resumed. */
  get held(): boolean {
    return ['pausing', 'paused', 'stepping'].includes(this.phase);
  }

  get stopping(): boolean {
    return this.phase === 'stopping';
  }

  get gpuReady(): boolean {
    return this.capability?.webgpu.ok === true;
  }

  /** Why Run is not possible now, in words; null when it is. */
  get blocked(): string | null {
    if (this.capability !== null && !this.gpuReady) return 'This browser offers no WebGPU: see “This device”.';
    if (this.occupied !== null) return this.occupied;
    if (this.model === null && this.ontology === null) return 'Choose a model folder and an ontology file.';
    if (this.model === null) return 'Choose a model folder.';
    if (this.ontology === null) return 'Choose an ontology file.';
    if (this.spec.valid === null) return 'Correct the marked settings.';
    const [covariate] = this.missingCovariates;
    if (covariate !== undefined) return `Choose the table of the covariate “${covariate}”, or remove it, under Data.`;
    if (this.phase === 'checking') return 'Checking model and ontology …';
    if (this.plan === null) return this.error?.hint ?? 'Checking model and ontology …';
    return null;
  }

  async start(): Promise<void> {
    this.capability = await this.host.readCapability();
  }

  /** Null where it is there no more. */
  chooseModel(folder: PickedFolder | null): void {
    this.model = folder;
    this.#forgetPlan();
  }

  chooseOntology(file: PickedFile): void {
    this.ontology = file;
    this.#forgetPlan();
  }

  /** An ontology with what belongs to it; the settings that read it were set beside it. */
  bring({ ontology, counts, covariates }: Brought): void {
    this.chooseOntology(ontology);
    this.chooseCounts(counts);
    this.setCovariates(covariates);
    this.#brought = { ontology, counts, covariates };
  }

  /** An ontology of the person's own: what the one before it brought goes with that, files and settings. */
  replaceOntology(file: PickedFile): void {
    const brought = this.#brought;
    this.#brought = null;
    if (brought !== null && brought.ontology === this.ontology) {
      const { ontology } = this.spec.draft;
      const { terminology, termColumn, identifierColumn } = defaultSpec().ontology;
      Object.assign(ontology, { terminology, termColumn, identifierColumn });
      if (this.counts === brought.counts) {
        this.counts = null;
        ontology.counts = null;
      }
      if (this.covariates === brought.covariates) {
        this.covariates = [];
        ontology.covariates = [];
      }
    }
    this.chooseOntology(file);
  }

  chooseCounts(file: PickedFile | null): void {
    this.counts = file;
    this.#forgetPlan();
  }

  setCovariates(covariates: { name: string; file: PickedFile }[]): void {
    this.covariates = covariates;
    this.#forgetPlan();
  }

  /** Null takes it back: the spec then names none. */
  chooseText(field: TextField, file: PickedFile | null): void {
    const { [field]: _before, ...others } = this.texts;
    this.texts = file === null ? others : { ...others, [field]: file };
    if (this.textFields.includes(field)) this.spec.set(field, file?.path ?? null);
    this.#forgetPlan();
  }

  /** Covariates that the settings name and whose tables are chosen, in the order of the settings. */
  get namedCovariates(): { name: string; file: PickedFile }[] {
    return this.spec.draft.ontology.covariates.flatMap(
      ({ name }) => this.covariates.find((each) => each.name === name) ?? [],
    );
  }

  /** Names of the covariates whose table is not chosen. */
  get missingCovariates(): string[] {
    const there = this.namedCovariates.map(({ name }) => name);
    return this.spec.draft.ontology.covariates.flatMap(({ name }) => (there.includes(name) ? [] : [name]));
  }

  get chosenFiles(): ChosenFiles {
    const { model, ontology, counts, covariates, texts } = this;
    return { model, ontology, counts, covariates, texts };
  }

  /** What was chosen before comes back; where nothing was, what is chosen now stays. Settings stay as they are. */
  takeBack({ model, ontology, counts, covariates, texts }: ChosenFiles): void {
    if (model !== null) this.model = model;
    // Numbers belong to the terms of their ontology.
    if (ontology !== null) Object.assign(this, { ontology, counts, covariates });
    this.texts = { ...this.texts, ...texts };
    this.#forgetPlan();
  }

  /** Those that the settings have a use for. */
  get textFields(): TextField[] {
    const { retention, evaluation } = this.spec.draft;
    return TEXT_FIELDS.filter((field) => {
      if (field === 'retention.rehearsal.path') return retention.rehearsal?.source === 'text';
      return evaluation.probes[field === 'evaluation.probes.canaries.path' ? 'canaries' : 'languageLoss'] !== null;
    });
  }

  /**
   * Opens and checks the inputs under the present settings. A newer call replaces an older one, or joins it where both ask
   * the same: a run that waits for its check is not lost.
   */
  async check(): Promise<void> {
    const inputs = this.#inputs();
    if (inputs === null || this.busy) return;
    const wanted = canonicalJson(inputs.spec);
    if (wanted === this.#checked && this.plan !== null) return;
    if (this.#checking?.wanted === wanted && this.#check?.signal.aborted === false) return this.#checking.done;
    this.#check?.abort();
    const check = new AbortController();
    this.#check = check;
    const checking = { wanted, done: this.#prepare(inputs, wanted, check) };
    this.#checking = checking;
    await checking.done;
    if (this.#checking === checking) this.#checking = null;
  }

  async #prepare(inputs: RunInputs, wanted: string, check: AbortController): Promise<void> {
    this.phase = 'checking';
    this.error = null;
    try {
      this.plan = await this.host.lab.prepare(inputs, check.signal);
      this.#checked = wanted;
      this.phase = 'ready';
    } catch (thrown) {
      if (this.#check !== check || check.signal.aborted) return;
      this.#forgetPlan();
      this.phase = 'idle';
      this.error = withControl(toLabError(thrown).serialize());
    }
  }

  /** The run on show stopped before its end, and the inputs chosen now are those it was made from. */
  get canContinue(): boolean {
    return (
      !this.busy && this.runs.resumable && this.plan !== null && this.plan.experimentId === this.runs.manifest?.runId
    );
  }

  async run(): Promise<void> {
    await this.check();
    if (this.phase !== 'ready' || this.blocked !== null) return;
    const key = this.host.newKey();
    await this.#execute(key, false);
  }

  async continueRun(): Promise<void> {
    await this.check();
    const key = this.runs.key;
    if (key === null || this.blocked !== null || !this.canContinue) return;
    await this.#execute(key, true);
  }

  pause(): void {
    if (this.phase !== 'running') return;
    this.phase = 'pausing';
    this.host.watcher?.asked?.('pause');
    this.host.lab.pause();
  }

  /** One optimiser step, or one chunk of an evaluation, and then a pause again. */
  step(): void {
    if (this.phase !== 'paused') return;
    this.phase = 'stepping';
    this.host.watcher?.asked?.('step');
    this.host.lab.step();
  }

  resume(): void {
    if (!this.held) return;
    this.phase = 'running';
    this.host.watcher?.asked?.('resume');
    this.host.lab.resume();
  }

  cancel(): void {
    if (!this.busy || this.stopping) return;
    this.phase = 'stopping';
    this.host.watcher?.asked?.('cancel');
    this.host.lab.cancel();
  }

  /** Back to before the run; one that goes on is cancelled first. What it recorded stays kept. */
  async reset(): Promise<void> {
    const run = this.#ended;
    this.cancel();
    await run;
    const same = this.plan !== null && this.plan.experimentId === this.runs.manifest?.runId;
    const { seed } = this.spec.draft;
    this.runs.clear();
    this.progress = null;
    this.notice = same
      ? `Reset. With these settings and seed ${seed}, Run gives the same records again.`
      : `Reset. Run begins anew, with the present settings and seed ${seed}.`;
  }

  /** Another draw of pairs, samples and batches. */
  newSeed(): void {
    if (this.busy) return;
    this.spec.draft.seed = this.host.newSeed();
    this.notice = `New seed ${this.spec.draft.seed}: Run draws other pairs, batches and samples.`;
  }

  fail(thrown: unknown): void {
    this.error = withControl(toLabError(thrown).serialize());
  }

  dismissError(): void {
    this.error = null;
  }

  async #execute(key: string, resume: boolean): Promise<void> {
    this.phase = 'running';
    this.error = null;
    this.notice = null;
    this.progress = null;
    this.#ended = this.#locked(key, resume);
    await this.#ended;
  }

  /** The run under its lock: one that another tab has is not touched. */
  async #locked(key: string, resume: boolean): Promise<void> {
    let lock: { release(): void };
    try {
      lock = await this.host.lockRun(key);
    } catch (thrown) {
      // What was pressed meanwhile waits for a start that never came: the next one is prepared anew.
      if (this.phase !== 'running') this.#checked = null;
      this.phase = 'ready';
      this.fail(thrown);
      return;
    }
    if (resume) this.runs.goOn();
    else this.runs.begin(key);
    this.host.watcher?.began?.(resume);
    try {
      await this.#perform(key, resume);
    } finally {
      lock.release();
    }
  }

  async #perform(key: string, resume: boolean): Promise<void> {
    let failure: SerializedLabError | null = null;
    await Promise.allSettled([this.host.wakeLock.hold(), this.host.persistStorage()]);
    try {
      await this.host.lab.run(key, this.#listener(), { resume });
    } catch (thrown) {
      const error = toLabError(thrown);
      if (error.code !== 'cancelled') this.error = failure = withControl(error.serialize());
      // A job that failed must be prepared anew.
      this.#checked = null;
    }
    this.phase = this.#checked === null ? 'idle' : 'ready';
    this.host.watcher?.ended?.(failure);
    await this.host.wakeLock.release();
    await this.runs.settle();
    if (this.phase === 'idle') await this.#recheckQuietly();
  }

  async #recheckQuietly(): Promise<void> {
    const error = this.error;
    await this.check();
    this.error ??= error;
  }

  #forgetPlan(): void {
    if (this.busy) return;
    this.#check?.abort();
    this.plan = null;
    this.#checked = null;
    this.error = null;
    this.phase = 'idle';
  }

  /** The data files with the spec that names them; null while there is no ontology or a setting is wrong. */
  get dataInputs(): DataInputs | null {
    const spec = this.spec.valid;
    if (spec === null || this.ontology === null) return null;
    return {
      spec: this.#specWithFiles(spec),
      ontology: this.ontology,
      counts: this.counts,
      covariates: this.namedCovariates.map(({ file }) => file),
    };
  }

  #inputs(): RunInputs | null {
    const data = this.dataInputs;
    if (data === null || this.model === null || this.missingCovariates.length > 0) return null;
    const text = (field: TextField) => (this.textFields.includes(field) ? (this.texts[field] ?? null) : null);
    return {
      ...data,
      model: this.model,
      rehearsal: text('retention.rehearsal.path'),
      probes: {
        canaries: text('evaluation.probes.canaries.path'),
        languageLoss: text('evaluation.probes.languageLoss.path'),
      },
    };
  }

  /** Files are chosen beside the settings: their names go into the spec here. */
  #specWithFiles(spec: ExperimentSpec): ExperimentSpec {
    const counts = this.counts && {
      identifierColumn: null,
      countColumn: null,
      ...spec.ontology.counts,
      path: this.counts.path,
    };
    const covariates = this.namedCovariates.map(({ name, file }) => ({
      ...spec.ontology.covariates.find((named) => named.name === name)!,
      path: file.path,
    }));
    const named = <G extends { path: string | null }>(group: G | null, field: TextField): G | null =>
      group && { ...group, path: this.texts[field]?.path ?? group.path };
    const { canaries, languageLoss } = spec.evaluation.probes;
    return {
      ...spec,
      retention: { ...spec.retention, rehearsal: named(spec.retention.rehearsal, 'retention.rehearsal.path') },
      evaluation: {
        ...spec.evaluation,
        probes: {
          ...spec.evaluation.probes,
          canaries: named(canaries, 'evaluation.probes.canaries.path'),
          languageLoss: named(languageLoss, 'evaluation.probes.languageLoss.path'),
        },
      },
      model: { ...spec.model, path: this.model?.reference ?? this.model?.name ?? spec.model.path },
      ontology: { ...spec.ontology, path: this.ontology?.path ?? null, counts, covariates },
    };
  }

  #listener(): RunListener {
    const own: RunListener = {
      manifest: (manifest) => (this.runs.manifest = manifest),
      progress: (progress) => {
        this.progress = progress;
        if (progress.state === 'paused' && (this.phase === 'pausing' || this.phase === 'stepping'))
          this.phase = 'paused';
      },
      rewind: (counts, deviceLost) => this.runs.rewind(counts, deviceLost),
      probes: (message) => this.runs.addProbes(message),
      facts: (records) => (this.runs.facts = records),
      steps: (records) => this.runs.addSteps(records),
      trials: (records) => this.runs.addTrials(records),
      summary: (summary) => (this.runs.summary = summary),
      adapter: (adapter) => this.runs.addAdapter(adapter),
      storageFailed: (error) => (this.runs.storageError = error),
      checkpoint: () => undefined,
    };
    return told(own, this.host.watcher ?? {});
  }
}

/** A listener that tells another one afterwards. */
function told(listener: RunListener, watcher: Partial<RunListener>): RunListener {
  const both = (name: keyof RunListener) =>
    [
      name,
      (...said: unknown[]) => {
        (listener[name] as (...of: unknown[]) => void)(...said);
        (watcher[name] as ((...of: unknown[]) => void) | undefined)?.call(watcher, ...said);
      },
    ] as const;
  const names = Object.keys(listener) as (keyof RunListener)[];
  return Object.fromEntries(names.map(both)) as unknown as RunListener;
}
