/**
 * A one-producer, one-consumer channel between the running experiment and whoever reads its events.
 *
 * Promises: events arrive in the order they were put; `put` resolves only when the consumer has come back for more,
 * so a slow disk slows the run instead of filling memory; a progress event that nobody has read yet is replaced by the
 * next one. Must not know: what an experiment is.
 */
import { LabError } from '../core/errors';
import type { RunEvent } from './events';

interface Slot<Event> {
  event: Event;
  consumed: (() => void) | null;
  abandoned: ((reason: unknown) => void) | null;
}

export class EventChannel<Event extends { kind: string } = RunEvent> implements AsyncIterableIterator<Event> {
  #queue: Slot<Event>[] = [];
  #inHand: Slot<Event> | null = null;
  #ended = false;
  #failure: unknown = null;
  #left = false;
  #wake: (() => void) | null = null;
  readonly #onLeave: (() => void) | undefined;

  /** @param onLeave called once when the consumer breaks out of its loop */
  constructor(onLeave?: () => void) {
    this.#onLeave = onLeave;
  }

  /** Resolves once the consumer has handled the event; rejects with `cancelled` when the consumer has left. */
  put(event: Event): Promise<void> {
    if (this.#left) return Promise.reject(consumerLeft());
    return new Promise((consumed, abandoned) => {
      this.#queue.push({ event, consumed, abandoned });
      this.#signal();
    });
  }

  /** Leaves a progress event for whenever the consumer comes; never waits. */
  post(event: Event): void {
    if (this.#left) return;
    const last = this.#queue.at(-1);
    if (last && last.consumed === null && last.event.kind === event.kind) last.event = event;
    else this.#queue.push({ event, consumed: null, abandoned: null });
    this.#signal();
  }

  end(failure: unknown = null): void {
    this.#ended = true;
    this.#failure = failure;
    this.#signal();
  }

  /** True when the consumer broke out of its loop. */
  get abandoned(): boolean {
    return this.#left;
  }

  async next(): Promise<IteratorResult<Event>> {
    this.#inHand?.consumed?.();
    this.#inHand = null;
    for (;;) {
      const slot = this.#queue.shift();
      if (slot) {
        this.#inHand = slot;
        return { done: false, value: slot.event };
      }
      if (this.#ended || this.#left) {
        const failure = this.#failure;
        this.#failure = null;
        if (failure !== null) throw failure;
        return { done: true, value: undefined };
      }
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async return(): Promise<IteratorResult<Event>> {
    if (!this.#left && !this.#ended) this.#onLeave?.();
    this.#left = true;
    for (const slot of [this.#inHand, ...this.#queue]) slot?.abandoned?.(consumerLeft());
    this.#queue = [];
    this.#inHand = null;
    this.#signal();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #signal(): void {
    this.#wake?.();
    this.#wake = null;
  }
}

function consumerLeft(): LabError {
  return new LabError('cancelled', 'Nobody reads the run’s events any more, so the run stopped.', {
    hint: 'Start the run again, or resume it from its last checkpoint.',
  });
}
