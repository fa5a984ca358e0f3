/**
 * Rows with a time spread over the event times at which they were at risk: one person-period each.
 *
 * Promises: times without an event are left out, for they carry no information on covariates: the likelihood is largest
 * with their baseline hazard at 0, whatever the coefficients. Must not know: regressions.
 */
import { badInput } from '../checks';
import { requireSurvival, type SurvivalRows } from '../survival-rows';

export interface PersonPeriods {
  /** Row of the data, and number of the event time, of each pair. */
  row: Int32Array;
  period: Int32Array;
  y: Uint8Array;
  /** Distinct event times, ascending. */
  times: number[];
}

/** More pairs than this are no grouped times: every row has a time of its own. */
const MOST_PAIRS = 5_000_000;

/**
 * Every row at every event time at which it was at risk: start < t ≤ time. Throws `stats-input` for bad rows, and where
 * rows and event times are so many that their pairs would not fit in memory.
 */
export function personPeriods(data: SurvivalRows): PersonPeriods {
  const { time, event, start } = requireSurvival('Grouped time', data);
  const n = time.length;
  const times = [...new Set(Array.from(time).filter((_, i) => Number(event[i]) === 1))].sort((a, b) => a - b);
  const first = Int32Array.from({ length: n }, (_, i) => (start === undefined ? 0 : countUpTo(times, start[i]!)));
  const end = Int32Array.from({ length: n }, (_, i) => countUpTo(times, time[i]!));
  const pairs = first.reduce((sum, from, i) => sum + end[i]! - from, 0);
  if (pairs > MOST_PAIRS) {
    const problem = `${n} rows at ${times.length} event times make ${pairs} person-periods`;
    throw badInput('Grouped time', problem, 'Round the times to fewer epochs, or fit a Cox model.');
  }
  const result = { row: new Int32Array(pairs), period: new Int32Array(pairs), y: new Uint8Array(pairs), times };
  let at = 0;
  for (let i = 0; i < n; i++) {
    for (let k = first[i]!; k < end[i]!; k++) {
      result.row[at] = i;
      result.period[at] = k;
      result.y[at] = times[k] === time[i] && Number(event[i]) === 1 ? 1 : 0;
      at += 1;
    }
  }
  return result;
}

/** How many of the ascending values are ≤ limit. */
function countUpTo(values: readonly number[], limit: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
