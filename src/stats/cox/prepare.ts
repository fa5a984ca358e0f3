/**
 * Rows of a Cox model, checked and laid out for one sweep over risk sets: the fit, the residuals and the baseline hazard
 * all start here.
 *
 * Promises: everything is finite and positive where it must be, so later code never checks again; the layout does not
 * depend on the caller's row order except among rows that are equal in stratum, time and event. Must not know: the
 * coefficients or how ties are handled.
 */
import { badInput } from '../checks';
import { sameTimes } from '../same-times';
import type { CoxData } from './types';

/** Distinct event times of one stratum after another, ascending within each. */
export interface EventGroups {
  count: number;
  time: Float64Array;
  stratum: Int32Array;
  /** Position of the first row with this time. Its events are at [first, first + deaths); without `start`, its risk set is [first, end of stratum). */
  first: Int32Array;
  deaths: Int32Array;
  /** Sum of the events' case weights. */
  deathWeight: Float64Array;
}

/** "Position" is an index into the sorted rows: by stratum, then time ascending, events before censored rows. */
export interface PreparedCox {
  n: number;
  p: number;
  names: readonly string[];
  /** Position → the caller's row. */
  order: Int32Array;
  /** By position. Times that differ only by rounding are made equal. */
  time: Float64Array;
  /** By position; null where every row is at risk from the beginning. */
  start: Float64Array | null;
  event: Uint8Array;
  /** n × p by position, each column minus its weighted mean. */
  x: Float64Array;
  means: Float64Array;
  /** By position; all 1 where none were given. */
  weights: Float64Array;
  weighted: boolean;
  /** By position; all 0 where none were given. Not centred. */
  offset: Float64Array;
  /** Stratum s holds positions [bounds[s], bounds[s + 1]). */
  bounds: Int32Array;
  /** The caller's label of each stratum; one stratum named '' where none were given. */
  strata: readonly (number | string)[];
  groups: EventGroups;
  /** Groups of stratum s are [groupBounds[s], groupBounds[s + 1]). */
  groupBounds: Int32Array;
  /** The row at a position is at risk in the groups [groupFrom, groupTo): start < t ≤ time. */
  groupFrom: Int32Array;
  groupTo: Int32Array;
  /** Positions of each stratum by start descending (same bounds); null without `start`. */
  startOrder: Int32Array | null;
  events: number;
}

const NAME = 'Cox model';

/** Checks and sorts. Throws `stats-input` naming the first bad row (1-based) and column. */
export function prepareCox(data: CoxData): PreparedCox {
  const n = data.time.length;
  const p = data.names.length;
  check(data, n, p);
  const times = sameTimes(NAME, data);
  const { index: stratumOf, labels } = indexLabels(data.strata, n);
  const event = Uint8Array.from({ length: n }, (_, i) => (data.event[i] ? 1 : 0));
  const order = Int32Array.from({ length: n }, (_, i) => i).sort(
    (a, b) => stratumOf[a]! - stratumOf[b]! || times.time[a]! - times.time[b]! || event[b]! - event[a]! || a - b,
  );
  const pick = (values: ArrayLike<number> | undefined, absent: number): Float64Array =>
    Float64Array.from(order, (row) => (values === undefined ? absent : values[row]!));
  const bounds = new Int32Array(labels.length + 1);
  for (let i = 0; i < n; i++) bounds[stratumOf[i]! + 1]!++;
  for (let s = 0; s < labels.length; s++) bounds[s + 1]! += bounds[s]!;
  const weights = pick(data.weights, 1);
  const sorted = {
    n,
    p,
    names: data.names,
    order,
    time: pick(times.time, 0),
    start: times.start === undefined ? null : pick(times.start, 0),
    event: Uint8Array.from(order, (row) => event[row]!),
    weights,
    weighted: data.weights !== undefined,
    offset: pick(data.offset, 0),
    bounds,
    strata: labels,
    ...centred(data.x, order, weights, p),
  };
  const { groups, groupBounds } = eventGroups(sorted);
  return { ...sorted, groups, groupBounds, ...atRisk(sorted, groups, groupBounds), events: sum(groups.deaths) };
}

/** Labels as indices into their sorted distinct values; one label '' where there are none. */
export function indexLabels(
  values: ArrayLike<number | string> | undefined,
  n: number,
): { index: Int32Array; labels: (number | string)[] } {
  if (values === undefined) return { index: new Int32Array(n), labels: [''] };
  const labels = [...new Set(Array.from(values))].sort((a, b) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : 1,
  );
  const indexOf = new Map(labels.map((label, i) => [label, i]));
  return { index: Int32Array.from({ length: n }, (_, i) => indexOf.get(values[i]!)!), labels };
}

