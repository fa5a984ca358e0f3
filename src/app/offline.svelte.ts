/**
 * Going without a network: whether this version of the page is kept here, and whether a newer one waits.
 *
 * Promises: files are fetched once the page stands, and not at all where the person or their browser saves data; a newer
 * version never takes an open page away. Must not know: service workers, components.
 */
import { toLabError, type SerializedLabError } from '../core/errors';
import type { OfflineState } from '../platform/offline/offline';
import { KeptText } from './kept-text';

const KEY = 'ontoscope.offline';
const OFF = 'off';

export interface OfflineHost {
  available(): boolean;
  /** The person asked their browser to use little data. */
  savesData(): boolean;
  keep(tell: (state: OfflineState) => void): Promise<void>;
  drop(): Promise<void>;
  applyUpdate(): Promise<void>;
  storage: Storage | null;
}

export class OfflineStore {
  state = $state.raw<OfflineState>({ phase: 'unavailable', bytes: 0, update: false });
  /** Why it could not be kept, or deleted; null where it could. */
  problem = $state.raw<SerializedLabError | null>(null);
  /** The person wants to go on with this version for now. */
  #later = $state.raw(false);
  #round = 0;

  readonly #remembered: KeptText;

  constructor(private readonly host: OfflineHost) {
    this.#remembered = new KeptText(host.storage, KEY);
  }

  get updateOffered(): boolean {
    return this.state.update && !this.#later;
  }

  async start(): Promise<void> {
    if (!this.host.available()) return;
    if (this.#remembered.get() === OFF || this.host.savesData()) this.state = { phase: 'off', bytes: 0, update: false };
    else await this.#keep();
  }

  /** Fetches the files, also where they were not wanted before. */
  async keep(): Promise<void> {
    this.#remembered.set(null);
    await this.#keep();
  }

  /** Deletes them, and does not fetch them at the next visit. */
  async drop(): Promise<void> {
    this.#remembered.set(OFF);
    this.#round += 1;
    this.problem = null;
    try {
      await this.host.drop();
      this.state = { phase: 'off', bytes: 0, update: false };
    } catch (thrown) {
      this.problem = toLabError(thrown).serialize();
    }
  }

  later(): void {
    this.#later = true;
  }

  async applyUpdate(): Promise<void> {
    await this.host.applyUpdate();
  }

  async #keep(): Promise<void> {
    const round = ++this.#round;
    this.problem = null;
    this.state = { phase: 'fetching', bytes: 0, update: false };
    try {
      // What is deleted meanwhile goes on telling of itself: it counts no more.
      await this.host.keep((state) => {
        if (round === this.#round) this.state = state;
      });
    } catch (thrown) {
      if (round !== this.#round) return;
      this.state = { phase: 'failed', bytes: 0, update: false };
      this.problem = toLabError(thrown).serialize();
    }
  }
}
