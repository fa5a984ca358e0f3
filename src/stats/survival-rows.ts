/**
 * Times to an event, censored and perhaps entered late: what the curves and tests of survival are made from.
 *
 * Promises: what is not a time, an event or an interval is refused by row, so later code never checks again.
 */
import type { StatsWarning } from '../core/estimate';
import { badInput } from './checks';
import { sameTimes } from './same-times';

export interface SurvivalRows {
  /** When the event came or the row was last seen, > start. */
  time: ArrayLike<number>;
  event: ArrayLike<boolean | number>;
  /** Late entry: at risk on (start, time]. Absent: from the beginning. */
  start?: ArrayLike<number> | undefined;
  /** Case weights > 0. Absent: 1 each. */
  weights?: ArrayLike<number> | undefined;
}

/**
 * The rows as they are, but for times that differ by rounding only: those are made equal. Throws `stats-input` naming the
 * first row (1-based) that is wrong, or for no rows at all.
 */
export function requireSurvival<R extends SurvivalRows>(method: string, rows: R): R {
  requireRows(method, rows);
  const { time, start } = sameTimes(method, rows);
  return time === rows.time && start === rows.start ? rows : { ...rows, time, start };
}

/** The smallest of at least one time. */
export function earliest(times: ArrayLike<number>): number {
  let least = Infinity;
  for (let i = 0; i < times.length; i++) least = Math.min(least, times[i]!);
  return least;
}

function requireRows(method: string, { time, event, start, weights }: SurvivalRows): void {
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
    const mark: unknown = event[i];
    // Strictly: Number(null) and Number('') would pass for a censoring.
    if (mark !== 0 && mark !== 1 && typeof mark !== 'boolean')
      throw fault(`the event is ${event[i]}`, 'Mark an event with 1, a censoring with 0.');
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
  /** How many rows have the event here, whatever their weights. */
  eventRows: number;
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
    const row = { time: t, atRisk, events: 0, censored: 0, eventRows: 0 };
    for (; at < n && time[byTime[at]!] === t; at++) {
      const i = byTime[at]!;
      if (Number(event[i]) === 1) {
        row.events += weight(i);
        row.eventRows += 1;
      } else row.censored += weight(i);
    }
    rows.push(row);
    atRisk -= row.events + row.censored;
  }
  return rows;
}

/** Everybody at risk has the event. Weighted sums that differ by rounding only are equal. */
export function takesAll({ atRisk, events }: Pick<RiskRow, 'atRisk' | 'events'>): boolean {
  return events > 0 && atRisk - events <= 1e-9 * atRisk;
}

/**
 * With late entry a curve can reach 0 because the few who have entered so far all have the event: it then says nothing of
 * those who enter later. Empty, or the one warning that tells so.
 */
export function emptiedRiskSet(rows: readonly RiskRow[]): StatsWarning[] {
  const at = rows.findIndex(takesAll);
  if (at < 0 || at === rows.length - 1) return [];
  const { time, eventRows } = rows[at]!;
  return [
    {
      code: 'risk-set-emptied',
      message: `At ${time} everybody at risk (${eventRows}) has the event, and others enter later: the curve stays at 0 for them.`,
      hint: 'Begin the curve at a later time, when more have entered, or look at the cumulative hazard.',
    },
  ];
}
