/**
 * The smooth curve through scaled Schoenfeld residuals: how a coefficient seems to change with time.
 *
 * Promises: the curve of R's plot.cox.zph, a natural cubic spline fitted by least squares. Must not know: how the
 * residuals were made, or the chart.
 */
import { badInput, requireLevel } from '../checks';
import { cholesky, solveFactored } from '../linear-algebra/solve';
import { percent } from '../proportions';
import { normalQuantile } from '../special/normal';
import type { ZphResult } from './zph';

export interface ZphCurveOptions {
  /** Columns of the spline, 2 (a line) or more. Default 4. */
  df?: number;
  /** Where the curve is evaluated, evenly in transformed time. Default 40. */
  points?: number;
  /** Default 0.95. */
  level?: number;
}

export interface ZphCurve {
  name: string;
  /** Time on the caller's scale, between event times by interpolation. */
  time: Float64Array;
  transformed: Float64Array;
  /** beta(t) and its pointwise limits. */
  value: Float64Array;
  lo: Float64Array;
  hi: Float64Array;
  /** Events in the fit. */
  n: number;
  method: string;
}

/**
 * Least squares on a natural spline basis whose inner knots are quantiles of the event times and the curve's points
 * together; limits from the variance of one scaled residual. Source: Grambsch & Therneau, Biometrika 81 (1994) 515–526;
 * basis: Hastie, Tibshirani & Friedman, The Elements of Statistical Learning (2009), §5.2.1.
 * Null where there are fewer distinct times than columns, or no residuals. Throws `stats-input` for an unknown name.
 */
export function zphCurve(result: ZphResult, name: string, options: ZphCurveOptions = {}): ZphCurve | null {
  const { df = 4, points = 40, level = 0.95 } = options;
  requireLevel('Curve of a coefficient', level);
  requireWhole('columns (df)', df, 2);
  requireWhole('points', points, 2);
  const found = result.points.find((point) => point.name === name);
  if (!found) {
    const known = result.points.map((point) => point.name).join(', ');
    throw badInput('Curve of a coefficient', `there is no coefficient of ${name}`, `Give one of: ${known}.`);
  }
  if (found.variance === null) return null;
  const all = result.transformed;
  const low = all.reduce((least, value) => Math.min(least, value), Infinity);
  const high = all.reduce((most, value) => Math.max(most, value), -Infinity);
  if (!(high > low)) return null;
  const at = Float64Array.from({ length: points }, (_, i) => low + ((high - low) * i) / (points - 1));
  const unit = (value: number): number => (value - low) / (high - low);
  const basis = naturalSpline(Float64Array.from([...at, ...all], unit), df);
  const fit = leastSquares(all, found.scaled, (value) => basis(unit(value)), df);
  if (fit === null) return null;
  const z = normalQuantile(1 - (1 - level) / 2);
  const [value, lo, hi] = [new Float64Array(points), new Float64Array(points), new Float64Array(points)];
  at.forEach((x, i) => {
    const row = basis(unit(x));
    const spread = solveFactored(fit.factor, df, row);
    let variance = 0;
    for (let k = 0; k < df; k++) {
      value[i]! += row[k]! * fit.coefficients[k]!;
      variance += row[k]! * spread[k]!;
    }
    const half = z * Math.sqrt(found.variance! * variance);
    lo[i] = value[i]! - half;
    hi[i] = value[i]! + half;
  });
  const method = `natural spline of scaled Schoenfeld residuals, ${df} degrees of freedom, ${percent(level)}`;
  return { name, time: originalTimes(result, at), transformed: at, value, lo, hi, n: fit.n, method };
}

/** Basis of natural splines with `df` columns: 1, x, and one cubic per inner knot. Knots at quantiles of `x` in [0, 1]. */
function naturalSpline(x: Float64Array, df: number): (value: number) => Float64Array {
  const sorted = Float64Array.from(x).sort();
  const knots = Array.from({ length: df }, (_, k) => quantile(sorted, k / (df - 1)));
  const last = knots.at(-1)!;
  const cube = (value: number): number => Math.max(0, value) ** 3;
  const bend = (value: number, k: number): number =>
    (cube(value - knots[k]!) - cube(value - last)) / (last - knots[k]!);
  return (value) =>
    Float64Array.from({ length: df }, (_, k) => {
      if (k < 2) return k === 0 ? 1 : value;
      return bend(value, k - 2) - bend(value, df - 2);
    });
}

/** By linear interpolation of order statistics: R's type 7. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}

function leastSquares(
  x: Float64Array,
  y: readonly (number | null)[],
  basis: (value: number) => Float64Array,
  df: number,
): { coefficients: Float64Array; factor: Float64Array; n: number } | null {
  const normal = new Float64Array(df * df);
  const right = new Float64Array(df);
  let n = 0;
  y.forEach((value, i) => {
    if (value === null) return;
    n++;
    const row = basis(x[i]!);
    for (let a = 0; a < df; a++) {
      right[a]! += row[a]! * value;
      for (let b = 0; b < df; b++) normal[a * df + b]! += row[a]! * row[b]!;
    }
  });
  const factor = n < df ? null : cholesky(normal, df, 1e-12);
  return factor && { coefficients: solveFactored(factor, df, right), factor, n };
}

/** Times that belong to transformed ones: exp for `log`, else by interpolation between event times. */
function originalTimes({ transformed, time, transform }: ZphResult, at: Float64Array): Float64Array {
  if (transform === 'log') return at.map((value) => Math.exp(value));
  const order = Array.from(transformed.keys()).sort((a, b) => transformed[a]! - transformed[b]! || time[a]! - time[b]!);
  let k = 0;
  return at.map((value) => {
    while (k + 1 < order.length && transformed[order[k + 1]!]! < value) k++;
    const [a, b] = [order[k]!, order[Math.min(k + 1, order.length - 1)]!];
    const gap = transformed[b]! - transformed[a]!;
    const share = gap > 0 ? Math.min(1, Math.max(0, (value - transformed[a]!) / gap)) : 0;
    return time[a]! + share * (time[b]! - time[a]!);
  });
}

function requireWhole(what: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw badInput(
    'Curve of a coefficient',
    `the number of ${what} is ${value}`,
    `Give a whole number from ${least} on.`,
  );
}
