/**
 * A choice of neighbouring stops along an axis: where a drag begins and ends, and how keys move it. Pure.
 *
 * Promises: a range is of stops that there are, from the lower to the upper. Must not know: pixels, what stands there.
 */
export interface Range {
  /** Places in the stops. */
  from: number;
  to: number;
}

/** The stops between two values; null where there is none. */
export function stopsBetween(stops: readonly number[], a: number, b: number): Range | null {
  const [low, high] = a <= b ? [a, b] : [b, a];
  const inside = [...stops.keys()].filter((place) => stops[place]! >= low && stops[place]! <= high);
  return inside.length === 0 ? null : { from: inside[0]!, to: inside.at(-1)! };
}

/** What an arrow makes of a range of `count` stops; with Shift its upper end alone moves. Null: not a key of ours. */
export function movedRange(range: Range | null, key: string, shift: boolean, count: number): Range | null {
  const now = range ?? { from: -1, to: -1 };
  const limit = (place: number) => Math.max(0, Math.min(count - 1, place));
  const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[key];
  if (step !== undefined) {
    if (range === null) return step > 0 ? { from: 0, to: 0 } : { from: count - 1, to: count - 1 };
    if (shift) return { from: now.from, to: Math.max(now.from, limit(now.to + step)) };
    const from = limit(now.from + step);
    return { from, to: Math.min(count - 1, from + (now.to - now.from)) };
  }
  if (key === 'Home') return shift ? { from: 0, to: Math.max(0, now.to) } : { from: 0, to: 0 };
  if (key === 'End') return shift ? { from: Math.max(0, now.from), to: count - 1 } : { from: count - 1, to: count - 1 };
  return null;
}
