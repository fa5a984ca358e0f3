/**
 * Linear predictors and relative risks of rows, and the events expected of them.
 *
 * Promises: agrees with R's predict.coxph where that is right: see `expectedEvents`. Must not know: curves.
 */
import type { Estimate } from '../../core/estimate';
import { badInput, requireLevel } from '../checks';
import { percent } from '../proportions';
import { normalQuantile } from '../special/normal';
import { hazardMethod, referenceEta, type CoxReference } from './baseline';
import { carriedWarnings } from './carried-warnings';
import { cumulate, hazardIncrements } from './hazard';
import { placeRows, requireStrata, type CoxNewRows } from './new-rows';
import { fittedRows, keptBlock } from './fitted-rows';
import type { CoxFit } from './types';

/** An estimate with the standard error that made its interval. */
export interface Predicted extends Estimate {
  standardError: number;
}

export interface PredictOptions {
  /** What the predictor is 0, and the relative risk 1, for. Default `mean`. */
  reference?: CoxReference;
  /** Default the fit's. */
  level?: number;
}

/** The linear predictor of each row the fit was made from, in the caller's order; 0 at the reference. */
export function fittedPredictors(fit: CoxFit, { reference = 'mean' }: PredictOptions = {}): Float64Array {
  const model = fittedRows(fit);
  const zero = referenceEta(model, reference);
  const values = new Float64Array(model.rows.n);
  model.rows.order.forEach((row, i) => {
    values[row] = model.eta[i]! - zero;
  });
  return values;
}

/**
 * (x − reference) · beta + offset with its interval, from the fit's variance (robust where it is). A relative risk is
 * exp of value, lo and hi: see `relativeRisks`. `n`: rows of the fit.
 */
export function linearPredictors(fit: CoxFit, rows: CoxNewRows, options: PredictOptions = {}): Predicted[] {
  const { reference = 'mean', level = fit.level } = options;
  requireLevel('Cox prediction', level);
  const model = fittedRows(fit);
  const { count, x, eta } = placeRows(model, rows);
  const zero = referenceEta(model, reference);
  const variance = keptBlock(fit.variance, model);
  const z = normalQuantile(1 - (1 - level) / 2);
  const centre = Float64Array.from(
    model.kept,
    (j) => (reference === 'mean' ? fit.means[j]! : 0) - model.rows.means[j]!,
  );
  const common = { n: model.rows.n, method: `Cox linear predictor, ${percent(level)}`, ...doubts(fit) };
  return Array.from({ length: count }, (_, i) => {
    const difference = centre.map((value, k) => x[i * centre.length + k]! - value);
    const standardError = Math.sqrt(contrastVariance(difference, variance));
    const value = eta[i]! - zero;
    return { value, lo: value - z * standardError, hi: value + z * standardError, standardError, ...common };
  });
}

/** Hazard of each row divided by that of the reference. The standard error is of the logarithm. */
export function relativeRisks(fit: CoxFit, rows: CoxNewRows, options: PredictOptions = {}): Predicted[] {
  const level = options.level ?? fit.level;
  return linearPredictors(fit, rows, options).map((predictor) => ({
    ...predictor,
    value: Math.exp(predictor.value),
    lo: Math.exp(predictor.lo),
    hi: Math.exp(predictor.hi),
    method: `Cox relative risk, ${percent(level)}`,
  }));
}

export interface CoxExposure extends CoxNewRows {
  /** Until when each row is followed. */
  time: ArrayLike<number>;
  /** From when; absent: from the beginning. */
  start?: ArrayLike<number>;
}

/**
 * Events expected of each row while followed: exp(eta)·(Λ(time) − Λ(start)), with an interval on the log scale cut
 * where the value is 0. Past the last time of a stratum Λ stays at its last value.
 *
 * Two cases of R 3.5's predict(type = "expected") are not followed: it adds a new row's offset outside exp, and it takes
 * the difference of two variances for the variance of a difference where rows have a start.
 */
export function expectedEvents(
  fit: CoxFit,
  rows: CoxExposure,
  { level = fit.level }: PredictOptions = {},
): Predicted[] {
  requireLevel('Cox prediction', level);
  const model = fittedRows(fit);
  const placed = placeRows(model, rows);
  const strata = requireStrata(model, placed);
  requireFollowUp(rows, placed.count);
  const q = model.kept.length;
  const { groupBounds, groups } = model.rows;
  const increments = hazardIncrements(model);
  const hazards = cumulate(groupBounds, increments.hazard, 1);
  const hazardsX = cumulate(groupBounds, increments.hazardX, q);
  const variances = cumulate(groupBounds, increments.variance, 1);
  const variance = keptBlock(fit.variance, model);
  const z = normalQuantile(1 - (1 - level) / 2);
  const method = `${hazardMethod(fit)}, expected events, log interval, ${percent(level)}`;
  const common = { n: model.rows.n, method, ...doubts(fit) };
  const drift = new Float64Array(q);
  return Array.from({ length: placed.count }, (_, i) => {
    const s = strata[i]!;
    const inStratum = groups.time.subarray(groupBounds[s], groupBounds[s + 1]);
    const base = groupBounds[s]! + s;
    const to = base + upTo(inStratum, rows.time[i]!);
    const from = rows.start ? base + upTo(inStratum, rows.start[i]!) : base;
    const hazard = hazards[to]! - hazards[from]!;
    for (let k = 0; k < q; k++) {
      drift[k] = hazard * placed.x[i * q + k]! - (hazardsX[to * q + k]! - hazardsX[from * q + k]!);
    }
    const risk = Math.exp(placed.eta[i]! - model.shift[s]!);
    const value = risk * hazard;
    const standardError = risk * Math.sqrt(variances[to]! - variances[from]! + contrastVariance(drift, variance));
    const ratio = value > 0 ? Math.exp((z * standardError) / value) : 1;
    return { value, lo: value / ratio, hi: value * ratio, standardError, ...common };
  });
}

function doubts(fit: CoxFit): Pick<Estimate, 'warnings'> {
  const warnings = carriedWarnings(fit);
  return warnings.length > 0 ? { warnings } : {};
}

/** vᵀ M v of a symmetric matrix; rounding below 0 counts as 0. */
export function contrastVariance(v: Float64Array, matrix: Float64Array): number {
  const q = v.length;
  let sum = 0;
  for (let i = 0; i < q; i++) for (let j = 0; j < q; j++) sum += v[i]! * matrix[i * q + j]! * v[j]!;
  return Math.max(0, sum);
}

/** How many of the ascending times are at or before t. */
function upTo(times: Float64Array, t: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! <= t) low = middle + 1;
    else high = middle;
  }
  return low;
}

function requireFollowUp({ time, start }: CoxExposure, count: number): void {
  const bad = (problem: string): Error =>
    badInput('Cox prediction', problem, 'Give each row a finite time and, if any, a start before it.');
  if (time.length !== count) throw bad(`there are ${count} rows but ${time.length} times`);
  if (start && start.length !== count) throw bad(`there are ${count} rows but ${start.length} starts`);
  for (let i = 0; i < count; i++) {
    if (!Number.isFinite(time[i])) throw bad(`row ${i + 1}: time is ${time[i]}`);
    if (start && !(Number.isFinite(start[i]) && start[i]! < time[i]!)) {
      throw bad(`row ${i + 1}: start ${start[i]} is not before time ${time[i]}`);
    }
  }
}
