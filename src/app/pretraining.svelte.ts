/**
 * The pretraining on show, live or kept, and the models kept in this browser.
 *
 * Promises: one goes on at a time, and no run or study beside it; whatever ends it, what it came to stays kept and it
 * continues from there; every failure ends as one `error` in plain words. Must not know: components, how it is done.
 */
import { LabError, toLabError, type SerializedLabError } from '../core/errors';
import type { KeptRun, RunStorage } from '../platform/storage';
import type { ExperimentSpec } from '../spec/schema';
import type {
  HeldOutRecord,
  LabClient,
  PretrainListener,
  PretrainManifest,
  PretrainProgress,
  PretrainStep,
} from '../worker/client';
import { within } from './error-control';
import { fileStem } from './exports';
import type { PretrainConfigStore } from './pretrain-config.svelte';
import type { LabSession } from './session.svelte';
import { LongWork, type LongWorkHost } from './long-work.svelte';
import { useModel, type ModelFile } from './use-model';
import type { WorldStore } from './world.svelte';

/** The types of what is kept: held-out evaluations stand where a run has trials. */
export interface PretrainRecords {
  manifest: {
    state: string;
    startedAtMs: number;
    spec: { name: string };
    model: { name: string };
    record: PretrainManifest;
  };
  trial: HeldOutRecord;
  step: PretrainStep;
  fact: never;
  summary: never;
  probe: never;
}

export interface PretrainingHost extends LongWorkHost {
  calls: Pick<LabClient['pretraining'], 'run' | 'continue' | 'pause' | 'resume' | 'cancel' | 'pack'>;
  storage: Pick<RunStorage<PretrainRecords>, 'list' | 'load' | 'remove'>;
  newKey(): string;
  /** Throws `run-locked` where another tab has it. */
  withPretrainingLock<T>(key: string, work: () => Promise<T>): Promise<T>;
  download(name: string, type: string, content: Uint8Array<ArrayBuffer>): void;
  /** Settings that come with a model, under its name. */
  adopt(settings: ExperimentSpec, name: string): void;
}

export class PretrainingStore extends LongWork<PretrainingHost> {
  key = $state.raw<string | null>(null);
  manifest = $state.raw<PretrainManifest | null>(null);
  steps = $state.raw<PretrainStep[]>([]);
  heldOut = $state.raw<HeldOutRecord[]>([]);
  /** Of its world, and of the model once it is done. */
  files = $state.raw<ModelFile[]>([]);
  progress = $state.raw<PretrainProgress | null>(null);
  /** Graphics devices lost; it went on from a checkpoint each time. */
  devicesLost = $state.raw(0);
  kept = $state.raw<KeptRun[]>([]);
  /** Records could not be kept; it goes on. */
  storageError = $state.raw<SerializedLabError | null>(null);
  /** Counts those opened: each is to be looked at. */
  opened = $state.raw(0);

  constructor(
    host: PretrainingHost,
    session: LabSession,
    private readonly world: WorldStore,
    private readonly config: PretrainConfigStore,
  ) {
    super(host, session, (error) => within('pretrain', error));
  }

  /** A run of the page goes on: its inputs cannot change. */
  get runs(): boolean {
    return this.session.busy;
  }

  get done(): boolean {
    return this.manifest?.state === 'done';
  }

  /** Why the device is not free, in words; null when it is. */
  get occupied(): string | null {
    const { session } = this;
    if (session.capability !== null && !session.gpuReady) return 'This browser offers no WebGPU: see “This device”.';
    if (session.busy) return 'A run goes on: pretraining can follow when it has ended.';
    return this.busy ? null : session.occupied;
  }

  /** Why none can begin now, in words; null when one can. */
  get blocked(): string | null {
    if (this.occupied !== null) return this.occupied;
    if (this.world.draft === null) return 'Open a world to pretrain on.';
    if (this.world.inputs === null) return 'Correct the marked dials of the world, or choose the tables it names.';
    return this.config.valid === null ? 'Correct the marked settings of the model.' : null;
  }

  /** An error that stands stays: this is done at the end of other things. */
  async refresh(): Promise<void> {
    try {
      this.kept = await this.host.storage.list();
    } catch (thrown) {
      this.error ??= toLabError(thrown).serialize();
    }
  }

