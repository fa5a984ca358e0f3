/**
 * The page's side of the lab worker: typed calls, progress by callbacks, AbortSignal for giving up.
 *
 * Promises: one job at a time; answers to an older job are dropped; a dead worker is a LabError like any other.
 * Must not know: the engine, the experiment, the DOM.
 */
import { LabError, toLabError } from '../core/errors';
import { AnalysisCalls } from './analysis-calls';
import { BundleCalls } from './bundle-calls';
import type { AdapterMessage } from './bundle-protocol';
import { DataCalls } from './data-calls';
import { DeviceCalls } from './device-calls';
import { ModelCalls } from './model-calls';
import { PretrainCalls } from './pretrain-calls';
import { StudyCalls } from './study-calls';
import { WorldCalls } from './world-calls';
import {
  parseResponse,
  type ProbesMessage,
  type RewindCounts,
  type RequestBody,
  type Response,
  type RunInputs,
  type MeasuredSpeed,
  type RunPlan,
} from './protocol';
import type { FactRecord, Manifest, RunProgress, StepRecord, Summary, TrialRecord } from '../records/types';
import type { SerializedLabError } from '../core/errors';

/** What a Worker looks like from here, so that tests can stand in for it. */
export interface Port {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'error', listener: (event: { message?: string }) => void): void;
}

export type { MeasuredSpeed, ProbesMessage, RewindCounts, RunInputs, RunPlan };
export type { NamedRun } from './analysis-calls';
export type { OpenedRun } from './bundle-calls';
export type { BundlePairs, EncodedFile, PairTextsFound } from './bundle-protocol';
export type { DataInputs, PickedFile, ReadOptions } from './data-calls';
export type { PlanListener, StudyListener } from './study-calls';
export type { PlannedCell, StudyFiles } from './study-protocol';
export type { FetchRequest, FetchedModel, ModelProgress, StoredModel, StoredModels } from './model-protocol';
export type { PretrainListener } from './pretrain-calls';
export type {
  HeldOutRecord,
  PretrainDtype,
  PretrainManifest,
  PretrainPlan,
  PretrainProgress,
  PretrainStep,
} from './pretrain-protocol';
export type { WorldCounts, WorldInputs, WorldLook } from './world-protocol';
export type {
  DrawPreview,
  NumbersTable,
  QuestionQuery,
  Questions,
  ReadProgress,
  SourceSurvey,
  TermPage,
  TermQuery,
  TokenLengths,
} from './data-protocol';

export interface RunListener {
  manifest(manifest: Manifest): void;
  progress(progress: RunProgress): void;
  facts(records: FactRecord[]): void;
  steps(records: StepRecord[]): void;
  trials(records: TrialRecord[]): void;
  summary(summary: Summary): void;
  adapter(adapter: AdapterMessage): void;
  probes(message: ProbesMessage): void;
  /** Records after these many are void: the run continues from a checkpoint. */
  rewind(counts: RewindCounts, deviceLost: boolean): void;
  storageFailed(error: SerializedLabError): void;
  /** One is kept; so many records stand before it. */
  checkpoint(lines: { trials: number; steps: number }): void;
}

interface Job {
  /** Under which it was prepared. */
  name: string;
  /** The start that goes on or comes next, from 1; 0 until the plan is here. */
  start: number;
  lastSeq: number;
  listener: RunListener | null;
  resolvePlan: ((plan: RunPlan) => void) | null;
  resolveRun: (() => void) | null;
  reject: (error: LabError) => void;
}

