/**
 * Studies on their way to the worker and back: each question has its own name and one answer.
 *
 * Promises: what is told on the way reaches its listener in order; answers that nobody waits for are dropped.
 * Must not know: the experiment, storage, the DOM.
 */
import { LabError, type SerializedLabError } from '../core/errors';
import type { StudyState } from '../records/study-state';
import type { StudySummary } from '../records/study-summary';
import type { RunProgress } from '../records/types';
import type { StudySpec } from '../spec/study';
import type { EncodedFile } from './bundle-protocol';
import type { RequestBody, Response } from './protocol';
import type { StudyFileName } from '../records/study-files';
import type { PlannedCell, StudyFiles } from './study-protocol';

export interface PlanListener {
  /** The cells with the files in their places: nothing of it has run. */
  cells(state: StudyState): void;
  planned(cell: PlannedCell): void;
}

export interface StudyListener {
  state(state: StudyState): void;
  /** Of the cell that runs. */
  progress(cell: string, progress: RunProgress): void;
  pooled(summary: StudySummary | null): void;
  /** The run goes on, but could not be continued from its latest place. */
  storageFailed(error: SerializedLabError): void;
}

interface Waiting {
  resolve: (answer: Response) => void;
  reject: (error: LabError) => void;
  /** True where the message is no answer yet. */
  hear(message: Response): boolean;
}

type AnswerOf<K extends Response['kind']> = Extract<Response, { kind: K }>;

export class StudyCalls {
  readonly #waiting = new Map<string, Waiting>();
  #count = 0;
  /** Name of the study that runs. */
  #running: string | null = null;

  constructor(private readonly send: (runId: string, body: RequestBody) => void) {}

  /** The cells of a study file. Rejects with `study-invalid`. */
  async list(study: unknown, name: string): Promise<StudyState> {
    const answer = await this.#ask<'study-state'>({ kind: 'list-study', study, name });
    return answer.state;
  }

  /** What the cells take. Rejects with `cancelled` where a newer plan or a run took its place. */
  async plan(
    study: StudySpec,
    files: StudyFiles,
    listener: PlanListener,
  ): Promise<{ totalRoughMs: number | null; timing: string }> {
    return this.#ask<'study-plan'>({ kind: 'plan-study', study, files }, (message) => {
      if (message.kind === 'study-state') listener.cells(message.state);
      else if (message.kind === 'study-planned') listener.planned(message.cell);
      else return false;
      return true;
    });
  }

  /** Runs or continues a study; resolves when it ended, however its cells did. */
  async run(key: string, study: StudySpec, files: StudyFiles, listener: StudyListener): Promise<void> {
    const runId = this.#name();
    this.#running = runId;
    const hear = (message: Response): boolean => {
      if (message.kind === 'study-state') listener.state(message.state);
      else if (message.kind === 'study-progress') listener.progress(message.cell, message.progress);
      else if (message.kind === 'study-pooled') listener.pooled(message.summary);
      else if (message.kind === 'storage-failed') listener.storageFailed(message.error);
      else return false;
      return true;
    };
    try {
      await this.#ask<'finished'>({ kind: 'run-study', key, study, files }, hear, runId);
    } finally {
      this.#running = null;
    }
  }

  pause(): void {
    if (this.#running) this.send(this.#running, { kind: 'pause' });
  }

  resume(): void {
    if (this.#running) this.send(this.#running, { kind: 'resume' });
  }

  /** Ends the cell at hand at its next safe point, and the study with it. */
  cancel(): void {
    if (this.#running) this.send(this.#running, { kind: 'cancel' });
  }

  /** A kept study, and what its finished cells say. */
  pooled(key: string): Promise<{ state: StudyState; summary: StudySummary | null }> {
    return this.#ask<'study-pooled'>({ kind: 'pool-study', key });
  }

  async file(key: string, path: StudyFileName): Promise<EncodedFile> {
    return (await this.#ask<'encoded'>({ kind: 'study-file', key, path })).file;
  }

  /** A kept run as a bundle. */
  async bundle(key: string): Promise<EncodedFile> {
    return (await this.#ask<'encoded'>({ kind: 'pack-kept', key })).file;
  }

  /** True where the message belongs to a question about studies, waited for or not. */
  receive(message: Response): boolean {
    if (!message.runId.startsWith('study-')) return false;
    const waiting = this.#waiting.get(message.runId);
    if (waiting === undefined || waiting.hear(message)) return true;
    this.#waiting.delete(message.runId);
    if (message.kind === 'failed') waiting.reject(LabError.deserialize(message.error));
    else waiting.resolve(message);
    return true;
  }

  failAll(error: LabError): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }

  #name(): string {
    return `study-${++this.#count}`;
  }

  #ask<K extends Response['kind']>(
    body: RequestBody,
    hear: Waiting['hear'] = () => false,
    runId = this.#name(),
  ): Promise<AnswerOf<K>> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(runId, { resolve: (answer) => resolve(answer as AnswerOf<K>), reject, hear });
      this.send(runId, body);
    });
  }
}
