/**
 * Times to an event, censored and perhaps entered late: what the curves and tests of survival are made from.
 *
 * Promises: what is not a time, an event or an interval is refused by row, so later code never checks again.
 */
import { badInput } from './checks';

export interface SurvivalRows {
  /** When the event came or the row was last seen, > start. */
  time: ArrayLike<number>;
  event: ArrayLike<boolean | number>;
  /** Late entry: at risk on (start, time]. Absent: from the beginning. */
  start?: ArrayLike<number> | undefined;
  /** Case weights > 0. Absent: 1 each. */
  weights?: ArrayLike<number> | undefined;
}

/** Throws `stats-input` naming the first row (1-based) that is wrong, or for no rows at all. */
export function requireSurvival(method: string, { time, event, start, weights }: SurvivalRows): void {
  if (time.length === 0) throw badInput(method, 'there are no rows', 'Give at least one time.');
  for (const [name, values] of [
    ['events', event],
    ['start times', start],
    ['weights', weights],
  ] as const) {
    if (values === undefined || values.length === time.length) continue;
    throw badInput(method, `${time.length} times have ${values.length} ${name}`, 'Give one per time.');
  }
  for (let i = 0; i < time.length; i++) {
    const fault = (problem: string, hint: string) => badInput(method, `row ${i + 1}: ${problem}`, hint);
    if (!Number.isFinite(time[i])) throw fault(`the time is ${time[i]}`, 'Remove the row, or give a finite time.');
    const mark = Number(event[i]);
    if (mark !== 0 && mark !== 1) throw fault(`the event is ${event[i]}`, 'Mark an event with 1, a censoring with 0.');
    if (start === undefined) {
      if (time[i]! < 0) throw fault(`the time is ${time[i]}`, 'Times begin at 0; give start times where they do not.');
    } else if (!Number.isFinite(start[i])) {
      throw fault(`the start is ${start[i]}`, 'Give a finite start, or leave start times out.');
    } else if (start[i]! >= time[i]!) {
      throw fault(`it starts at ${start[i]} and ends at ${time[i]}`, 'A row must end after it starts.');
    }
    if (weights !== undefined && !(weights[i]! > 0 && weights[i]! < Infinity)) {
      throw fault(`the weight is ${weights[i]}`, 'Give positive weights, or leave the row out.');
    }
  }
}

/** One distinct time with everything that happens there. Counts are sums of weights. */
export interface RiskRow {
  time: number;
  /** At risk just before it: start < time ≤ end. */
  atRisk: number;
  events: number;
  censored: number;
}

/** Ascending by time, events before censorings of the same time; O(n log n). */
export function riskTable({ time, event, start, weights }: SurvivalRows): RiskRow[] {
  const n = time.length;
  const weight = (i: number) => weights?.[i] ?? 1;
  const byTime = Array.from({ length: n }, (_, i) => i).sort((a, b) => time[a]! - time[b]!);
  const byStart = start && [...byTime].sort((a, b) => start[a]! - start[b]!);
  let entered = 0;
  let atRisk = 0;
  if (byStart === undefined) for (let i = 0; i < n; i++) atRisk += weight(i);
  const rows: RiskRow[] = [];
  for (let at = 0; at < n;) {
    const t = time[byTime[at]!]!;
    while (byStart !== undefined && entered < n && start![byStart[entered]!]! < t)
      atRisk += weight(byStart[entered++]!);
    const row = { time: t, atRisk, events: 0, censored: 0 };
    for (; at < n && time[byTime[at]!] === t; at++) {
      const i = byTime[at]!;
      if (Number(event[i]) === 1) row.events += weight(i);
      else row.censored += weight(i);
    }
    rows.push(row);
    atRisk -= row.events + row.censored;
  }
  return rows;
}
