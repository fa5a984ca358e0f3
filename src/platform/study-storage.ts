/**
 * The studies kept in this browser: how far each one is. Their cells are kept runs like any other.
 *
 * Promises: a state is replaced in one step; a full disk or a missing database is a LabError in plain words.
 * Must not know: what a state says.
 */
import { createStore, del, entries, get, set, type UseStore } from 'idb-keyval';
import { guarded } from './storage-entries';

export interface KeptStudy<S> {
  /** Sorts by the moment the study began. */
  key: string;
  state: S;
}

/** Under which name the run of a cell is kept. */
export function cellRunKey(study: string, { folder }: { folder: string }): string {
  return `${study}/${folder}`;
}

export class StudyStorage<S> {
  readonly #store: UseStore;

  constructor(database = 'ontoscope-studies') {
    this.#store = createStore(database, 'states');
  }

  /** Newest first. */
  list(): Promise<KeptStudy<S>[]> {
    return guarded(async () => {
      const all = await entries<string, S>(this.#store);
      return all.map(([key, state]) => ({ key, state })).sort((a, b) => (a.key < b.key ? 1 : -1));
    });
  }

  load(key: string): Promise<S | null> {
    return guarded(async () => (await get<S>(key, this.#store)) ?? null);
  }

  save(key: string, state: S): Promise<void> {
    return guarded(() => set(key, state, this.#store));
  }

  /** Of the study alone: the runs of its cells stay. */
  remove(key: string): Promise<void> {
    return guarded(() => del(key, this.#store));
  }
}