function check(data: CoxData, n: number, p: number): void {
  if (n === 0) throw badInput(NAME, 'there are no rows', 'Give at least one row with an event.');
  const columns = { start: data.start, event: data.event, strata: data.strata, weights: data.weights };
  const lengths = { ...columns, offset: data.offset, cluster: data.cluster };
  for (const [name, values] of Object.entries(lengths)) {
    if (values === undefined || values.length === n) continue;
    throw badInput(NAME, `time has ${n} rows but ${name} has ${values.length}`, 'Give one value per row.');
  }
  if (data.x.length !== n * p) {
    const problem = `${n} rows × ${p} covariates need ${n * p} values in x, not ${data.x.length}`;
    throw badInput(NAME, problem, 'Give x row by row, one value per covariate.');
  }
  for (let i = 0; i < n; i++) {
    finite(data.time[i], i, 'time');
    if (data.start !== undefined) {
      finite(data.start[i], i, 'start');
      if (data.start[i]! >= data.time[i]!) {
        const problem = `row ${i + 1}: start ${data.start[i]} is not before time ${data.time[i]}`;
        throw badInput(NAME, problem, 'Every row needs start < time; remove empty intervals.');
      }
    }
    const event = data.event[i];
    if (typeof event !== 'boolean' && event !== 0 && event !== 1) {
      throw badInput(NAME, `row ${i + 1}: event is ${event}`, 'Give true or 1 for an event, false or 0 for none.');
    }
    if (data.weights !== undefined) {
      finite(data.weights[i], i, 'weights');
      if (data.weights[i]! <= 0) {
        throw badInput(NAME, `row ${i + 1}: the weight is ${data.weights[i]}`, 'Give a weight above 0, or no row.');
      }
    }
    if (data.offset !== undefined) finite(data.offset[i], i, 'offset');
    for (let j = 0; j < p; j++) finite(data.x[i * p + j], i, `covariate ${data.names[j]}`);
    label(data.strata, i, 'strata');
    label(data.cluster, i, 'cluster');
  }
}

function finite(value: number | undefined, row: number, column: string): void {
  if (typeof value === 'number' && Number.isFinite(value)) return;
  throw badInput(NAME, `row ${row + 1}: ${column} is ${value}`, 'Remove the row, or give a finite number.');
}

function label(values: ArrayLike<number | string> | undefined, row: number, column: string): void {
  if (values === undefined) return;
  const value = values[row];
  if (typeof value === 'string' || (typeof value === 'number' && !Number.isNaN(value))) return;
  throw badInput(NAME, `row ${row + 1}: ${column} is ${value}`, 'Give every row a label, a number or a text.');
}

/** Rows in sorted order minus the weighted mean of each column. The mean is taken twice, which removes its rounding. */
function centred(
  x: Float64Array,
  order: Int32Array,
  weights: Float64Array,
  p: number,
): { x: Float64Array; means: Float64Array } {
  const n = order.length;
  const sorted = new Float64Array(n * p);
  const means = new Float64Array(p);
  for (let i = 0; i < n; i++) for (let j = 0; j < p; j++) sorted[i * p + j] = x[order[i]! * p + j]!;
  const total = sum(weights);
  for (let pass = 0; pass < 2; pass++) {
    const shift = new Float64Array(p);
    for (let i = 0; i < n; i++) for (let j = 0; j < p; j++) shift[j]! += (weights[i]! / total) * sorted[i * p + j]!;
    for (let j = 0; j < p; j++) means[j]! += shift[j]!;
    for (let i = 0; i < n; i++) for (let j = 0; j < p; j++) sorted[i * p + j]! -= shift[j]!;
  }
  return { x: sorted, means };
}

type Sorted = Pick<PreparedCox, 'n' | 'time' | 'start' | 'event' | 'weights' | 'bounds'>;

function eventGroups({ n, time, event, weights, bounds }: Sorted): { groups: EventGroups; groupBounds: Int32Array } {
  const strata = bounds.length - 1;
  const groupBounds = new Int32Array(strata + 1);
  const first: number[] = [];
  const stratum: number[] = [];
  for (let s = 0; s < strata; s++) {
    for (let i = bounds[s]!; i < bounds[s + 1]!; i++) {
      const begins = i === bounds[s] || time[i] !== time[i - 1];
      if (!begins || event[i] === 0) continue;
      first.push(i);
      stratum.push(s);
    }
    groupBounds[s + 1] = first.length;
  }
  const count = first.length;
  const deaths = new Int32Array(count);
  const deathWeight = new Float64Array(count);
  for (let g = 0; g < count; g++) {
    const end = bounds[stratum[g]! + 1]!;
    for (let i = first[g]!; i < Math.min(end, n) && event[i] === 1 && time[i] === time[first[g]!]; i++) {
      deaths[g]!++;
      deathWeight[g]! += weights[i]!;
    }
  }
  const groups = {
    count,
    time: Float64Array.from(first, (i) => time[i]!),
    stratum: Int32Array.from(stratum),
    first: Int32Array.from(first),
    deaths,
    deathWeight,
  };
  return { groups, groupBounds };
}

function atRisk(
  { n, time, start, bounds }: Sorted,
  groups: EventGroups,
  groupBounds: Int32Array,
): Pick<PreparedCox, 'groupFrom' | 'groupTo' | 'startOrder'> {
  const groupFrom = new Int32Array(n);
  const groupTo = new Int32Array(n);
  const startOrder = start && Int32Array.from({ length: n }, (_, i) => i);
  for (let s = 0; s + 1 < bounds.length; s++) {
    const [from, to] = [bounds[s]!, bounds[s + 1]!];
    const [firstGroup, endGroup] = [groupBounds[s]!, groupBounds[s + 1]!];
    let g = firstGroup;
    for (let i = from; i < to; i++) {
      while (g < endGroup && groups.time[g]! <= time[i]!) g++;
      groupTo[i] = g;
      groupFrom[i] = firstGroup;
    }
    if (start === null || startOrder === null) continue;
    const descending = startOrder.subarray(from, to).sort((a, b) => start[b]! - start[a]! || a - b);
    g = firstGroup;
    for (let k = descending.length - 1; k >= 0; k--) {
      const i = descending[k]!;
      while (g < endGroup && groups.time[g]! <= start[i]!) g++;
      groupFrom[i] = g;
    }
  }
  return { groupFrom, groupTo, startOrder };
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total;
}
