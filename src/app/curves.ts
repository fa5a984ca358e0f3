/**
 * Small curves that several views draw: smoothed loss, quantiles. Pure.
 */
import type { Direction } from '../core/direction';
import type { StepRecord } from '../records/types';
import { smoothed, type LossPoint } from './estimates/loss';

export type { LossPoint };
export { endingText, setSummaries } from '../records';

/** Loss of one direction in at most `maxPoints` points; each step is in exactly one. */
export function lossCurve(steps: readonly StepRecord[], direction: Direction, maxPoints = 240): LossPoint[] {
  return lossPoints(
    steps.filter((step) => step.direction === direction),
    maxPoints,
  );
}

/** Losses of steps in at most `maxPoints` points; each step is in exactly one. */
export function lossPoints(steps: readonly { step: number; loss: number }[], maxPoints = 240): LossPoint[] {
  return smoothed(
    steps.map(({ step, loss }) => ({ step, value: loss })),
    maxPoints,
  );
}

/** Quantile by linear interpolation between order statistics (Hyndman and Fan type 7). */
export function quantile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below]!;
  return low + (place - below) * ((sorted[below + 1] ?? low) - low);
}
