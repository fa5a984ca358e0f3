/**
 * Appends the records of one run to the browser's database.
 *
 * Promises: calls are queued, so their order is the order on disk; trials, steps and probes' records that found no room are
 * put again with what follows, so they never have a hole; what a run takes is counted as it is written; one failed write
 * does not stop the later ones. Must not know: what the records mean.
 */
import { delMany, get, keys, setMany, type UseStore } from 'idb-keyval';
import { dropCheckpoint, saveCheckpoint, type KeptCheckpoint } from './kept-checkpoint';
import {
  guarded,
  weigh,
  type AdapterFiles,
  type Kept,
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
const CHUNKED: readonly string[] = ['trials', 'steps', 'probes'];

type Entry = [PartKey, unknown];

export class RunWriter<R extends RecordTypes> {
  #queue: Promise<void> = Promise.resolve();
  #trialChunks = 0;
  #stepChunks = 0;
  #probeChunks = 0;
  #sizes: Sizes | null = null;
  /** Trials, steps and what probes found that are not on disk yet, in their order. */
  #waiting: Entry[] = [];
  /** What they are to be cut to before anything is appended. */
  #cut: { trials: R['trial'][]; steps: R['step'][]; probes: readonly R['probe'][] } | null = null;

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
    return this.#append([[this.key, 'trials', this.#trialChunks++], records]);
  }

  steps(records: R['step'][]): Promise<void> {
    return this.#append([[this.key, 'steps', this.#stepChunks++], records]);
  }

  /** Files with the records that name them: neither is kept without the other. */
  probes(records: R['probe'], files: readonly KeptFile[]): Promise<void> {
    const named = files.map((file): Entry => [[this.key, 'file', file.path], file]);
    return this.#append(...named, [[this.key, 'probes', this.#probeChunks++], records]);
  }

  adapter(adapter: AdapterFiles): Promise<void> {
    return this.#put([[[this.key, 'adapter', adapter.direction], adapter]]);
  }

  file(file: KeptFile): Promise<void> {
    return this.#put([[[this.key, 'file', file.path], file]]);
  }

  /** Kept only where the records that it counts are. */
  checkpoint(checkpoint: KeptCheckpoint): Promise<void> {
    return this.#enqueue(async () => {
      await this.#flush();
      await saveCheckpoint(this.store, this.key, checkpoint);
      const sizes = await this.#counted([]);
      await this.#setSizes({ ...sizes, checkpoint: weigh(checkpoint) });
    }, 'checkpoint');
  }

  dropCheckpoint(): Promise<void> {
    return this.#enqueue(async () => {
      await dropCheckpoint(this.store, this.key);
      const { checkpoint: _gone, ...sizes } = await this.#counted([]);
      await this.#setSizes(sizes);
    });
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

  #append(...entries: Entry[]): Promise<void> {
    this.#waiting.push(...entries);
    return this.#enqueue(() => this.#flush());
  }

  /** All that waits in one transaction: it is on disk whole or not at all. */
  async #flush(): Promise<void> {
    await this.#rewind();
    const waiting = [...this.#waiting];
    if (waiting.length === 0) return;
    await this.#write(waiting);
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
    const sizes = await this.#counted([]);
    await this.#write(
      [
        [[this.key, 'trials', 0], cut.trials],
        [[this.key, 'steps', 0], cut.steps] as Entry,
        ...cut.probes.map((records, index): Entry => [[this.key, 'probes', index], records]),
      ],
      { ...sizes, trials: 0, steps: 0, probes: 0 },
    );
    await delMany(later, this.store);
    if (this.#cut === cut) this.#cut = null;
  }

  #put(entries: Entry[]): Promise<void> {
    return this.#enqueue(() => this.#write(entries));
  }

  async #write(entries: Entry[], before?: Sizes): Promise<void> {
    const sizes = await this.#counted(entries, before);
    await setMany([...entries, [[this.key, 'sizes', 0], sizes]], this.store);
    this.#sizes = sizes;
  }

  async #setSizes(sizes: Sizes): Promise<void> {
    await setMany([[[this.key, 'sizes', 0], sizes]], this.store);
    this.#sizes = sizes;
  }

  /** Bytes of the run with these entries; a run that is continued begins with what it had. */
  async #counted(entries: Entry[], before?: Sizes): Promise<Sizes> {
    const sizes = { ...(before ?? this.#sizes ?? (await get<Sizes>([this.key, 'sizes', 0], this.store)) ?? {}) };
    for (const [[, part, index], value] of entries) {
      const name = part === 'adapter' || part === 'file' ? `${part}/${index}` : part;
      sizes[name] = weigh(value) + (CHUNKED.includes(part) ? (sizes[name] ?? 0) : 0);
    }
    return sizes;
  }

  #enqueue(work: () => Promise<void>, what?: Kept): Promise<void> {
    const write = this.#queue.then(() => guarded(work, what));
    // One failed write must not stop the later ones.
    this.#queue = write.catch(() => undefined);
    return write;
  }
}
