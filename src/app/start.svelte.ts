/**
 * The first screen: a recorded run to look at, and one button that runs its experiment live.
 *
 * Promises: whatever the person brought (a link, files, a last session) wins over the recorded run; it can be put away,
 * which this browser remembers, and brought back; where it cannot be opened everything else works. Must not know:
 * components, zips.
 */
import { toLabError, type SerializedLabError } from '../core/errors';
import type { PickedFile } from '../platform/folder';
import type { OpenedRun } from '../worker/client';
import type { BundledModel, BundledModels } from './bundled-models.svelte';
import type { OpenBundle } from './bundles.svelte';
import { KeptText } from './kept-text';
import type { LinkStore } from './link.svelte';
import { Once } from '../core/once';
import type { RecordedList, RecordedRun } from './recorded.svelte';
import type { RunStore } from './runs.svelte';
import type { LabSession } from './session.svelte';

const KEY = 'ontoscope.recorded';
const AWAY = 'away';

export interface StartHost {
  session: LabSession;
  runs: RunStore;
  link: LinkStore;
  models: BundledModels;
  recorded: RecordedList;
  /** The run in a bundle. */
  open(file: PickedFile): Promise<OpenedRun>;
  /** Something else than a run is on show. */
  elsewhere(): boolean;
  storage: Storage | null;
}

export class StartStore {
  opening = $state.raw(false);
  /** Why the recorded run cannot be shown; null where it can. */
  problem = $state.raw<SerializedLabError | null>(null);
  #opened = $state.raw<OpenBundle | null>(null);
  readonly #bundles = new Once<OpenBundle>();
  /** From the press of the button to the end of the run. */
  #live = $state.raw(false);

  readonly #remembered: KeptText;

  constructor(private readonly host: StartHost) {
    this.#remembered = new KeptText(host.storage, KEY);
  }

  /** The run that is offered; null where none lies beside the page. */
  get run() {
    return this.host.recorded.runs[0] ?? null;
  }

  /** Its model, which the button runs; without a recorded run, the first that comes along. */
  get model(): BundledModel | null {
    const { list } = this.host.models;
    return list.find(({ name }) => name === this.run?.model) ?? list[0] ?? null;
  }

  /** The recorded run, while it is on show. */
  get shown(): OpenBundle | null {
    return this.host.runs.origin === 'recorded' ? this.#opened : null;
  }

  /** The button was pressed and the run has not begun yet. */
  get starting(): boolean {
    return this.#live && !this.host.session.busy;
  }

  /** The person chose something else to look at. */
  get claimed(): boolean {
    const { session, link } = this.host;
    const files = session.model !== null || session.ontology !== null || session.counts !== null;
    return link.foreign?.from === 'link' || (files && !this.#live);
  }

  /** Shows the recorded run, unless something else is there or it was put away. */
  async begin(): Promise<void> {
    await this.host.recorded.start();
    this.problem = this.host.recorded.problem;
    if (this.#remembered.get() !== AWAY && this.#free) await this.#open(() => this.#free);
  }

  /** Brings it back. */
  async show(): Promise<void> {
    this.#remembered.set(null);
    await this.#open(() => !this.host.session.busy);
  }

  /** Takes it off the screen, now and at the next visit. */
  putAway(): void {
    this.#remembered.set(AWAY);
    this.yield();
  }

  /** Makes room for what the person chose. */
  yield(): void {
    if (this.host.runs.origin === 'recorded') this.host.runs.clear();
  }

  /** A recorded run with its records, whether it is on show or not; each is fetched and opened once. */
  opened(run: RecordedRun): Promise<OpenBundle> {
    return this.#bundles.get(run.name, () => this.#openBundle(run));
  }

  /** Loads the bundled model with its experiment and runs it. Resolves when the run has ended. */
  async runLive(): Promise<void> {
    const { session, models } = this.host;
    const { model } = this;
    if (model === null || this.#live || session.busy) return;
    this.#live = true;
    try {
      if (await models.choose(model)) await session.run();
    } finally {
      this.#live = false;
    }
  }

  async #openBundle(run: RecordedRun): Promise<OpenBundle> {
    const file = await this.host.recorded.bundle(run);
    return { key: `recorded/${run.name}`, file, run: await this.host.open(file) };
  }

  async #open(wanted: () => boolean): Promise<void> {
    const { run } = this;
    const { runs } = this.host;
    if (run === null || this.opening) return;
    this.opening = true;
    try {
      const { key, file, run: records } = await this.opened(run);
      this.#opened = { key, file, run: records };
      if (wanted()) runs.showFile(key, file.path, records, 'recorded');
    } catch (thrown) {
      this.problem = toLabError(thrown).serialize();
    } finally {
      this.opening = false;
    }
  }

  get #free(): boolean {
    const { session, runs, link } = this.host;
    return runs.origin === 'none' && !session.busy && !this.claimed && !link.called && !this.host.elsewhere();
  }
}
