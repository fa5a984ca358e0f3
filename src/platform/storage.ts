/**
 * The runs kept in this browser (IndexedDB).
 *
 * Promises: records are appended in chunks as they come, so a reload in the middle of a run keeps what there was; what found
 * no room is put again with what follows, so trials and steps never have a hole; nothing is deleted but by `remove`; a full disk or a missing database is a LabError in plain words.
 * Must not know: what the records mean.
 */
import { createStore, delMany, get, getMany, keys, setMany, type UseStore } from 'idb-keyval';
import { LabError } from '../core/errors';
import type { Direction } from '../core/direction';
import { dropCheckpoint, loadCheckpoint, saveCheckpoint, type KeptCheckpoint } from './kept-checkpoint';

export interface AdapterFiles {
  direction: Direction;
  files: { path: string; bytes: Uint8Array<ArrayBuffer> }[];
}

export interface KeptFile {
  path: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** What a list of runs shows, read from a manifest. */
export interface Labelled {
  state: string;
  startedAtMs: number;
  spec: { name: string };
  model: { name: string };
}

/** The types of the records, given by whoever knows them. */
export interface RecordTypes {
  manifest: Labelled;
  fact: unknown;
  trial: unknown;
  step: unknown;
  summary: unknown;
  /** Some records of one kind of probe. */
  probe: unknown;
}

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

export interface KeptRun {
  /** Sorts by the moment the run began. */
  key: string;
  name: string;
  model: string;
  state: string;
  startedAtMs: number;
}

type Part =
  'info' | 'manifest' | 'summary' | 'facts' | 'trials' | 'steps' | 'adapter' | 'probes' | 'file' | 'checkpoint';
type PartKey = [run: string, part: Part, index: number | string];

/** A name for a new run: its moment, so names sort by time. */
export function newRunKey(): string {
  return new Date().toISOString();
}

/** Asks the browser not to evict what is kept; it may refuse. */
export async function persistStorage(): Promise<void> {
  await navigator.storage?.persist?.();
}

type Kept = 'records' | 'checkpoint';

function storageError(thrown: unknown, what: Kept): LabError {
  const name = thrown instanceof DOMException ? thrown.name : '';
  if (name === 'QuotaExceededError' && what === 'checkpoint') {
    return new LabError('storage-quota', 'This browser has no room left to keep where the run stands.', {
      hint: 'The run goes on and its records are kept; after a reload it would continue from an earlier place, or from its start. Delete older runs under “Kept runs”, or free disk space.',
      cause: thrown,
    });
  }
  if (name === 'QuotaExceededError') {
    return new LabError('storage-quota', 'This browser has no room left to keep the records of the run.', {
      hint: 'The run goes on and can be downloaded; nothing was deleted. Delete older runs under “Kept runs”, or free disk space.',
      cause: thrown,
    });
  }
  return new LabError(
    'storage-quota',
    'This browser refuses to keep records (private window, or storage is switched off).',
    {
      hint: 'The run goes on and can be downloaded, but a reload will lose it. Use a normal window to keep runs.',
      cause: thrown,
    },
  );
}

async function guarded<T>(work: () => Promise<T>, what: Kept = 'records'): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw storageError(thrown, what);
  }
}

/** A checkpoint's header: its pieces alone are none. */
function isCheckpoint([, part, index]: PartKey): boolean {
  return part === 'checkpoint' && index === 0;
}

/** Appends the records of one run. Calls are queued, so their order is the order on disk. */
export class RunWriter<R extends RecordTypes> {
  #queue: Promise<void> = Promise.resolve();
  #trialChunks = 0;
  #stepChunks = 0;
  #probeChunks = 0;
  /** Trials, steps and what probes found that are not on disk yet, in their order. */
  #waiting: [PartKey, unknown][] = [];
  /** What they are to be cut to before anything is appended. */
  #cut: { trials: R['trial'][]; steps: R['step'][]; probes: readonly R['probe'][] } | null = null;

  constructor(
    readonly key: string,
    private readonly store: UseStore,
  ) {}

