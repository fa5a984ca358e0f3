/**
 * How many optimiser steps are queued between two looks at the GPU: enough to keep it busy, few enough that a pause
 * comes soon. Must not know: what a step computes.
 */
const READ_INTERVAL_MS = 400;
const MAX_QUEUED_STEPS = 16;

export class ReadPace {
  #queued = 0;
  #limit = 1;

  /** True where nothing is queued: the next step begins a stretch. */
  get idle(): boolean {
    return this.#queued === 0;
  }

  /** One more step; true where it is time to look. */
  queued(): boolean {
    this.#queued += 1;
    return this.#queued >= this.#limit;
  }

  /** What was queued took so long. */
  read(spentMs: number): void {
    const stepMs = spentMs / this.#queued;
    this.#limit = Math.min(MAX_QUEUED_STEPS, Math.max(1, Math.floor(READ_INTERVAL_MS / Math.max(stepMs, 1))));
    this.#queued = 0;
  }
}
