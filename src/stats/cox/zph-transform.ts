/** Transforms of time against which proportional hazards are tested. */
import { badInput } from '../checks';
import { midranks } from '../ranks';
import type { PreparedCox } from './prepare';

export const ZPH_TRANSFORMS = ['km', 'rank', 'identity', 'log'] as const;
export type ZphTransform = (typeof ZPH_TRANSFORMS)[number] | ((time: number) => number);

/**
 * Each row's time (by position) under the transform. `km`: 1 − the Kaplan–Meier estimate just before that time, strata
 * and case weights ignored, as in R's cox.zph; `rank`: midrank among the times of all rows, or of the events alone (rows
 * without an event then get 0). Throws `stats-input` where the result is not a finite number.
 */
export function transformedTimes(
  rows: PreparedCox,
  transform: ZphTransform,
  ranked: 'rows' | 'events' = 'rows',
): Float64Array {
  const { time } = rows;
  const values = named(rows, transform, ranked);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return values;
  const problem = `the transformed time of row ${rows.order[bad]! + 1} (time ${time[bad]}) is ${values[bad]}`;
  throw badInput('Proportional-hazards test', problem, 'Use the transform km, rank or identity.');
}

function named(rows: PreparedCox, transform: ZphTransform, ranked: 'rows' | 'events'): Float64Array {
  const { time, event } = rows;
  if (typeof transform === 'function') return time.map((t) => transform(t));
  if (transform === 'identity') return Float64Array.from(time);
  if (transform === 'log') return time.map((t) => (t > 0 ? Math.log(t) : NaN));
  if (transform === 'km') return leftContinuousKm(rows);
  const isRanked = (i: number): boolean => ranked === 'rows' || event[i] === 1;
  const { ranks } = midranks(Array.from(time).filter((_, i) => isRanked(i)));
  let next = 0;
  return time.map((_, i) => (isRanked(i) ? ranks[next++]! : 0));
}

function leftContinuousKm({ n, time, start, event }: PreparedCox): Float64Array {
  const byTime = Int32Array.from({ length: n }, (_, i) => i).sort((a, b) => time[a]! - time[b]!);
  const starts = start ? Float64Array.from(start).sort() : null;
  const values = new Float64Array(n);
  let survival = 1;
  let entered = starts ? 0 : n;
  for (let k = 0; k < n;) {
    const t = time[byTime[k]!]!;
    while (starts && entered < n && starts[entered]! < t) entered++;
    const atRisk = entered - k;
    let deaths = 0;
    const first = k;
    for (; k < n && time[byTime[k]!] === t; k++) deaths += event[byTime[k]!]!;
    for (let i = first; i < k; i++) values[byTime[i]!] = 1 - survival;
    survival *= 1 - deaths / atRisk;
  }
  return values;
}
