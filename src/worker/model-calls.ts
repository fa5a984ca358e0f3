/**
 * Models from elsewhere: the page's calls to the worker.
 *
 * Promises: one that is stopped ends as `cancelled`, and what has arrived stays. Must not know: how a model is fetched, the
 * DOM.
 */
import { LabError } from '../core/errors';
import { Calls, type Hear } from './calls';
import type { FetchedModel, FetchRequest, ModelProgress, StoredModels } from './model-protocol';
import type { RequestBody } from './protocol';

export class ModelCalls extends Calls {
  constructor(send: (runId: string, body: RequestBody) => void) {
    super('model', send);
  }

  /** The model once all of it is here. */
  async fetch(
    request: FetchRequest,
    onProgress: (progress: ModelProgress) => void,
    signal: AbortSignal,
  ): Promise<FetchedModel> {
    // A signal that is aborted already tells nobody any more.
    if (signal.aborted) {
      throw new LabError('cancelled', 'The download was stopped.', { hint: 'Fetch it again to go on.' });
    }
    const runId = this.name();
    signal.addEventListener('abort', () => this.send(runId, { kind: 'stop-model' }), { once: true });
    const body = { kind: 'fetch-model', request } as const;
    const hear: Hear = (message) => {
      if (message.kind === 'model-progress') onProgress(message.progress);
    };
    return (await this.ask('model-here', body, hear, runId)).model;
  }

  /** A complete one that is kept. */
  async open(key: string): Promise<FetchedModel> {
    return (await this.ask('model-here', { kind: 'open-model', key })).model;
  }

  async list(): Promise<StoredModels> {
    return (await this.ask('models-listed', { kind: 'list-models' })).stored;
  }

  /** What is kept without it. */
  async remove(key: string): Promise<StoredModels> {
    return (await this.ask('models-listed', { kind: 'delete-model', key })).stored;
  }
}
