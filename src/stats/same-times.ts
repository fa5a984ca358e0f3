/**
 * Times that differ by rounding only are one time: 0.1 + 0.2 and 0.3 are a tie.
 *
 * Promises: the rule of R's survival package (timefix), relative to the scale of the times, so a change of unit changes
 * nothing. Must not know: events, models.
 */
import { badInput } from './checks';

/** As in R: √ of the machine epsilon, beside the mean size of the distinct times. */
const SAME_TIME = Math.sqrt(Number.EPSILON);

interface Times {
  time: ArrayLike<number>;
  start?: ArrayLike<number> | undefined;
}

/**
 * Finite times and starts with those close to each other set to the earliest of them; the very same arrays where none are.
 * O(n log n). Throws `stats-input` where that leaves an interval empty.
 */
export function sameTimes(method: string, { time, start }: Times): Times {
  const n = time.length;
  const all = new Float64Array(start === undefined ? n : 2 * n);
  for (let i = 0; i < n; i++) all[i] = time[i]!;
  if (start !== undefined) for (let i = 0; i < n; i++) all[n + i] = start[i]!;
  all.sort();
  const distinct = all.filter((value, i) => i === 0 || value !== all[i - 1]);
  const tolerance = SAME_TIME * distinct.reduce((sum, value) => sum + Math.abs(value) / distinct.length, 0);
  const merged = new Map<number, number>();
  let kept = distinct[0]!;
  for (let i = 1; i < distinct.length; i++) {
    if (distinct[i]! - distinct[i - 1]! > tolerance) kept = distinct[i]!;
    else merged.set(distinct[i]!, kept);
  }
  if (merged.size === 0) return { time, start };
  const snap = (values: ArrayLike<number>) => Float64Array.from(values, (value) => merged.get(value) ?? value);
  const result = { time: snap(time), start: start && snap(start) };
  for (let i = 0; result.start !== undefined && i < n; i++) {
    if (result.start[i]! < result.time[i]!) continue;
    const problem = `row ${i + 1}: start ${start![i]} and end ${time[i]} differ by rounding only`;
    throw badInput(method, problem, 'Remove the row, or give times on a coarser scale.');
  }
  return result;
}
