/**
 * The learning rate of every optimiser step. Pure.
 *
 * Linear warm-up to the peak, then the peak for ever, or half a cosine that would reach exactly 0 one step after the last.
 */
import type { ExperimentSpec } from '../spec/schema';

/**
 * @param step 1-based optimiser step within a direction
 * @param totalSteps optimiser steps planned for that direction
 */
export function learningRateAt(
  schedule: ExperimentSpec['schedule'],
  peak: number,
  step: number,
  totalSteps: number,
): number {
  const { warmupSteps } = schedule;
  if (step <= warmupSteps) return (peak * step) / warmupSteps;
  if (schedule.kind === 'constant') return peak;
  const progress = (step - warmupSteps) / (totalSteps - warmupSteps + 1);
  return peak * 0.5 * (1 + Math.cos(Math.PI * progress));
}