export class LabClient {
  /** Questions about data: they may be asked at any time, also while a run goes on. */
  readonly data = new DataCalls((runId, body) => this.#send(runId, body));
  /** Runs as files: at any time too. */
  readonly bundles = new BundleCalls((runId, body) => this.#send(runId, body));
  /** Studies: one runs at a time, and no run beside it. */
  readonly studies = new StudyCalls((runId, body) => this.#send(runId, body));
  /** Worlds: looked at and made at any time. */
  readonly worlds = new WorldCalls((runId, body) => this.#send(runId, body));
  /** Pretraining: one at a time, and no run or study beside it. */
  readonly pretraining = new PretrainCalls((runId, body) => this.#send(runId, body));
  /** Models from elsewhere: at any time too. */
  readonly models = new ModelCalls((runId, body) => this.#send(runId, body));
  /** Checks of the device: not beside a run. */
  readonly devices = new DeviceCalls((runId, body) => this.#send(runId, body));
  /** Analyses of whole runs: at any time too. */
  readonly analyses = new AnalysisCalls((runId, body) => this.#send(runId, body));
  readonly #port: Port;
  #seq = 0;
  #jobs = 0;
  #job: Job | null = null;

  /** Whoever asks under names of their own. */
  get #others() {
    const { data, bundles, studies, worlds, pretraining, models, devices, analyses } = this;
    return [data, bundles, studies, worlds, pretraining, models, devices, analyses];
  }

  constructor(port: Port) {
    this.#port = port;
    port.addEventListener('message', ({ data }) => this.#receive(data));
    port.addEventListener('error', ({ message }) => {
      const stopped = new LabError('internal', `The lab worker stopped: ${message ?? 'it gave no reason'}.`, {
        hint: 'Reload the page: the records kept so far will be shown.',
      });
      this.#fail(stopped);
      for (const calls of this.#others) calls.failAll(stopped);
    });
  }

  /** Opens and checks the inputs; rejects with the LabError that names what is wrong, or `cancelled` on abort. */
  prepare(inputs: RunInputs, signal?: AbortSignal): Promise<RunPlan> {
    this.#fail(new LabError('cancelled', 'Replaced by a newer check.', { hint: 'Nothing to do.' }));
    const name = `job-${++this.#jobs}`;
    return new Promise((resolve, reject) => {
      const job: Job = { name, start: 0, lastSeq: 0, listener: null, resolvePlan: resolve, resolveRun: null, reject };
      this.#job = job;
      signal?.addEventListener('abort', () => {
        if (this.#job === job)
          this.#fail(new LabError('cancelled', 'The check was stopped.', { hint: 'Nothing to do.' }));
      });
      this.#send(name, { kind: 'prepare', inputs });
    });
  }

  /** Runs what was prepared last, or continues the kept run `key`. Resolves when it ended (also when cancelled); an abort cancels it. */
  run(key: string, listener: RunListener, options: { resume?: boolean; signal?: AbortSignal } = {}): Promise<void> {
    const job = this.#job;
    if (job === null) {
      return Promise.reject(
        new LabError('usage', 'Nothing is prepared to run.', {
          hint: 'Choose a model folder and an ontology file first.',
        }),
      );
    }
    return new Promise((resolve, reject) => {
      Object.assign(job, { listener, resolveRun: resolve, reject, resolvePlan: null } satisfies Partial<Job>);
      options.signal?.addEventListener('abort', () => this.cancel());
      this.#send(wordsOf(job), { kind: 'start', prepared: job.name, key, resume: options.resume ?? false });
    });
  }

  /** Also between `prepare` and the run's first work: it then pauses before it. */
  pause(): void {
    if (this.#job) this.#send(wordsOf(this.#job), { kind: 'pause' });
  }

  /** One optimiser step, or one chunk of an evaluation, and then a pause. */
  step(): void {
    if (this.#job) this.#send(wordsOf(this.#job), { kind: 'step' });
  }

  resume(): void {
    if (this.#job) this.#send(wordsOf(this.#job), { kind: 'resume' });
  }

  cancel(): void {
    if (this.#job) this.#send(wordsOf(this.#job), { kind: 'cancel' });
  }

  #send(runId: string, body: RequestBody): void {
    this.#port.postMessage({ ...body, runId, seq: ++this.#seq });
  }

  #fail(error: LabError): void {
    const job = this.#job;
    this.#job = null;
    if (job !== null && (job.resolvePlan !== null || job.resolveRun !== null)) job.reject(error);
  }

  #receive(data: unknown): void {
    let message: Response;
    try {
      message = parseResponse(data);
    } catch (thrown) {
      this.#fail(toLabError(thrown));
      return;
    }
    if (this.#others.some((calls) => calls.receive(message))) return;
    const job = this.#job;
    // Late words of a job that was replaced, or a message delivered twice.
    if (job === null || message.runId !== wordsOf(job) || message.seq <= job.lastSeq) return;
    job.lastSeq = message.seq;
    this.#handle(job, message);
  }

  #handle(job: Job, message: Response): void {
    switch (message.kind) {
      case 'prepared':
        job.start = 1;
        job.resolvePlan?.(message.plan);
        job.resolvePlan = null;
        return;
      case 'finished':
        job.start += 1;
        job.resolveRun?.();
        job.resolveRun = null;
        return;
      case 'failed':
        this.#fail(LabError.deserialize(message.error));
        return;
      case 'manifest':
        job.listener?.manifest(message.manifest);
        return;
      case 'progress':
        job.listener?.progress(message.progress);
        return;
      case 'facts':
        job.listener?.facts(message.records);
        return;
      case 'steps':
        job.listener?.steps(message.records);
        return;
      case 'trials':
        job.listener?.trials(message.records);
        return;
      case 'summary':
        job.listener?.summary(message.summary);
        return;
      case 'adapter':
        job.listener?.adapter(message.adapter);
        return;
      case 'rewind':
        job.listener?.rewind(message, message.deviceLost);
        return;
      case 'probes':
        job.listener?.probes(message);
        return;
      case 'storage-failed':
        job.listener?.storageFailed(message.error);
        return;
      case 'checkpoint':
        job.listener?.checkpoint(message);
        return;
      default:
        return; // answers to others: taken before
    }
  }
}

/** What words to and from the job go by: a fresh name for each start, so that a late verb never reaches the next one. */
function wordsOf({ name, start }: Job): string {
  return start === 0 ? name : `${name}.${start}`;
}

/** The real worker. Vite bundles it from this expression. */
export function createLabWorker(): Worker {
  return new Worker(new URL('./lab.worker.ts', import.meta.url), { type: 'module', name: 'ontoscope-lab' });
}
