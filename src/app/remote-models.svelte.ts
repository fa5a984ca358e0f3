/**
 * Models from the hub and from addresses: asked for, on their way, kept in this browser.
 *
 * Promises: nobody is asked for anything before the person asks; the token lives as long as the page and goes into nothing
 * that is kept or written; what has arrived stays until it is deleted here. Must not know: the worker, components.
 */
import { publicHubAddress, publicReference } from '../core/model-reference';
import { toLabError } from '../core/errors';
import type { FetchedModel, LabClient, ModelProgress, StoredModel, StoredModels } from '../worker/client';
import { KeptText } from './kept-text';
import type { LabSession } from './session.svelte';

const HUB_KEY = 'ontoscope.hub';

export interface RemoteModelsHost {
  calls: Pick<LabClient['models'], 'fetch' | 'open' | 'list' | 'remove'>;
  storage: Storage | null;
  /** Asks the browser not to evict what is kept. */
  persistStorage(): Promise<unknown>;
}

export class RemoteModels {
  /** What the person writes: `hf:owner/name`, or an address. */
  text = $state('');
  token = $state('');
  /** Null unless a model is on its way. */
  progress = $state.raw<ModelProgress | null>(null);
  stored = $state.raw<StoredModels>({ models: [], freeBytes: null });
  /** What the model on its way was asked for as. */
  asked = $state.raw<string | null>(null);
  /** What became of what was asked last, in words, until the next. */
  said = $state.raw<string | null>(null);
  #hub = $state('');
  readonly #keptHub: KeptText;
  #stop: AbortController | null = null;

  constructor(
    private readonly host: RemoteModelsHost,
    private readonly session: LabSession,
  ) {
    this.#keptHub = new KeptText(host.storage, HUB_KEY);
    this.#hub = this.#keptHub.get() ?? '';
  }

  get busy(): boolean {
    return this.asked !== null;
  }

  /** Address of another hub, kept in this browser; empty for the usual one. */
  get hub(): string {
    return this.#hub;
  }

  set hub(address: string) {
    const kept = publicHubAddress(address.trim());
    this.#hub = kept ?? address.trim();
    // What cannot be read may hold a password.
    this.#keptHub.set(kept ?? '');
  }

  /** The model that the settings name, where it is one that can be fetched and is not chosen; else null. */
  get named(): string | null {
    const { path } = this.session.spec.draft.model;
    const named = path === null ? null : publicReference(path);
    return named === this.session.model?.reference ? null : named;
  }

  /** Fetches and chooses a model; one that had begun goes on where it stopped. */
  async fetch(reference: string): Promise<void> {
    if (this.busy || reference.trim() === '') return;
    const stop = new AbortController();
    this.#stop = stop;
    this.asked = reference.trim();
    this.said = null;
    this.session.dismissError();
    try {
      await this.host.persistStorage();
      const request = { reference: this.asked, hub: this.#hub, token: this.token.trim() || null };
      this.#choose(await this.host.calls.fetch(request, (progress) => (this.progress = progress), stop.signal));
    } catch (thrown) {
      if (toLabError(thrown).code === 'cancelled') this.said = 'Stopped. What has arrived is kept.';
      else this.session.fail(thrown);
    } finally {
      this.#stop = null;
      this.asked = null;
      this.progress = null;
    }
    await this.refresh();
  }

  stop(): void {
    this.#stop?.abort();
  }

  /** A complete one that is kept: nobody is asked. */
  async use(key: string): Promise<void> {
    await this.#guard(async () => this.#choose(await this.host.calls.open(key)));
  }

  /** Whether it is the model that the page works with. */
  isChosen({ reference }: Pick<StoredModel, 'reference'>): boolean {
    return this.session.model?.reference === reference;
  }

  /** The chosen one is then chosen no more; that of a run that goes on stays. */
  async remove(model: StoredModel): Promise<void> {
    if (this.isChosen(model)) {
      if (this.session.busy) {
        this.said = 'Not deleted: a run goes on with it.';
        return;
      }
      this.session.chooseModel(null);
    }
    await this.#guard(async () => {
      this.stored = await this.host.calls.remove(model.key);
      this.said = `${model.reference} is deleted from this browser.`;
    });
  }

  async refresh(): Promise<void> {
    await this.#guard(async () => {
      this.stored = await this.host.calls.list();
    });
  }

  #choose({ name, reference, files, note }: FetchedModel): void {
    const { busy } = this.session;
    if (!busy) {
      const picked = files.map(({ path, file }) => ({ path, file: file as File }));
      this.session.chooseModel({ name, reference, files: picked });
    }
    const outcome = busy
      ? `${name} is here. A run goes on: use it from “Stored models” afterwards.`
      : `${name} is here and chosen.`;
    this.said = note === null ? outcome : `${note} ${outcome}`;
  }

  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      this.session.fail(thrown);
    }
  }
}
