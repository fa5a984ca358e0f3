/**
 * Worlds on their way to the worker and back.
 *
 * Promises: a newer look takes the place of an older one, which ends as `cancelled`; answers that nobody waits for are
 * dropped. Must not know: how a world is made, the DOM.
 */
import { LabError } from '../core/errors';
import type { EncodedFile } from './bundle-protocol';
import type { RequestBody, Response } from './protocol';
import type { WorldCounts, WorldInputs, WorldLook } from './world-protocol';

interface Waiting {
  looked: ((look: WorldLook) => void) | null;
  resolve: (answer: Response) => void;
  reject: (error: LabError) => void;
}

export class WorldCalls {
  readonly #waiting = new Map<string, Waiting>();
  #count = 0;

  constructor(private readonly send: (runId: string, body: RequestBody) => void) {}

  /**
   * What a world holds: `looked` hears at once what needs no making; then what is counted in it, null where it is too large
   * for that in passing and `anyway` does not ask for it.
   */
  async look(inputs: WorldInputs, anyway: boolean, looked: (look: WorldLook) => void): Promise<WorldCounts | null> {
    for (const [id, waiting] of this.#waiting) {
      if (waiting.looked === null) continue;
      this.#waiting.delete(id);
      waiting.reject(new LabError('cancelled', 'Replaced by a newer look.', { hint: 'Nothing to do.' }));
    }
    const answer = await this.#ask({ kind: 'look-at-world', inputs, anyway }, looked);
    return (answer as Extract<Response, { kind: 'world-counted' }>).counts;
  }

  /** All its files, as a zip. */
  async make(inputs: WorldInputs): Promise<EncodedFile> {
    const answer = await this.#ask({ kind: 'make-world', inputs }, null);
    return (answer as Extract<Response, { kind: 'encoded' }>).file;
  }

  /** True where the message belongs to a question about worlds, waited for or not. */
  receive(message: Response): boolean {
    if (!message.runId.startsWith('world-')) return false;
    const waiting = this.#waiting.get(message.runId);
    if (waiting === undefined) return true;
    if (message.kind === 'world-looked') {
      waiting.looked?.(message.look);
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

  #ask(body: RequestBody, looked: Waiting['looked']): Promise<Response> {
    const runId = `world-${++this.#count}`;
    return new Promise((resolve, reject) => {
      this.#waiting.set(runId, { looked, resolve, reject });
      this.send(runId, body);
    });
  }
}
