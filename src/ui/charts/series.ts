/** What a line chart draws, and how a pointer finds the nearest value. Pure. */
import type { Tone } from './legend';

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
