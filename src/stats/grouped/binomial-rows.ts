/**
 * Rows with times as rows of a binomial regression, one per person-period.
 *
 * Promises: what cannot be fitted is refused by name; every block (event time) that is left holds both outcomes.
 */
import type { StatsWarning } from '../../core/estimate';
import { badInput, requireFinite } from '../checks';
import { groupsOf } from '../groups';
import type { SurvivalRows } from '../survival-rows';
import type { BinomialRows } from './binomial-fit';
import { everybodyAtOnce } from './grouped-warnings';
import { personPeriods } from './person-periods';

export interface GroupedData extends SurvivalRows {
  /** n × p, row-major. */
  x: Float64Array;
  names: readonly string[];
  /** Known part of the linear predictor, one per row. */
  offset?: ArrayLike<number>;
  /**
   * Rows of one cluster are not independent: gives the grouped sandwich variance. A cluster of its own for each row guards
   * against a wrong model only.
   */
  cluster?: ArrayLike<number | string>;
}

export interface Prepared {
  rows: BinomialRows;
  /** The event time of each block. */
  times: number[];
  /** Number of each person-period's cluster, and how many there are. */
  cluster: Int32Array | null;
  clusters: number;
  warnings: StatsWarning[];
}

/** Squares of covariates beyond this size, or of their products, leave the range of numbers. */
const LARGEST = 1e100;

/** Throws `stats-input` for bad rows, no events, no variation. */
export function binomialRows(method: string, data: GroupedData): Prepared {
  requireCovariates(method, data);
  const { row, period, y, times } = personPeriods(data);
  if (times.length === 0) throw badInput(method, 'no row has an event', 'Observe longer, or choose another event.');
  // Times at which everybody at risk has the event would have a baseline of +∞, and say nothing of covariates.
  const spared = new Uint8Array(times.length);
  period.forEach((k, i) => y[i] === 0 && (spared[k] = 1));
  const kept = times.flatMap((_, k) => (spared[k] ? [k] : []));
  if (kept.length === 0)
    throw badInput(method, 'at every event time all rows at risk have the event', 'Give rows that differ.');
  const number = new Int32Array(times.length);
  kept.forEach((k, b) => (number[k] = b));
  const used = Int32Array.from(row.keys()).filter((i) => spared[period[i]!] === 1);
  const p = data.names.length;
  const x = new Float64Array(used.length * p);
  used.forEach((i, at) => x.set(data.x.subarray(row[i]! * p, (row[i]! + 1) * p), at * p));
  const pick = (values: ArrayLike<number> | undefined) =>
    values === undefined ? null : Float64Array.from(used, (i) => values[row[i]!]!);
  const named = clusterNumbers(method, data);
  return {
    rows: {
      y: Float64Array.from(used, (i) => y[i]!),
      x,
      p,
      block: used.map((i) => number[period[i]!]!),
      blocks: kept.length,
      weights: pick(data.weights),
      offset: pick(data.offset),
    },
    times: kept.map((k) => times[k]!),
    cluster: named && used.map((i) => named.numbers[row[i]!]!),
    clusters: named?.count ?? 0,
    warnings: kept.length < times.length ? [everybodyAtOnce(times.length - kept.length)] : [],
  };
}

function requireCovariates(method: string, { time, x, names, offset }: GroupedData): void {
  const [n, p] = [time.length, names.length];
  if (x.length !== n * p)
    throw badInput(method, `${n} rows of ${p} covariates have ${x.length} values`, 'Give n × p numbers.');
  requireFinite(method, 'the covariates', x);
  const huge = x.findIndex((value) => Math.abs(value) > LARGEST);
  if (huge >= 0) {
    const problem = `row ${Math.floor(huge / p) + 1}: ${names[huge % p]} is ${x[huge]}`;
    throw badInput(method, problem, `Give covariates in units that keep them below ${LARGEST}.`);
  }
  if (offset === undefined) return;
  if (offset.length !== n) throw badInput(method, `${n} rows have ${offset.length} offsets`, 'Give one per row.');
  requireFinite(method, 'the offsets', offset);
}

function clusterNumbers(method: string, { cluster, time }: GroupedData) {
  if (cluster === undefined) return null;
  const groups = groupsOf(method, cluster, time.length, 'cluster');
  const numbers = new Int32Array(time.length);
  groups.forEach(({ rows }, c) => rows.forEach((row) => (numbers[row] = c)));
  return { numbers, count: groups.length };
}
