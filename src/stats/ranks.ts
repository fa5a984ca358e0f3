/** Ranks and medians of samples. Pure. */
import { badInput, requireCount } from './checks';

/**
 * Midranks (1-based; tied values share the mean of their places) and the sizes of the tied groups.
 * Infinite values rank; NaN is refused (`stats-input`).
 */
export function midranks(values: readonly number[]): { ranks: number[]; tieSizes: number[] } {
  const missing = values.findIndex(Number.isNaN);
  if (missing >= 0) throw badInput('Ranks', `value ${missing + 1} is not a number`, 'Remove it: NaN has no rank.');
  const order = values.map((_, index) => index).sort((a, b) => compare(values[a]!, values[b]!));
  const ranks = new Array<number>(values.length).fill(0);
  const tieSizes: number[] = [];
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let place = start; place < end; place++) ranks[order[place]!] = (start + 1 + end) / 2;
    tieSizes.push(end - start);
    start = end;
  }
  return { ranks, tieSizes };
}

/** Median of a sample: the middle value, or the mean of the two middle ones. Throws `stats-input` for no values. */
export function median(values: readonly number[]): number {
  requireCount('Median', 'values', values.length, 1);
  const sorted = [...values].sort(compare);
  const upper = sorted[Math.floor(sorted.length / 2)]!;
  if (sorted.length % 2 === 1) return upper;
  const lower = sorted[sorted.length / 2 - 1]!;
  return lower === upper ? upper : (lower + upper) / 2;
}

/** Not a − b: two equal infinities would give NaN. */
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
