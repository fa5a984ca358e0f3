/**
 * Appends the records of one run to the browser's database.
 *
 * Promises: calls are queued, so their order is the order on disk; what a run takes is counted as it is written; one
 * failed write does not stop the later ones. Must not know: what the records mean.
 */
import { delMany, get, keys, setMany, type UseStore } from 'idb-keyval';
import {
  guarded,
  weigh,
  type AdapterFiles,
  type KeptCheckpoint,
  type KeptFile,
  type PartKey,
  type RecordTypes,
  type Sizes,
} from './storage-entries';

export interface RunInfo {
  /** Sorts by the moment the run came into this browser. */
  key: string;
  name: string;
  model: string;
  state: string;
  startedAtMs: number;
  /** Name of the bundle that it was opened from; null for a run made here. */
  fromFile: string | null;
}

/** Parts that come in chunks: their bytes add up. */
const CHUNKED: readonly string[] = ['trials', 'steps'];

export class RunWriter<R extends RecordTypes> {
  #queue: Promise<void> = Promise.resolve();
  #trialChunks = 0;
  #stepChunks = 0;
  #sizes: Sizes | null = null;

  constructor(
    readonly key: string,
    private readonly store: UseStore,
    private readonly fromFile: string | null = null,
  ) {}

  manifest(manifest: R['manifest']): Promise<void> {
    const info: RunInfo = {
      key: this.key,
      name: manifest.spec.name,
      model: manifest.model.name,
      state: manifest.state,
      startedAtMs: manifest.startedAtMs,
      fromFile: this.fromFile,
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
    return this.#put([[[this.key, 'trials', this.#trialChunks++], records]]);
  }

  steps(records: R['step'][]): Promise<void> {
    return this.#put([[[this.key, 'steps', this.#stepChunks++], records]]);
  }

  adapter(adapter: AdapterFiles): Promise<void> {
    return this.#put([[[this.key, 'adapter', adapter.direction], adapter]]);
  }

  file(file: KeptFile): Promise<void> {
    return this.#put([[[this.key, 'file', file.path], file]]);
  }

  checkpoint(checkpoint: KeptCheckpoint): Promise<void> {
    return this.#put([[[this.key, 'checkpoint', 0], checkpoint]]);
  }

  dropCheckpoint(): Promise<void> {
    return this.#enqueue(async () => {
      await delMany([[this.key, 'checkpoint', 0] satisfies PartKey], this.store);
      const sizes = await this.#counted([]);
      delete sizes['checkpoint'];
      await setMany([[[this.key, 'sizes', 0], sizes]], this.store);
    });
  }

  /** Replaces all trials and steps by these: what came after a checkpoint is void once the run continues from it. */
  rewind(trials: R['trial'][], steps: R['step'][]): Promise<void> {
    this.#trialChunks = 1;
    this.#stepChunks = 1;
    return this.#enqueue(async () => {
      const mine = (await keys<PartKey>(this.store)).filter(([run]) => run === this.key);
      const later = mine.filter(([, part, index]) => (part === 'trials' || part === 'steps') && index !== 0);
      const sizes = await this.#counted([]);
      Object.assign(sizes, { trials: weigh(trials), steps: weigh(steps) });
      await setMany(
        [
          [[this.key, 'trials', 0], trials],
          [[this.key, 'steps', 0], steps],
          [[this.key, 'sizes', 0], sizes],
        ],
        this.store,
      );
      await delMany(later, this.store);
    });
  }

  /** Resolves when everything handed over so far is on disk. */
  settled(): Promise<void> {
    return this.#queue;
  }

  #put(entries: [PartKey, unknown][]): Promise<void> {
    return this.#enqueue(async () => {
      const sizes = await this.#counted(entries);
      await setMany([...entries, [[this.key, 'sizes', 0], sizes]], this.store);
    });
  }

  /** Bytes of the run with these entries; a run that is continued begins with what it had. */
  async #counted(entries: [PartKey, unknown][]): Promise<Sizes> {
    const sizes = (this.#sizes ??= (await get<Sizes>([this.key, 'sizes', 0], this.store)) ?? {});
    for (const [[, part, index], value] of entries) {
      const name = part === 'adapter' || part === 'file' ? `${part}/${index}` : part;
      sizes[name] = weigh(value) + (CHUNKED.includes(part) ? (sizes[name] ?? 0) : 0);
    }
    return sizes;
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    const write = this.#queue.then(() => guarded(work));
    // One failed write must not stop the later ones.
    this.#queue = write.catch(() => undefined);
    return write;
  }
}
