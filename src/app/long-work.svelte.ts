/**
 * Work that may take hours in the worker, as the page steers it: paused, resumed, stopped, one at a time.
 *
 * Promises: what is pressed while the browser asks the user counts; the session is told why it must wait, and that it is
 * over; every failure but a stop ends as one `error` in plain words. Must not know: what the work is, components.
 */
import { toLabError, type SerializedLabError } from '../core/errors';
import type { LabSession } from './session.svelte';

export type Phase = 'idle' | 'running' | 'pausing' | 'paused' | 'stopping';

export interface LongWorkHost {
  calls: { pause(): void; resume(): void; cancel(): void };
  wakeLock: { hold(): Promise<void>; release(): Promise<void> };
  persistStorage(): Promise<unknown>;
}

export abstract class LongWork<Host extends LongWorkHost> {
  phase = $state.raw<Phase>('idle');
  error = $state.raw<SerializedLabError | null>(null);

  /** @param place puts an error beside the control it is about */
  constructor(
    protected readonly host: Host,
    protected readonly session: LabSession,
    private readonly place: (error: SerializedLabError) => SerializedLabError,
  ) {}

  get busy(): boolean {
    return this.phase !== 'idle';
  }

  pause(): void {
    if (this.phase !== 'running') return;
    this.phase = 'pausing';
    this.host.calls.pause();
  }

  resume(): void {
    if (this.phase !== 'paused' && this.phase !== 'pausing') return;
    this.phase = 'running';
    this.host.calls.resume();
  }

  /** Ends at its next safe point, with a checkpoint. */
  cancel(): void {
    if (!this.busy || this.phase === 'stopping') return;
    this.phase = 'stopping';
    this.host.calls.cancel();
  }

  dismissError(): void {
    this.error = null;
  }

  /** Does the work from its beginning to its end; `occupied` tells others why they wait. */
  protected async hold(occupied: string, work: () => Promise<void>): Promise<void> {
    this.phase = 'running';
    this.error = null;
    this.session.occupied = occupied;
    await Promise.allSettled([this.host.wakeLock.hold(), this.host.persistStorage()]);
    // The browser may have asked the user meanwhile: what was pressed in that time counts.
    const ran = this.#isPhase('stopping') ? null : this.guard(work);
    if (this.#isPhase('pausing')) this.host.calls.pause();
    await ran;
    this.phase = 'idle';
    this.session.occupied = null;
    await this.host.wakeLock.release();
  }

  /** What the work says of itself: a pause begins when it stands. */
  protected heard({ state }: { state: string }): void {
    if (state === 'paused' && this.phase === 'pausing') this.phase = 'paused';
  }

  protected async guard(work: () => Promise<void>): Promise<void> {
    this.error = null;
    try {
      await work();
    } catch (thrown) {
      const error = toLabError(thrown);
      if (error.code !== 'cancelled') this.error = this.place(error.serialize());
    }
  }

  /** By a call, since it changes while others are waited for. */
  #isPhase(phase: Phase): boolean {
    return this.phase === phase;
  }
}
