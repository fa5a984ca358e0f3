/**
 * The learning rate of every optimiser step. Pure.
 *
 * Linear warm-up to the peak, then the peak for ever, or half a cosine that would reach exactly 0, or a share of the peak,
 * one step after the last.
 */
export interface Schedule {
  kind: 'constant' | 'cosine';
  warmupSteps: number;
  /** Where the cosine ends, as a share of the peak; 0 where absent. */
  finalShare?: number;
}

/**
 * @param step 1-based optimiser step within a direction
 * @param totalSteps optimiser steps planned for that direction
 */
export function learningRateAt(schedule: Schedule, peak: number, step: number, totalSteps: number): number {
  const { warmupSteps, finalShare = 0 } = schedule;
  if (step <= warmupSteps) return (peak * step) / warmupSteps;
  if (schedule.kind === 'constant') return peak;
  const progress = (step - warmupSteps) / (totalSteps - warmupSteps + 1);
  const fall = 0.5 * (1 + Math.cos(Math.PI * progress));
  return peak * (finalShare + (1 - finalShare) * fall);
}
