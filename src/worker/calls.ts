/**
 * Questions on their way to the worker and back: each has its own name and one answer.
 *
 * Promises: what is told on the way reaches its listener in order; a question that a newer one replaces ends as
 * `cancelled`; answers that nobody waits for are dropped. Must not know: what is asked, the DOM.
 */
import { LabError } from '../core/errors';
import type { RequestBody, Response } from './protocol';

export type AnswerOf<K extends Response['kind']> = Extract<Response, { kind: K }>;

/** Takes what is told before the answer comes. */
export type Hear = (message: Response) => void;

interface Waiting {
  asked: RequestBody['kind'];
  answer: Response['kind'];
  hear: Hear | undefined;
  resolve: (answer: Response) => void;
  reject: (error: LabError) => void;
}

export abstract class Calls {
  readonly #waiting = new Map<string, Waiting>();
  #count = 0;

  /** @param names what the questions' names begin with: no other's do */
  constructor(
    private readonly names: string,
    protected readonly send: (runId: string, body: RequestBody) => void,
  ) {}

  /** True where the message belongs to a question of these, waited for or not. */
  receive(message: Response): boolean {
    if (!message.runId.startsWith(`${this.names}-`)) return false;
    const waiting = this.#waiting.get(message.runId);
    if (waiting === undefined) return true;
    if (message.kind !== 'failed' && message.kind !== waiting.answer) {
      waiting.hear?.(message);
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

  protected name(): string {
    return `${this.names}-${++this.#count}`;
  }

  protected ask<K extends Response['kind']>(
    answer: K,
    body: RequestBody,
    hear?: Hear,
    runId = this.name(),
  ): Promise<AnswerOf<K>> {
    const promise = this.expect(answer, runId, body.kind, hear);
    this.send(runId, body);
    return promise;
  }

  /** The answer to what is sent under the name, in one message or in several. */
  protected expect<K extends Response['kind']>(
    answer: K,
    runId: string,
    asked: RequestBody['kind'],
    hear?: Hear,
  ): Promise<AnswerOf<K>> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(runId, { asked, answer, hear, resolve: resolve as Waiting['resolve'], reject });
    });
  }

  /** Gives up the questions of a kind: a newer one, a `what`, takes their place. */
  protected replace(asked: RequestBody['kind'], what: string): void {
    for (const [id, waiting] of this.#waiting) {
      if (waiting.asked !== asked) continue;
      this.#waiting.delete(id);
      waiting.reject(new LabError('cancelled', `Replaced by a newer ${what}.`, { hint: 'Nothing to do.' }));
    }
  }
}

/** Those of which one is long work: it can be paused and stopped. One at a time. */
export abstract class SteeredCalls extends Calls {
  /** Name of the one that runs. */
  #running: string | null = null;

  pause(): void {
    if (this.#running) this.send(this.#running, { kind: 'pause' });
  }

  resume(): void {
    if (this.#running) this.send(this.#running, { kind: 'resume' });
  }

  /** Ends at the next safe point, with a checkpoint. */
  cancel(): void {
    if (this.#running) this.send(this.#running, { kind: 'cancel' });
  }

  /** Resolves when it ended, also when it was stopped. */
  protected async steer(body: RequestBody, hear: Hear): Promise<void> {
    const runId = this.name();
    this.#running = runId;
    try {
      await this.ask('finished', body, hear, runId);
    } finally {
      this.#running = null;
    }
  }
}
