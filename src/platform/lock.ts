/**
 * One tab to a run, a study and a pretraining: the browser's Web Locks, which end with the page that holds them.
 *
 * Promises: what another tab or worker holds is refused at once with `run-locked`; a lock is given back when its work
 * ends, however it ends. Where the browser has no Web Locks the work goes on unguarded. Must not know: what a run is.
 */
import { LabError } from '../core/errors';

/** What is used of `navigator.locks`. */
export interface Locks {
  request<T>(
    name: string,
    options: { mode: 'exclusive'; ifAvailable: true },
    callback: (lock: unknown) => Promise<T>,
  ): Promise<T>;
}

export interface HeldLock {
  release(): void;
}

const STUDY = 'ontoscope/study/';
const PRETRAINING = 'ontoscope/pretraining/';
const MODEL = 'ontoscope/model/';
const hostLocks = (): Locks | null => (navigator as { locks?: Locks }).locks ?? null;

/** The work's result. Throws `run-locked` before the work begins where the name is held, and what the work throws. */
export async function withLock<T>(name: string, work: () => Promise<T>, locks: Locks | null = hostLocks()): Promise<T> {
  if (locks === null) return work();
  return locks.request(name, { mode: 'exclusive', ifAvailable: true }, (lock) => {
    // A rejection, not a throw: not every browser passes a throw of the callback on.
    return lock === null ? Promise.reject(locked(name)) : work();
  });
}

/** Names of the locks of a run, a study, a pretraining and a kept model. */
export const runLock = (key: string): string => `ontoscope/run/${key}`;
export const studyLock = (key: string): string => `${STUDY}${key}`;
export const pretrainingLock = (key: string): string => `${PRETRAINING}${key}`;
export const modelLock = (key: string): string => `${MODEL}${key}`;

/** Keys of the runs that some tab or worker of this browser holds; none where the browser does not tell. */
export async function heldRuns(
  locks: Pick<LockManager, 'query'> | undefined = (navigator as { locks?: LockManager }).locks,
): Promise<string[]> {
  const names = (await locks?.query())?.held?.map(({ name = '' }) => name) ?? [];
  const prefix = runLock('');
  return names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
}

/** The work's result, under the lock of a study. Throws `run-locked`, and what the work throws. */
export function withStudyLock<T>(key: string, work: () => Promise<T>): Promise<T> {
  return withLock(studyLock(key), work);
}

/** The work's result, under the lock of a pretraining. Throws `run-locked`, and what the work throws. */
export function withPretrainingLock<T>(key: string, work: () => Promise<T>): Promise<T> {
  return withLock(pretrainingLock(key), work);
}

/** Holds the lock of a run until it is released. Throws `run-locked`. */
export async function acquireRunLock(runId: string, locks: Locks | null = hostLocks()): Promise<HeldLock> {
  return new Promise<HeldLock>((resolve, reject) => {
    withLock(runLock(runId), () => new Promise<void>((release) => resolve({ release: () => release() })), locks).catch(
      reject,
    );
  });
}

function locked(name: string): LabError {
  const kinds = { [STUDY]: 'study', [PRETRAINING]: 'pretraining', [MODEL]: 'model' };
  const what = Object.entries(kinds).find(([prefix]) => name.startsWith(prefix))?.[1] ?? 'run';
  return new LabError('run-locked', `This ${what} is in use in another tab or window of this browser.`, {
    hint: 'Continue there, or close that tab and try again.',
  });
}