  manifest(manifest: R['manifest']): Promise<void> {
    const info: KeptRun = {
      key: this.key,
      name: manifest.spec.name,
      model: manifest.model.name,
      state: manifest.state,
      startedAtMs: manifest.startedAtMs,
    };
    return this.#put([
      [[this.key, 'info', 0], info],
      [[this.key, 'manifest', 0], manifest],
    ]);
  }

  summary(summary: R['summary']): Promise<void> {
    return this.#put([[[this.key, 'summary', 0], summary]]);
  }

  facts(records: R['fact'][]): Promise<void> {
    return this.#put([[[this.key, 'facts', 0], records]]);
  }

  trials(records: R['trial'][]): Promise<void> {
    return this.#append([[this.key, 'trials', this.#trialChunks++], records]);
  }

  steps(records: R['step'][]): Promise<void> {
    return this.#append([[this.key, 'steps', this.#stepChunks++], records]);
  }

  adapter(adapter: AdapterFiles): Promise<void> {
    return this.#put([[[this.key, 'adapter', adapter.direction], adapter]]);
  }

  /** Files first: records that name one are never kept without it. */
  probes(records: R['probe'], files: readonly KeptFile[]): Promise<void> {
    const named = files.map((file): [PartKey, unknown] => [[this.key, 'file', file.path], file]);
    return this.#append(...named, [[this.key, 'probes', this.#probeChunks++], records]);
  }

  /** Kept only where the records that it counts are. */
  checkpoint(checkpoint: KeptCheckpoint): Promise<void> {
    return this.#enqueue(async () => {
      await this.#flush();
      await saveCheckpoint(this.store, this.key, checkpoint);
    }, 'checkpoint');
  }

  dropCheckpoint(): Promise<void> {
    return this.#enqueue(() => dropCheckpoint(this.store, this.key));
  }

  /** Replaces all trials, steps and probes' records by these: what came after a checkpoint is void once the run continues from it. */
  rewind(trials: R['trial'][], steps: R['step'][], probes: readonly R['probe'][] = []): Promise<void> {
    this.#trialChunks = 1;
    this.#stepChunks = 1;
    this.#probeChunks = probes.length;
    this.#waiting = [];
    this.#cut = { trials, steps, probes };
    return this.#enqueue(() => this.#flush());
  }

  /** Resolves when everything handed over so far is on disk. */
  settled(): Promise<void> {
    return this.#queue;
  }

  #append(...entries: [PartKey, unknown][]): Promise<void> {
    this.#waiting.push(...entries);
    return this.#enqueue(() => this.#flush());
  }

  /** All that waits in one transaction: it is on disk whole or not at all. */
  async #flush(): Promise<void> {
    await this.#rewind();
    const waiting = [...this.#waiting];
    if (waiting.length === 0) return;
    await setMany(waiting, this.store);
    this.#waiting = this.#waiting.filter((entry) => !waiting.includes(entry));
  }

  async #rewind(): Promise<void> {
    const cut = this.#cut;
    if (cut === null) return;
    const mine = (await keys<PartKey>(this.store)).filter(([run]) => run === this.key);
    const later = mine.filter(
      ([, part, index]) =>
        ((part === 'trials' || part === 'steps') && index !== 0) ||
        (part === 'probes' && Number(index) >= cut.probes.length),
    );
    await setMany(
      [
        [[this.key, 'trials', 0], cut.trials],
        [[this.key, 'steps', 0], cut.steps] as [PartKey, unknown],
        ...cut.probes.map((records, index): [PartKey, unknown] => [[this.key, 'probes', index], records]),
      ],
      this.store,
    );
    await delMany(later, this.store);
    if (this.#cut === cut) this.#cut = null;
  }

  #put(entries: [PartKey, unknown][]): Promise<void> {
    return this.#enqueue(() => setMany(entries, this.store));
  }

  #enqueue(work: () => Promise<void>, what?: Kept): Promise<void> {
    const write = this.#queue.then(() => guarded(work, what));
    // One failed write must not stop the later ones.
    this.#queue = write.catch(() => undefined);
    return write;
  }
}

export class RunStorage<R extends RecordTypes> {
  readonly #store: UseStore;

  constructor(database = 'ontoscope-runs') {
    this.#store = createStore(database, 'records');
  }

  writer(key: string): RunWriter<R> {
    return new RunWriter(key, this.#store);
  }

  /** Newest first. */
  async list(): Promise<KeptRun[]> {
    return guarded(async () => {
      const infoKeys = (await this.#keys()).filter(([, part]) => part === 'info');
      const infos = await getMany<KeptRun>(infoKeys, this.#store);
      return infos.filter((info) => info !== undefined).sort((a, b) => (a.key < b.key ? 1 : -1));
    });
  }

  async load(run: string): Promise<RunRecords<R> | null> {
    return guarded(async () => {
      const manifest = await get<R['manifest']>([run, 'manifest', 0], this.#store);
      if (manifest === undefined) return null;
      const mine = (await this.#keys()).filter(([key]) => key === run);
      const chunks = async <T>(wanted: Part): Promise<T[]> => {
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

  async hasCheckpoint(run: string): Promise<boolean> {
    return guarded(async () => (await this.#keys()).some((key) => key[0] === run && isCheckpoint(key)));
  }

  async checkpoint(run: string): Promise<KeptCheckpoint | null> {
    return guarded(() => loadCheckpoint(this.#store, run));
  }

  async remove(run: string): Promise<void> {
    await guarded(async () => {
      const mine = (await this.#keys()).filter(([key]) => key === run);
      await delMany(mine, this.#store);
    });
  }

  async #keys(): Promise<PartKey[]> {
    return (await keys<PartKey>(this.#store)).filter((key) => Array.isArray(key) && key.length === 3);
  }
}
