/**
 * Geometry of a forest plot in data units. Pure.
 *
 * Promises: every estimate lies within the domain, and so does the line of no effect; an interval that does not is cut at
 * its edge and told as cut. Must not know: pixels.
 */
import { scaleLinear } from 'd3';

export type ForestScale = 'log' | 'linear';

export interface Interval {
  value: number;
  lo: number;
  hi: number;
}

/** A ratio with a limit this many times beyond all estimates would press the others together: it is cut. */
const REACH = 20;

/** What the axis spans. `none`: the value of no effect, where there is one. */
export function forestDomain(rows: readonly Interval[], scale: ForestScale, none: number | null): [number, number] {
  const values = [...rows.map(({ value }) => value), ...(none === null ? [] : [none])];
  const limits = rows.flatMap(({ lo, hi }) => [lo, hi]);
  if (scale === 'linear') {
    const [low, high] = [Math.min(...values, ...limits), Math.max(...values, ...limits)];
    return low < high ? (scaleLinear([low, high], [0, 1]).nice().domain() as [number, number]) : [low - 1, high + 1];
  }
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  const low = Math.max(Math.min(...values, ...limits.filter((limit) => limit > 0)), lowest / REACH);
  const high = Math.min(Math.max(...values, ...limits), highest * REACH);
  // A little air: an estimate at the very edge reads as cut.
  return low < high ? [low / 1.08, high * 1.08] : [low / 2, high * 2];
}

export interface Cut {
  lo: number;
  hi: number;
  cutLow: boolean;
  cutHigh: boolean;
}

export function cutTo({ lo, hi }: Interval, [low, high]: readonly [number, number]): Cut {
  return { lo: Math.max(lo, low), hi: Math.min(hi, high), cutLow: lo < low, cutHigh: hi > high };
}

/** About `count` ticks; on a log axis 1, 2 and 5 of each power of ten, or powers alone, and fewer where they are many. */
export function forestTicks(domain: readonly [number, number], scale: ForestScale, count: number): number[] {
  if (scale === 'log') {
    const choices = [logTicks(domain, [1, 2, 5]), logTicks(domain, [1])];
    const fitting = choices.find((ticks) => ticks.length >= 3 && ticks.length <= count);
    if (fitting) return fitting;
    const powers = choices[1]!;
    if (domain[1] / domain[0] >= 10) {
      return powers.filter((_, index) => index % Math.ceil(powers.length / count) === 0);
    }
  }
  // Also of ratios within one power of ten.
  return scaleLinear(domain, [0, 1]).ticks(Math.max(2, Math.min(count, 5)));
}

function logTicks([low, high]: readonly [number, number], digits: readonly number[]): number[] {
  const [from, to] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const powers = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  return powers
    .flatMap((power) => digits.map((digit) => Number(`${digit}e${power}`)))
    .filter((tick) => tick >= low && tick <= high);
}
