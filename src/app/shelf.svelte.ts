/**
 * The kept runs as a shelf: names, sizes, room, deleting with a way back.
 *
 * Promises: nothing leaves the shelf but by `discard`, and that can be taken back for UNDO_MS; what was discarded is
 * marked in storage at once, so that leaving the page neither loses the choice nor the way back too early.
 * Must not know: the database, components.
 */
import type { Clock } from '../core/clock';
import { toLabError } from '../core/errors';
import type { StorageRoom } from '../platform/quota';
import type { KeptRun, RunStorage } from '../platform/storage';
import type { Records, RunStore } from './runs.svelte';

/** How long a deletion can be taken back. */
export const UNDO_MS = 10_000;

export interface ShelfHost {
  storage: Pick<RunStorage<Records>, 'rename' | 'throwAway' | 'restore' | 'purge'>;
  room(): Promise<StorageRoom | null>;
  /** Asks the browser not to clear what is kept. */
  persist(): Promise<boolean>;
  clock: Clock;
  /** Throws LabError `run-locked` where another tab has the run. */
  lockRun(key: string): Promise<{ release(): void }>;
  /** Keys of the runs that are in use, here or in another tab. */
  heldRuns(): Promise<readonly string[]>;
}

interface Discarded {
  run: KeptRun;
  wasShown: boolean;
}

export class Shelf {
  room = $state.raw<StorageRoom | null>(null);
  /** Thrown away, and not yet deleted: newest first. */
  discarded = $state.raw<Discarded[]>([]);
  /** The browser was asked to keep everything and refused. */
  refused = $state.raw(false);

  /** Keys of runs in use when somebody last looked. */
  held = $state.raw<readonly string[]>([]);

  constructor(
    private readonly host: ShelfHost,
    private readonly runs: RunStore,
  ) {}

  /** Bytes of all kept runs; those whose size is not known are left out. */
  get bytes(): number {
    return this.runs.kept.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  }

  async start(): Promise<void> {
    await this.#guard(() => this.host.storage.purge(this.host.clock.nowMs()));
    await this.measure();
  }

  async measure(): Promise<void> {
    this.room = await this.host.room();
  }

  /** Which runs are in use: another tab begins and ends them without saying so. */
  async lookWhoRuns(): Promise<void> {
    this.held = await this.host.heldRuns();
  }

  async persist(): Promise<void> {
    this.refused = !(await this.host.persist());
    await this.measure();
  }

  async rename(key: string, name: string): Promise<void> {
    const wanted = name.trim().slice(0, 120);
    if (wanted === '') return;
    await this.#guard(() => this.host.storage.rename(key, wanted));
    await this.runs.refresh();
  }

  async discard(run: KeptRun): Promise<void> {
    const wasShown = this.runs.key === run.key;
    await this.#guard(async () => {
      (await this.host.lockRun(run.key)).release();
      await this.host.storage.throwAway(run.key, this.host.clock.nowMs() + UNDO_MS);
      this.discarded = [{ run, wasShown }, ...this.discarded];
      if (wasShown) this.runs.clear();
      // A little later than the mark says: clocks and timers do not tick together.
      setTimeout(() => void this.#delete(run.key), UNDO_MS + 50);
    });
    await this.runs.refresh();
  }

  /** Deletes for good: for those who were asked. A run that another tab has stays. */
  async discardAll(runs: readonly KeptRun[]): Promise<void> {
    for (const { key } of runs) {
      await this.#guard(async () => {
        (await this.host.lockRun(key)).release();
        await this.host.storage.throwAway(key, this.host.clock.nowMs());
        if (this.runs.key === key) this.runs.clear();
      });
    }
    await this.#guard(() => this.host.storage.purge(this.host.clock.nowMs()));
    await this.runs.refresh();
    await this.measure();
  }

  async undo(key: string): Promise<void> {
    const entry = this.discarded.find(({ run }) => run.key === key);
    this.#forget(key);
    await this.#guard(() => this.host.storage.restore(key));
    await this.runs.refresh();
    if (entry?.wasShown && this.runs.origin === 'none') await this.runs.open(key);
  }

  async #delete(key: string): Promise<void> {
    if (!this.discarded.some(({ run }) => run.key === key)) return;
    this.#forget(key);
    await this.#guard(() => this.host.storage.purge(this.host.clock.nowMs()));
    await this.measure();
  }

  #forget(key: string): void {
    this.discarded = this.discarded.filter(({ run }) => run.key !== key);
  }

  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      this.runs.storageError = toLabError(thrown).serialize();
    }
  }
}