  /** The kept ones; the newest is shown where it has not come to its end. */
  async restore(): Promise<void> {
    await this.refresh();
    const [newest] = this.kept;
    if (newest && newest.state !== 'done') await this.openKept(newest.key);
  }

  /** Shows a kept one, with its world where that can be made without tables of its own. */
  openKept(key: string): Promise<void> {
    return this.guard(async () => {
      const records = await this.#load(key);
      if (this.busy) return;
      this.#show(key, records.manifest.record, records.steps, records.trials, records.files);
      const world = records.files.find(({ path }) => path === 'world/world.json');
      if (world && this.world.draft === null) {
        await this.world.openFile({ path: 'world.json', file: new File([world.bytes], 'world.json') });
      }
      this.opened += 1;
    });
  }

  /** Begins one with the world and the settings on show. */
  async run(): Promise<void> {
    const { inputs } = this.world;
    const { valid: config, dtype } = this.config;
    if (inputs === null || config === null || this.busy || this.blocked !== null) return;
    const key = this.host.newKey();
    this.#show(key, null, [], [], []);
    await this.#execute((listener) => this.host.calls.run(key, { inputs, config, dtype }, listener));
  }

  /** Takes the one on show up from its last checkpoint. */
  async continue(): Promise<void> {
    const { key } = this;
    if (key === null || this.busy || this.done || this.occupied !== null) return;
    await this.#execute((listener) => this.host.calls.continue(key, listener));
  }

  /** Makes a finished one the model of the experiment, with its world's facts and settings. */
  use(key: string): Promise<void> {
    return this.guard(async () => {
      const { manifest, files } = await this.#whole(key);
      useModel(this.session, { name: manifest.config.name, files }, this.host.adopt);
    });
  }

  /** The folder that the terminal writes, as a zip. */
  save(key: string): Promise<void> {
    return this.guard(async () => {
      const whole = await this.#whole(key);
      const { bytes } = await this.host.calls.pack(whole);
      this.host.download(`${fileStem(whole.manifest.config.name)}.zip`, 'application/zip', bytes);
    });
  }

  async remove(key: string): Promise<void> {
    await this.guard(() => this.host.withPretrainingLock(key, () => this.host.storage.remove(key)));
    if (this.key === key && this.error === null) this.#show(null, null, [], [], []);
    await this.refresh();
  }

  async #execute(work: (listener: PretrainListener) => Promise<void>): Promise<void> {
    this.progress = null;
    const occupied = 'A model is being pretrained: a run can follow when that has ended.';
    await this.hold(occupied, () => work(this.#listener()));
    await this.refresh();
  }

  #listener(): PretrainListener {
    return {
      manifest: (manifest) => (this.manifest = manifest),
      progress: (progress) => {
        this.progress = progress;
        this.heard(progress);
      },
      steps: (records) => (this.steps = [...this.steps, ...records]),
      heldOut: (record) => (this.heldOut = [...this.heldOut, record]),
      files: (files) => (this.files = [...this.files, ...files]),
      rewind: (counts, deviceLost) => {
        this.steps = this.steps.slice(0, counts.steps);
        this.heldOut = this.heldOut.slice(0, counts.heldOut);
        if (deviceLost) this.devicesLost += 1;
      },
      storageFailed: (error) => (this.storageError = error),
    };
  }

  #show(
    key: string | null,
    manifest: PretrainManifest | null,
    steps: PretrainStep[],
    heldOut: HeldOutRecord[],
    files: ModelFile[],
  ): void {
    Object.assign(this, { key, manifest, steps, heldOut, files });
    this.progress = null;
    this.devicesLost = 0;
    this.storageError = null;
  }

  /** What is on show may be there though it could not be kept. */
  async #whole(key: string) {
    if (this.key === key && this.manifest !== null) {
      return { manifest: this.manifest, steps: this.steps, heldOut: this.heldOut, files: this.files };
    }
    const { manifest, steps, trials, files } = await this.#load(key);
    return { manifest: manifest.record, steps, heldOut: trials, files };
  }

  async #load(key: string) {
    const records = await this.host.storage.load(key);
    if (records !== null) return records;
    throw new LabError('record-invalid', 'This model is no longer kept here.', {
      hint: 'It may have been deleted in another tab. Pretrain it again.',
    });
  }
}
