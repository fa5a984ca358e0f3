/**
 * Models from elsewhere in the worker: fetched into this browser's storage, given out as files that are read where they
 * lie, listed, deleted.
 *
 * Promises: nothing is asked of anybody but by `fetch`; the token is not kept. Must not know: how the browser keeps files,
 * the DOM.
 */
import { LabError } from '../core/errors';
import { readModelReference } from '../core/model-reference';
import { createWeb, ModelCache } from '../experiment/remote-models';
import { wallClock } from '../platform/clock';
import type { BrowserPieces } from '../platform/model-pieces';
import type { FetchedModel, FetchRequest, ModelProgress, StoredModels } from './model-protocol';

export class ModelDesk {
  readonly #stops = new Map<string, AbortController>();
  #opened: Promise<{ pieces: BrowserPieces; cache: ModelCache }> | null = null;

  constructor(private readonly openPieces: () => Promise<BrowserPieces>) {}

  /** Throws what fetching throws; `stop` ends it as `cancelled`. */
  async fetch(job: string, request: FetchRequest, tell: (progress: ModelProgress) => void): Promise<FetchedModel> {
    const stop = new AbortController();
    this.#stops.set(job, stop);
    let note: string | null = null;
    try {
      const { cache } = await this.#cache();
      const web = createWeb({
        ...(request.hub.trim() === '' ? {} : { hub: request.hub.trim() }),
        token: request.token,
        tokenHint: 'give an access token under “Access token and hub”',
      });
      const key = await cache.fetch(requireReference(request.reference), web, {
        signal: stop.signal,
        onProgress: tell,
        onNote: (text) => (note = text),
      });
      return { ...(await this.open(key)), note };
    } finally {
      this.#stops.delete(job);
    }
  }

  stop(job: string): void {
    this.#stops.get(job)?.abort();
  }

  async open(key: string): Promise<FetchedModel> {
    const { pieces, cache } = await this.#cache();
    const folder = await cache.open(key);
    const entries = await folder.list();
    const files = entries.map(async ({ path }) => ({ path, file: await pieces.file(key, path) }));
    return { name: folder.name, reference: folder.reference!, files: await Promise.all(files), note: null };
  }

  async list(): Promise<StoredModels> {
    const { cache } = await this.#cache();
    return { models: await cache.list(), freeBytes: await cache.room() };
  }

  async remove(key: string): Promise<void> {
    await (await this.#cache()).cache.remove(key);
  }

  #cache() {
    this.#opened ??= this.openPieces().then((pieces) => ({ pieces, cache: new ModelCache(pieces, wallClock) }));
    return this.#opened;
  }
}

function requireReference(text: string) {
  const reference = readModelReference(text);
  if (reference !== null) return reference;
  throw new LabError('spec-invalid', `“${text.trim()}” is neither a model of the hub nor an address.`, {
    hint: 'Write hf:owner/name, or the address of a folder that begins with https://.',
    control: 'model.path',
  });
}
