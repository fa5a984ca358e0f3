/**
 * Pausing, single steps, cancelling and timed checkpoints of whatever computes for long: what runs and pretraining share.
 *
 * Promises: work stops at safe points only; paused time is no time at work; a checkpoint is never older than it should
 * be, but for what one unit of work takes. Must not know: what is computed, what a checkpoint holds.
 */
import type { Clock } from '../core/clock';
import { LabError } from '../core/errors';

/** Thrown at a safe point to unwind to the end. */
export class Cancelled extends Error {}

/** What a safe point may ask its owner to do. */
export interface AtSafePoint {
  checkpoint(): Promise<void>;
  /** Called with a checkpoint just written, before standing still. */
  paused(): Promise<void>;
  /** Called when work goes on; not after a cancel. */
  continued(): Promise<void>;
}

export class SafePoints {
  readonly #abort = new AbortController();
  #pauseRequested = false;
  /** One unit of work that a pause lets through. */
  #stepGranted = false;
  #wakePaused: (() => void) | null = null;
  #openedAtMs = 0;
  #pausedMs = 0;
  #checkpointAtMs = 0;

  constructor(
    private readonly clock: Clock,
    private readonly checkpointEveryMs: number,
  ) {}

  /** Aborted by `cancel`. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  pause(): void {
    this.#pauseRequested = true;
  }

  /** One unit of work, and then a pause (again). */
  step(): void {
    this.#pauseRequested = true;
    this.#stepGranted = true;
    this.#wakePaused?.();
  }

  /** Continues, or takes a pause back that has not come yet. */
  resume(): void {
    this.#pauseRequested = false;
    this.#stepGranted = false;
    this.#wakePaused?.();
  }

  cancel(): void {
    this.#abort.abort();
    this.#wakePaused?.();
  }

  /** The time at work begins. Returns the moment by the clock. */
  open(): number {
    return (this.#openedAtMs = this.clock.nowMs());
  }

  activeMs(): number {
    return this.clock.nowMs() - this.#openedAtMs - this.#pausedMs;
  }

  /** From now on the next timed checkpoint is awaited. */
  checkpointed(): void {
    this.#checkpointAtMs = this.activeMs();
  }

  /** A safe point. Throws `Cancelled`. */
  async pass(owner: AtSafePoint): Promise<void> {
    if (this.#pauseRequested && !this.#stepGranted) await this.#hold(owner);
    if (this.signal.aborted) throw new Cancelled();
    if (this.activeMs() - this.#checkpointAtMs >= this.checkpointEveryMs) await owner.checkpoint();
  }

  /** A safe point before a unit of work, which uses up the step that was granted. */
  async passToWork(owner: AtSafePoint): Promise<void> {
    await this.pass(owner);
    this.#stepGranted = false;
  }

  /** Whether this is the unwinding of a cancelled run, and not a failure that came beside it. */
  isCancel(thrown: unknown): boolean {
    return this.signal.aborted && (thrown instanceof Cancelled || isAbort(thrown));
  }

  async #hold(owner: AtSafePoint): Promise<void> {
    await owner.checkpoint();
    await owner.paused();
    const pausedAtMs = this.clock.nowMs();
    while (this.#pauseRequested && !this.#stepGranted && !this.signal.aborted) {
      await new Promise<void>((resolve) => (this.#wakePaused = resolve));
    }
    this.#wakePaused = null;
    this.#pausedMs += this.clock.nowMs() - pausedAtMs;
    if (!this.signal.aborted) await owner.continued();
  }
}

/** What the layers below throw when the signal stops them. */
function isAbort(thrown: unknown): boolean {
  return (thrown instanceof LabError && thrown.code === 'cancelled') || (thrown as Error)?.name === 'AbortError';
}
