/**
 * Turns the events of a pretraining into messages for the page and records in the browser's storage, where it is kept as a
 * run is: its held-out evaluations in the place of trials, its world and its model among the further files.
 *
 * Promises: storage that fails is reported once for the records and once for checkpoints, and the work goes on; a
 * checkpoint is on disk before the work goes on; what could not be kept whole is not kept as done.
 * Must not know: the engine, the worker's port.
 */
import { toLabError, type LabError } from '../core/errors';
import type { PretrainEvent, PretrainManifest, PretrainResumePoint } from '../experiment';
import type { KeptCheckpoint, RunStorage, RunWriter } from '../platform/storage';
import type { EncodedFile } from './bundle-protocol';
import type { HeldOutRecord, PretrainStep } from './pretrain-protocol';
import type { ResponseBody } from './protocol';

/** The types of what is kept. */
export interface PretrainRecords {
  manifest: KeptPretraining;
  trial: HeldOutRecord;
  step: PretrainStep;
  fact: never;
  summary: never;
  probe: never;
}

/** A manifest under what a list shows of it. */
export interface KeptPretraining {
  state: string;
  startedAtMs: number;
  /** The model's name; that of its world. */
  spec: { name: string };
  model: { name: string };
  record: PretrainManifest;
}

type Writer = Pick<
  RunWriter<PretrainRecords>,
  'manifest' | 'trials' | 'steps' | 'file' | 'checkpoint' | 'dropCheckpoint' | 'rewind' | 'settled'
>;

export class PretrainFeed {
  #manifest: PretrainManifest | null = null;
  #steps: PretrainStep[] = [];
  #heldOut: HeldOutRecord[] = [];
  #checkpoint: PretrainResumePoint['checkpoint'] | null = null;
  readonly #storageReported = new Set<'records' | 'checkpoint'>();
  #recordsError: LabError | null = null;

  constructor(
    private readonly writer: Writer,
    private readonly post: (message: ResponseBody) => void,
    /** What it is trained on; kept with it, once it has begun. Empty where that is kept already. */
    private readonly world: readonly EncodedFile[],
  ) {}

  /** Takes it up where it stopped, or again from its start (null). */
  continueFrom(point: PretrainResumePoint | null, deviceLost: boolean): void {
    this.#manifest = point?.manifest ?? this.#manifest;
    this.#steps = [...(point?.steps ?? [])];
    this.#heldOut = [...(point?.heldOut ?? [])];
    this.#checkpoint = point?.checkpoint ?? null;
    const counts = { steps: this.#steps.length, heldOut: this.#heldOut.length };
    this.post({ kind: 'pretraining-rewind', ...counts, deviceLost });
    void this.#keep(this.writer.rewind(this.#heldOut.slice(), this.#steps.slice()));
  }

  /** Where it goes on after a lost device; null before the first checkpoint. */
  get resumePoint(): PretrainResumePoint | null {
    const [checkpoint, manifest] = [this.#checkpoint, this.#manifest];
    if (checkpoint === null || manifest === null) return null;
    return {
      checkpoint,
      manifest,
      steps: this.#steps.slice(0, checkpoint.stepLines),
      heldOut: this.#heldOut.slice(0, checkpoint.heldOutLines),
    };
  }

  /** Resolves when the work may go on: at once, but for checkpoints. */
  async take(event: PretrainEvent): Promise<void> {
    switch (event.kind) {
      case 'manifest':
        return this.#takeManifest(event.manifest);
      case 'progress':
        return this.post({ kind: 'pretraining-progress', progress: event.progress });
      case 'steps':
        this.#steps.push(...event.records);
        this.post({ kind: 'pretraining-steps', records: event.records });
        void this.#keep(this.writer.steps(event.records));
        return;
      case 'held-out':
        this.#heldOut.push(event.record);
        this.post({ kind: 'pretraining-held-out', record: event.record });
        void this.#keep(this.writer.trials([event.record]));
        return;
      case 'checkpoint':
        this.#checkpoint = event.checkpoint;
        return this.#keep(this.writer.checkpoint(keptCheckpoint(event.checkpoint)), 'checkpoint');
      case 'model':
        return this.#takeFiles(event.files.map(({ path, bytes }) => ({ path, bytes: new Uint8Array(bytes) })));
    }
  }

  settled(): Promise<void> {
    return this.writer.settled();
  }

  async #takeManifest(manifest: PretrainManifest): Promise<void> {
    if (this.#manifest === null) this.#takeFiles(this.world);
    this.#manifest = manifest;
    this.post({ kind: 'pretraining-manifest', manifest });
    const done = manifest.state === 'done';
    if (done) {
      await this.writer.settled();
      if (this.#recordsError !== null) return;
    }
    void this.#keep(this.writer.manifest(kept(manifest)));
    if (done) void this.#keep(this.writer.dropCheckpoint());
  }

  #takeFiles(files: readonly EncodedFile[]): void {
    if (files.length === 0) return;
    this.post({ kind: 'pretraining-files', files: [...files] });
    for (const file of files) void this.#keep(this.writer.file(file));
  }

  #keep(write: Promise<void>, what: 'records' | 'checkpoint' = 'records'): Promise<void> {
    return write.catch((thrown: unknown) => {
      if (what === 'records') this.#recordsError ??= toLabError(thrown);
      if (this.#storageReported.has(what)) return;
      this.#storageReported.add(what);
      this.post({ kind: 'storage-failed', error: toLabError(thrown).serialize() });
    });
  }
}

function kept(record: PretrainManifest): KeptPretraining {
  const { state, startedAtMs, config, corpus } = record;
  return { state, startedAtMs, spec: { name: config.name }, model: { name: corpus.name }, record };
}

function keptCheckpoint({ runId, state, stepLines, heldOutLines }: PretrainResumePoint['checkpoint']): KeptCheckpoint {
  return { version: 2, runId, directionIndex: 0, state, stepLines, trialLines: heldOutLines };
}

/** Where a kept pretraining goes on; null where it has no checkpoint. */
export async function keptPretrainPoint(
  storage: Pick<RunStorage<PretrainRecords>, 'load' | 'checkpoint'>,
  key: string,
): Promise<PretrainResumePoint | null> {
  const [records, stored] = await Promise.all([storage.load(key), storage.checkpoint(key)]);
  if (records === null || stored === null) return null;
  const { runId, state, stepLines, trialLines: heldOutLines } = stored;
  return {
    checkpoint: { version: 1, runId, state, stepLines, heldOutLines },
    steps: records.steps.slice(0, stepLines),
    heldOut: records.trials.slice(0, heldOutLines),
    manifest: records.manifest.record,
  };
}
