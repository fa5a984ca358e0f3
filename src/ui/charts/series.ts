/** What a line chart draws, and how a pointer finds the nearest value. Pure. */
import { scaleLinear, type ScaleLinear } from 'd3';
import type { Tone } from './legend';

/** Pixels around the plot of a line chart. */
export const SERIES_PLOT = { left: 46, right: 10, top: 26, bottom: 40 };

/** Its x axis. */
export function seriesScale(width: number, domain: readonly [number, number]): ScaleLinear<number, number> {
  return scaleLinear(domain, [SERIES_PLOT.left, width - SERIES_PLOT.right]);
}

export interface SeriesPoint {
  x: number;
  y: number;
  lo: number;
  hi: number;
}

export interface Series {
  label: string;
  tone: Tone;
  /** Of its line, as SVG has it. */
  dash?: string;
  points: SeriesPoint[];
}

/** The point whose x is nearest; null for an empty series. Points ascend by x. */
export function nearest(points: readonly SeriesPoint[], x: number): SeriesPoint | null {
  let best: SeriesPoint | null = null;
  for (const point of points) {
    if (best === null || Math.abs(point.x - x) < Math.abs(best.x - x)) best = point;
  }
  return best;
}
