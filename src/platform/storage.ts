/**
 * The runs kept in this browser (IndexedDB).
 *
/**
 * The runs kept in this browser (IndexedDB).
 *
 * Promises: records are appended in chunks as they come, so a reload in the middle of a run keeps what there was;
 * nothing is deleted but what was thrown away and not taken back in time; a full disk or a missing database is a
 * LabError in plain words. Must not know: what the records mean.
 */
import { createStore, delMany, get, getMany, keys, set, type UseStore } from 'idb-keyval';
import { isCheckpoint, loadCheckpoint, type KeptCheckpoint } from './kept-checkpoint';
import { RunWriter, type RunInfo } from './run-writer';
import {
  guarded,
  type AdapterFiles,
  type KeptFile,
  type PartKey,
  type RecordTypes,
  type Sizes,
} from './storage-entries';

export type { KeptCheckpoint } from './kept-checkpoint';
export type { AdapterFiles, KeptFile, RecordTypes } from './storage-entries';
export { RunWriter };

export interface RunRecords<R extends RecordTypes> {
  manifest: R['manifest'];
  facts: R['fact'][];
  trials: R['trial'][];
  steps: R['step'][];
  summary: R['summary'] | null;
  adapters: AdapterFiles[];
  probes: R['probe'][];
  /** Further files by their path within the run. */
  files: KeptFile[];
  /** A checkpoint is kept, so the run can be continued. */
  resumable: boolean;
}

export interface KeptRun extends RunInfo {
  /** What it takes here, about; null where it was written before that was counted. */
  bytes: number | null;
}

/** Where pretrainings are kept, each as a run is: apart from the runs of experiments. */
export const PRETRAINING_DATABASE = 'ontoscope-pretraining';

/** A name for a new run: its moment, so names sort by time. */
export function newRunKey(): string {
  return new Date().toISOString();
}

export class RunStorage<R extends RecordTypes> {
  readonly #store: UseStore;

  constructor(database = 'ontoscope-runs') {
    this.#store = createStore(database, 'records');
  }

  /** @param fromFile name of the bundle that the run comes from; null for one that is made here */
  writer(key: string, fromFile: string | null = null): RunWriter<R> {
    return new RunWriter(key, this.#store, fromFile);
  }

  /** Newest first; without those thrown away. */
  async list(): Promise<KeptRun[]> {
    return guarded(async () => {
      const all = await this.#keys();
      const has = (run: string, wanted: string) => all.some(([key, part]) => key === run && part === wanted);
      const runs = all.flatMap(([run, part]) => (part === 'info' && !has(run, 'trash') ? [run] : []));
      const infos = await getMany<RunInfo>(this.#named(runs, 'info'), this.#store);
      const labels = await getMany<string>(this.#named(runs, 'label'), this.#store);
      const sizes = await getMany<Sizes>(this.#named(runs, 'sizes'), this.#store);
      return infos
        .flatMap((info, index) => {
          if (info === undefined) return [];
          const taken = sizes[index];
          return {
            ...info,
            fromFile: info.fromFile ?? null,
            name: labels[index] ?? info.name,
            bytes: taken ? Object.values(taken).reduce((sum, bytes) => sum + bytes, 0) : null,
          };
        })
        .sort((a, b) => (a.key < b.key ? 1 : -1));
    });
  }

  async load(run: string): Promise<RunRecords<R> | null> {
    return guarded(async () => {
      const manifest = await get<R['manifest']>([run, 'manifest', 0], this.#store);
      if (manifest === undefined) return null;
      const mine = (await this.#keys()).filter(([key]) => key === run);
      const chunks = async <T>(wanted: string): Promise<T[]> => {
        const selected = mine.filter(([, part]) => part === wanted).sort((a, b) => (a[2] < b[2] ? -1 : 1));
        return (await getMany<T>(selected, this.#store)) as T[];
      };
      return {
        manifest,
        facts: (await chunks<R['fact'][]>('facts')).flat(),
        trials: (await chunks<R['trial'][]>('trials')).flat(),
        steps: (await chunks<R['step'][]>('steps')).flat(),
        summary: (await get<R['summary']>([run, 'summary', 0], this.#store)) ?? null,
        adapters: await chunks<AdapterFiles>('adapter'),
        probes: await chunks<R['probe']>('probes'),
        files: await chunks<KeptFile>('file'),
        resumable: mine.some(isCheckpoint),
      };
    });
  }

  /** Null where the run is not kept. */
  async manifest(run: string): Promise<R['manifest'] | null> {
    return guarded(async () => (await get<R['manifest']>([run, 'manifest', 0], this.#store)) ?? null);
  }

  async hasCheckpoint(run: string): Promise<boolean> {
    return guarded(async () => (await this.#keys()).some((key) => key[0] === run && isCheckpoint(key)));
  }

  async checkpoint(run: string): Promise<KeptCheckpoint | null> {
    return guarded(() => loadCheckpoint(this.#store, run));
  }

  /** A name of this browser's own; what the run was called when it ran stays in its manifest. */
  async rename(run: string, name: string): Promise<void> {
    await guarded(() => set([run, 'label', 0] satisfies PartKey, name, this.#store));
  }

  /** Hides a run that is to be deleted after `untilMs`; `restore` takes that back. */
  async throwAway(run: string, untilMs: number): Promise<void> {
    await guarded(() => set([run, 'trash', 0] satisfies PartKey, untilMs, this.#store));
  }

  async restore(run: string): Promise<void> {
    await guarded(() => delMany([[run, 'trash', 0] satisfies PartKey], this.#store));
  }

  /** Deletes what was thrown away and whose time has passed, whichever page threw it away. */
  async purge(nowMs: number): Promise<void> {
    await guarded(async () => {
      const marks = (await this.#keys()).filter(([, part]) => part === 'trash');
      const times = await getMany<number>(marks, this.#store);
      for (const [index, [run]] of marks.entries()) if (times[index]! <= nowMs) await this.remove(run);
    });
  }

  /** Deletes a run for good. */
  async remove(run: string): Promise<void> {
    await guarded(async () => {
      const mine = (await this.#keys()).filter(([key]) => key === run);
      await delMany(mine, this.#store);
    });
  }

  #named(runs: readonly string[], part: PartKey[1]): PartKey[] {
    return runs.map((run) => [run, part, 0]);
  }

  async #keys(): Promise<PartKey[]> {
    return (await keys<PartKey>(this.#store)).filter((key) => Array.isArray(key) && key.length === 3);
  }
}
