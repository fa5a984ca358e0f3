/** Training loss and what was recorded beside it, smoothed for drawing. Pure. */
import type { StepRecord } from '../../records/types';
import type { ChartRun, ChartView } from '../chart-run';

/** Some neighbouring steps as one point: their mean and range. */
export interface LossPoint {
  step: number;
  mean: number;
  lo: number;
  hi: number;
  steps: number;
}

export interface LossSeries {
  name: 'loss' | 'cross-entropy' | 'divergence' | 'gradient norm';
  points: LossPoint[];
}

export interface Losses {
  /** The loss first; then what was recorded beside it. */
  series: LossSeries[];
  /** Optimiser steps taken. */
  steps: number;
}

const RECORDED: Record<LossSeries['name'], (step: StepRecord) => number | undefined> = {
  loss: ({ loss }) => loss,
  'cross-entropy': ({ crossEntropy }) => crossEntropy,
  divergence: ({ divergence }) => divergence,
  'gradient norm': ({ gradientNorm }) => gradientNorm,
};

/** Null before the first step. */
export function lossesOf({ steps }: ChartRun, { direction }: ChartView): Losses | null {
  const mine = steps.filter((step) => direction === null || step.direction === direction);
  if (mine.length === 0) return null;
  const series = (Object.keys(RECORDED) as LossSeries['name'][]).flatMap((name): LossSeries[] => {
    const values = mine.flatMap((step) => {
      const value = RECORDED[name](step);
      return value === undefined ? [] : [{ step: step.step, value }];
    });
    return values.length > 0 ? [{ name, points: smoothed(values) }] : [];
  });
  return { series, steps: mine.at(-1)!.step };
}

/** Values of steps in at most `maxPoints` points; each step is in exactly one. */
export function smoothed(mine: readonly { step: number; value: number }[], maxPoints = 240): LossPoint[] {
  const size = Math.max(1, Math.ceil(mine.length / maxPoints));
  const points: LossPoint[] = [];
  for (let start = 0; start < mine.length; start += size) {
    const group = mine.slice(start, start + size);
    const values = group.map(({ value }) => value);
    points.push({
      step: group.at(-1)!.step,
      mean: values.reduce((sum, value) => sum + value, 0) / values.length,
      lo: Math.min(...values),
      hi: Math.max(...values),
      steps: group.length,
    });
  }
  return points;
}
