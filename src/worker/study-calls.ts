/**
 * Studies on their way to the worker and back: each question has its own name and one answer.
 *
 * Promises: what is told on the way reaches its listener in order; answers that nobody waits for are dropped.
 * Must not know: the experiment, storage, the DOM.
 */
import type { SerializedLabError } from '../core/errors';
import type { StudyState } from '../records/study-state';
import type { StudySummary } from '../records/study-summary';
import type { RunProgress } from '../records/types';
import type { StudySpec } from '../spec/study';
import type { EncodedFile } from './bundle-protocol';
import { SteeredCalls } from './calls';
import type { RequestBody } from './protocol';
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

export class StudyCalls extends SteeredCalls {
  constructor(send: (runId: string, body: RequestBody) => void) {
    super('study', send);
  }

  /** The cells of a study file. Rejects with `study-invalid`. */
  async list(study: unknown, name: string): Promise<StudyState> {
    const answer = await this.ask('study-state', { kind: 'list-study', study, name });
    return answer.state;
  }

  /** What the cells take. Rejects with `cancelled` where a newer plan or a run took its place. */
  async plan(
    study: StudySpec,
    files: StudyFiles,
    listener: PlanListener,
  ): Promise<{ totalRoughMs: number | null; timing: string }> {
    return this.ask('study-plan', { kind: 'plan-study', study, files }, (message) => {
      if (message.kind === 'study-state') listener.cells(message.state);
      else if (message.kind === 'study-planned') listener.planned(message.cell);
    });
  }

  /** Runs or continues a study; resolves when it ended, however its cells did. */
  async run(key: string, study: StudySpec, files: StudyFiles, listener: StudyListener): Promise<void> {
    await this.steer({ kind: 'run-study', key, study, files }, (message) => {
      if (message.kind === 'study-state') listener.state(message.state);
      else if (message.kind === 'study-progress') listener.progress(message.cell, message.progress);
      else if (message.kind === 'study-pooled') listener.pooled(message.summary);
      else if (message.kind === 'storage-failed') listener.storageFailed(message.error);
    });
  }

  /** A kept study, and what its finished cells say. */
  pooled(key: string): Promise<{ state: StudyState; summary: StudySummary | null }> {
    return this.ask('study-pooled', { kind: 'pool-study', key });
  }

  async file(key: string, path: StudyFileName): Promise<EncodedFile> {
    return (await this.ask('encoded', { kind: 'study-file', key, path })).file;
  }

  /** A kept run as a bundle. */
  async bundle(key: string): Promise<EncodedFile> {
    return (await this.ask('encoded', { kind: 'pack-kept', key })).file;
  }
}
