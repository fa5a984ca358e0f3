/**
 * Geometry of a Kaplan–Meier curve in data units, and where its plot lies in the chart. Pure.
 *
 * Promises: steps are right-continuous (the value at an event time is the value after the event), and the curve
 * reaches to the end of follow-up even where no event falls there.
 */
import { scaleLinear, type ScaleLinear } from 'd3';
import type { KmCurve } from '../../records/types';

/** Pixels of the plot within the chart; what stands under it comes on top of the height. */
export const KM_PLOT = { left: 46, right: 12, top: 26, height: 190 };

/** Epochs to pixels. */
export function kmScale(width: number, end: number, planned = end): ScaleLinear<number, number> {
  return scaleLinear([0, Math.max(1, end, planned)], [KM_PLOT.left, width - KM_PLOT.right]);
}

export interface KmStep {
  time: number;
  survival: number;
  lo: number;
  hi: number;
}

/** Corner values for a step-after line, from time 0 to the end of follow-up. */
export function kmSteps(curve: KmCurve, end: number): KmStep[] {
  const steps = curve.time.map((time, row) => ({
    time,
    survival: curve.survival[row]!,
    lo: curve.lo[row]!,
    hi: curve.hi[row]!,
  }));
  const last = steps.at(-1);
  if (last === undefined) return [];
  return last.time < end ? [...steps, { ...last, time: end }] : steps;
}

/** Survival just at `time`: the value of the last row at or before it. */
export function survivalAt(curve: KmCurve, time: number): number {
  let value = 1;
  curve.time.forEach((at, row) => {
    if (at <= time) value = curve.survival[row]!;
  });
  return value;
}

export interface CensorTick {
  time: number;
  survival: number;
  facts: number;
}

/** One tick per row with facts that left unobserved. */
export function censorTicks(curve: KmCurve): CensorTick[] {
  return curve.time.flatMap((time, row) =>
    curve.censored[row]! > 0 ? [{ time, survival: curve.survival[row]!, facts: curve.censored[row]! }] : [],
  );
}

/** Facts still at risk just before `time`: all, less the events and losses before it. */
export function atRiskAt(curve: KmCurve, time: number): number {
  let left = curve.n;
  curve.time.forEach((at, row) => {
    if (at < time) left -= curve.events[row]! + curve.censored[row]!;
  });
  return left;
}
