/**
 * Turns the events of a run into messages for the page and records in the browser's storage.
 *
 * Promises: a live summary after every finished evaluation; storage that fails is reported once for the records and once for
 * checkpoints, and the run goes on; a checkpoint is on disk before the run does;
 * at any moment it can say from where an interrupted run continues.
 * Must not know: the engine, the worker's port.
 */
import { toLabError, type LabError } from '../core/errors';
import {
  firstProbeRecords,
  noProbeRecords,
  summarize,
  type Checkpoint,
  type ResumePoint,
  type RunEvent,
} from '../experiment';
import type { RunWriter } from '../platform/storage';
import type { Records } from './kept-records';
import type { ResponseBody } from './protocol';

type Manifest = Records['manifest'];
type TrialRecord = Records['trial'];
type StepRecord = Records['step'];

type Writer = Pick<
  RunWriter<Records>,
  | 'manifest'
  | 'summary'
  | 'facts'
  | 'trials'
  | 'steps'
  | 'adapter'
  | 'probes'
  | 'checkpoint'
  | 'dropCheckpoint'
  | 'rewind'
  | 'settled'
>;

export class RunFeed {
  #manifest: Manifest | null = null;
  #trials: TrialRecord[] = [];
  #steps: StepRecord[] = [];
  #probes = noProbeRecords();
  #checkpoint: Checkpoint | null = null;
  readonly #storageReported = new Set<'records' | 'checkpoint'>();
  /** Why records of the run are not kept; null while all are. */
  recordsError: LabError | null = null;

  constructor(
    private readonly writer: Writer,
    private readonly post: (message: ResponseBody) => void,
    /** Trials of one whole evaluation of one direction. */
    private readonly trialsPerEvaluation: number,
  ) {}

  /** Takes up a run where it stopped, or again from its start (null): later records are cut here, on the page and in storage. */
  continueFrom(point: ResumePoint | null, deviceLost: boolean): void {
    this.#manifest = point?.manifest ?? null;
    this.#trials = [...(point?.trials ?? [])];
    this.#steps = [...(point?.steps ?? [])];
    this.#checkpoint = point?.checkpoint ?? null;
    this.#probes = structuredClone(point?.probes ?? noProbeRecords());
    const { embeddings, canaries, language } = this.#probes;
    const probes = { embeddings: embeddings.length, canaries: canaries.length, language: language.length };
    this.post({ kind: 'rewind', trials: this.#trials.length, steps: this.#steps.length, probes, deviceLost });
    const chunks: Records['probe'][] = [
      { probe: 'embeddings', records: embeddings },
      { probe: 'canaries', records: canaries },
      { probe: 'language', records: language },
    ];
    const kept = chunks.filter(({ records }) => records.length > 0);
    void this.#keep(this.writer.rewind(this.#trials.slice(), this.#steps.slice(), structuredClone(kept)));
  }

  /** Where a run that lost its device goes on; null before the first checkpoint. */
  get resumePoint(): ResumePoint | null {
    if (this.#checkpoint === null) return null;
    return {
      checkpoint: this.#checkpoint,
      trials: this.#trials.slice(0, this.#checkpoint.trialLines),
      steps: this.#steps.slice(0, this.#checkpoint.stepLines),
      probes: firstProbeRecords(this.#probes, this.#checkpoint.probeLines),
      ...(this.#manifest === null ? {} : { manifest: this.#manifest }),
    };
  }

  /** Resolves when the run may go on: at once, but for checkpoints. */
  async take(event: RunEvent): Promise<void> {
    switch (event.kind) {
      case 'manifest':
        this.#manifest = event.manifest;
        this.post(event);
        if (event.manifest.state === 'done') {
          // What could not be kept whole is not kept as done: it goes on from its last checkpoint once there is room.
          await this.writer.settled();
          if (this.recordsError !== null) return;
        }
        void this.#keep(this.writer.manifest(event.manifest));
        if (event.manifest.state === 'done') void this.#keep(this.writer.dropCheckpoint());
        return;
      case 'progress':
        this.post(event);
        return;
      case 'facts':
        this.post({ kind: 'facts', records: event.records });
        void this.#keep(this.writer.facts(event.records));
        return;
      case 'steps':
        this.#steps.push(...event.records);
        this.post(event);
        void this.#keep(this.writer.steps(event.records));
        return;
      case 'trials':
        this.#trials.push(...event.records);
        this.post(event);
        void this.#keep(this.writer.trials(event.records));
        this.#summarizeIfComplete(event.records);
        return;
      case 'probes': {
        const { probe, records } = event;
        (this.#probes[probe] as unknown[]).push(...records);
        this.post(event);
        void this.#keep(this.writer.probes({ probe, records }, event.files));
        if (this.#manifest) this.#summarize(this.#manifest);
        return;
      }
      case 'summary':
        this.post(event);
        void this.#keep(this.writer.summary(event.summary));
        return;
      case 'adapter': {
        const adapter = {
          direction: event.direction,
          files: event.files.map(({ path, bytes }) => ({ path, bytes: new Uint8Array(bytes) })),
        };
        this.post({ kind: 'adapter', adapter });
        void this.#keep(this.writer.adapter(adapter));
        return;
      }
      case 'checkpoint':
        this.#checkpoint = event.checkpoint;
        await this.#keep(this.writer.checkpoint(event.checkpoint).then(this.#toldOf(event.checkpoint)), 'checkpoint');
    }
  }

  #toldOf({ trialLines, stepLines }: Checkpoint): () => void {
    return () => this.post({ kind: 'checkpoint', trials: trialLines, steps: stepLines });
  }

  settled(): Promise<void> {
    return this.writer.settled();
  }

  /** An evaluation comes in chunks; half of one would show a share of the wrong facts. */
  #summarizeIfComplete(records: readonly TrialRecord[]): void {
    const manifest = this.#manifest;
    const last = records.at(-1);
    if (manifest === null || last === undefined) return;
    const same = this.#trials.filter(({ direction, epoch }) => direction === last.direction && epoch === last.epoch);
    if (same.length < this.trialsPerEvaluation) return;
    this.#summarize(manifest);
  }

  #summarize(manifest: Manifest): void {
    const summary = summarize(manifest, this.#trials, this.#steps, this.#probes);
    this.post({ kind: 'summary', summary });
    void this.#keep(this.writer.summary(summary));
  }

  #keep(write: Promise<void>, what: 'records' | 'checkpoint' = 'records'): Promise<void> {
    return write.catch((thrown: unknown) => {
      if (what === 'records') this.recordsError ??= toLabError(thrown);
      if (this.#storageReported.has(what)) return;
      this.#storageReported.add(what);
      this.post({ kind: 'storage-failed', error: toLabError(thrown).serialize() });
    });
  }
}
