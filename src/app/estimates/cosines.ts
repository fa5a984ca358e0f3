/** Distributions of cosines as bars, on one scale for all moments. Pure. */
import { bin, scaleLinear } from 'd3';

export interface Bars {
  x0: number;
  x1: number;
  /** Of all values, so that groups of unlike size can be compared. */
  share: number;
}

/** @param values finite; an empty list has no bars */
export function barsOf(values: readonly number[], domain: readonly [number, number], bars: number): Bars[] {
  if (values.length === 0) return [];
  const thresholds = scaleLinear(domain, [0, 1]).ticks(bars);
  return bin()
    .domain([...domain])
    .thresholds(thresholds)(values)
    .map((each) => ({ x0: each.x0!, x1: each.x1!, share: each.length / values.length }));
}

/** What spans all lists, its ends at ticks; never of no width. */
export function spanOf(lists: readonly (readonly number[])[], bars: number): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const list of lists)
    for (const value of list) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  if (!(low <= high)) return [-1, 1];
  if (low === high) return [low - 0.5, high + 0.5];
  return scaleLinear([low, high], [0, 1]).nice(bars).domain() as [number, number];
}

export interface JointBars {
  domain: [number, number];
  /** Of each list. */
  bars: Bars[][];
  /** The largest share of any bar; 1 where there is none. */
  tallest: number;
}

/** Lists as bars on one scale. @param others values that it spans too */
export function jointBars(
  lists: readonly (readonly number[])[],
  resolution: number,
  others: readonly number[] = [],
): JointBars {
  const domain = spanOf([...lists, others], resolution);
  const bars = lists.map((values) => barsOf(values, domain, resolution));
  return { domain, bars, tallest: Math.max(0, ...bars.flat().map(({ share }) => share)) || 1 };
}
