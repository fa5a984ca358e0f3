/**
 * Models from elsewhere: the page's calls to the worker.
 *
 * Promises: every call has its own answer; one that is stopped ends as `cancelled`. Must not know: how a model is fetched,
 * the DOM.
 */
import { LabError } from '../core/errors';
import type { FetchedModel, FetchRequest, ModelProgress, StoredModels } from './model-protocol';
import type { RequestBody, Response } from './protocol';

interface Waiting {
  onProgress: ((progress: ModelProgress) => void) | null;
  resolve: (answer: Response) => void;
  reject: (error: LabError) => void;
}

export class ModelCalls {
  readonly #waiting = new Map<string, Waiting>();
  #count = 0;

  constructor(private readonly send: (runId: string, body: RequestBody) => void) {}

  /** The model once all of it is here; an abort keeps what has arrived. */
  async fetch(
    request: FetchRequest,
    onProgress: (progress: ModelProgress) => void,
    signal: AbortSignal,
  ): Promise<FetchedModel> {
    const { runId, answer } = this.#ask({ kind: 'fetch-model', request }, onProgress);
    signal.addEventListener('abort', () => this.send(runId, { kind: 'stop-model' }));
    return ((await answer) as Extract<Response, { kind: 'model-here' }>).model;
  }

  /** A complete one that is kept. */
  async open(key: string): Promise<FetchedModel> {
    const { answer } = this.#ask({ kind: 'open-model', key });
    return ((await answer) as Extract<Response, { kind: 'model-here' }>).model;
  }

  async list(): Promise<StoredModels> {
    const { answer } = this.#ask({ kind: 'list-models' });
    return ((await answer) as Extract<Response, { kind: 'models-listed' }>).stored;
  }

  /** What is kept without it. */
  async remove(key: string): Promise<StoredModels> {
    const { answer } = this.#ask({ kind: 'delete-model', key });
    return ((await answer) as Extract<Response, { kind: 'models-listed' }>).stored;
  }

  /** True where the message belongs to a question about models, waited for or not. */
  receive(message: Response): boolean {
    if (!message.runId.startsWith('model-')) return false;
    const waiting = this.#waiting.get(message.runId);
    if (waiting === undefined) return true;
    if (message.kind === 'model-progress') {
      waiting.onProgress?.(message.progress);
      return true;
    }
    this.#waiting.delete(message.runId);
    if (message.kind === 'failed') waiting.reject(LabError.deserialize(message.error));
    else waiting.resolve(message);
    return true;
  }

  failAll(error: LabError): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }

  #ask(body: RequestBody, onProgress: Waiting['onProgress'] = null): { runId: string; answer: Promise<Response> } {
    const runId = `model-${++this.#count}`;
    const answer = new Promise<Response>((resolve, reject) => {
      this.#waiting.set(runId, { onProgress, resolve, reject });
      this.send(runId, body);
    });
    return { runId, answer };
  }
}
