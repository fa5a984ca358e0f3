/**
 * How fast a run goes, from samples of how far it is. Pure.
 *
 * Promises: at most PACE_SAMPLES are kept, spread over the whole run.
 */
export interface PaceSample {
  /** At work. */
  elapsedMs: number;
  /** Optimiser steps recorded by then. */
  steps: number;
  /** It trains; evaluations take no steps. */
  training: boolean;
}

export const PACE_SAMPLES = 480;
/** Steps are recorded some at a time: a rate needs as long a look. */
const WINDOW_MS = 2000;

/** Where there are too many, every other one goes. */
export function withSample(samples: readonly PaceSample[], sample: PaceSample): PaceSample[] {
  const kept = samples.length < PACE_SAMPLES ? samples : samples.filter((_, index) => index % 2 === 0);
  return [...kept, sample];
}

/** Steps per second over the last moments before each sample; null while none were taken. */
export function paceOf(samples: readonly PaceSample[]): { elapsedMs: number; perSecond: number | null }[] {
  let from = 0;
  return samples.map(({ elapsedMs, steps, training }, at) => {
    while (from < at && samples[from + 1]!.elapsedMs <= elapsedMs - WINDOW_MS) from += 1;
    const { elapsedMs: beganMs, steps: before } = samples[from]!;
    const took = elapsedMs - beganMs;
    const taken = steps - before;
    return { elapsedMs, perSecond: took <= 0 || (taken === 0 && !training) ? null : (taken * 1000) / took };
  });
}
