/**
 * Sums over risk sets at fixed coefficients: what residuals, baseline hazards and tests of a fitted Cox model share.
 *
 * Promises: one sweep backward in time per stratum, O(n q) without squares and O(n q²) with; relative risks are scaled
 * by the largest of their stratum, so nothing overflows. Must not know: what the sums are for.
 */
import { badInput } from '../checks';
import { prepareCox, type PreparedCox } from './prepare';
import type { CoxFit } from './types';

/** A fitted model as the sweeps need it. Columns are the q covariates that have a coefficient: aliased ones are left out. */
export interface FittedRows {
  fit: CoxFit;
  rows: PreparedCox;
  /** q indices into the fit's covariates. */
  kept: Int32Array;
  names: readonly string[];
  /** q coefficients. */
  beta: Float64Array;
  /** n × q by position, centred as the prepared rows are. */
  x: Float64Array;
  /** n by position: centred x · beta + offset. */
  eta: Float64Array;
  /** Per stratum: the largest eta. Hazards of a stratum are those at eta = shift. */
  shift: Float64Array;
  /** n by position: weight × exp(eta − shift). */
  risk: Float64Array;
}

export function fittedRows(fit: CoxFit): FittedRows {
  const rows = prepareCox(fit.data);
  const { n, p, bounds } = rows;
  for (let j = 0; j < p; j++) {
    if (Number.isFinite(fit.beta[j])) continue;
    const problem = `the coefficient of ${fit.data.names[j]} is ${fit.beta[j]}`;
    throw badInput('Cox model', problem, 'Fit the model again; look at its warnings.');
  }
  const kept = Int32Array.from(fit.data.names.keys()).filter((j) => !fit.aliased[j]);
  const q = kept.length;
  const beta = Float64Array.from(kept, (j) => fit.beta[j]!);
  const x = new Float64Array(n * q);
  const eta = Float64Array.from(rows.offset);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < q; j++) {
      const value = rows.x[i * p + kept[j]!]!;
      x[i * q + j] = value;
      eta[i]! += value * beta[j]!;
    }
  }
  const shift = new Float64Array(bounds.length - 1).fill(-Infinity);
  const risk = new Float64Array(n);
  for (let s = 0; s < shift.length; s++) {
    for (let i = bounds[s]!; i < bounds[s + 1]!; i++) shift[s] = Math.max(shift[s]!, eta[i]!);
    for (let i = bounds[s]!; i < bounds[s + 1]!; i++) risk[i] = rows.weights[i]! * Math.exp(eta[i]! - shift[s]!);
  }
  return { fit, rows, kept, names: Array.from(kept, (j) => fit.data.names[j]!), beta, x, eta, shift, risk };
}

/** Refuses `exact` where only Efron's and Breslow's likelihoods have the quantity, saying which to use. */
export function refuseExact(fit: CoxFit, what: string): void {
  if (fit.ties !== 'exact') return;
  const problem = `${what} are not defined for exact ties`;
  throw badInput('Cox model', problem, 'Fit the model with ties efron or breslow.');
}

/** The q × q block of a p × p matrix that belongs to the kept covariates. */
export function keptBlock(matrix: Float64Array, { kept, rows }: Pick<FittedRows, 'kept' | 'rows'>): Float64Array {
  const q = kept.length;
  const block = new Float64Array(q * q);
  for (let i = 0; i < q; i++) for (let j = 0; j < q; j++) block[i * q + j] = matrix[kept[i]! * rows.p + kept[j]!]!;
  return block;
}

/** Sums of risk, risk·x and risk·xxᵀ (lower triangle) over the risk set of one event time, and over its events. */
export interface RiskSums {
  risk: number;
  x: Float64Array;
  xx: Float64Array;
}

export interface RiskSet {
  all: RiskSums;
  deaths: RiskSums;
  /** Sum of case weights at risk. */
  weight: number;
}

/**
 * Calls `visit` once per event group, last time first within each stratum. The sums are reused between calls.
 * `squares`: also risk·xxᵀ.
 */
export function sweepRiskSets(
  { rows, risk, x, kept }: FittedRows,
  squares: boolean,
  visit: (group: number, set: RiskSet) => void,
): void {
  const { bounds, groups, groupBounds, groupFrom, groupTo, startOrder, start, weights } = rows;
  const q = kept.length;
  const all = emptySums(q, squares);
  const deaths = emptySums(q, squares);
  const set: RiskSet = { all, deaths, weight: 0 };
  for (let s = 0; s + 1 < bounds.length; s++) {
    reset(all);
    set.weight = 0;
    let atRisk = 0;
    let next = bounds[s + 1]! - 1;
    let leave = bounds[s]!;
    for (let g = groupBounds[s + 1]! - 1; g >= groupBounds[s]!; g--) {
      for (; next >= groups.first[g]!; next--) {
        // A row that starts and ends between two events is never at risk in one.
        if (groupFrom[next]! >= groupTo[next]!) continue;
        add(all, 1, risk[next]!, x, next, q, squares);
        set.weight += weights[next]!;
        atRisk++;
      }
      for (; startOrder && start && leave < bounds[s + 1]!; leave++) {
        const i = startOrder[leave]!;
        if (start[i]! < groups.time[g]!) break;
        if (groupFrom[i]! >= groupTo[i]!) continue;
        add(all, -1, risk[i]!, x, i, q, squares);
        set.weight -= weights[i]!;
        // An empty risk set is exactly empty: what rounding left is dropped.
        if (--atRisk === 0) reset(all);
        if (atRisk === 0) set.weight = 0;
      }
      reset(deaths);
      const end = groups.first[g]! + groups.deaths[g]!;
      for (let i = groups.first[g]!; i < end; i++) add(deaths, 1, risk[i]!, x, i, q, squares);
      if (!(deaths.risk > 0)) throw tooSpread(groups.time[g]!);
      visit(g, set);
    }
  }
}

/** Weight of Efron's step k of d: the events count (1 − k/d); with one step, or Breslow's ties, all of them. */
export function tieSteps(fit: CoxFit, deaths: number): number {
  return fit.ties === 'efron' ? deaths : 1;
}

function tooSpread(time: number): Error {
  return badInput(
    'Cox model',
    `the event at time ${time} has a relative risk below the smallest number, compared with others of its stratum`,
    'Look for a covariate that separates events from the rest, or for wrong units; a Firth fit keeps coefficients finite.',
  );
}

function emptySums(q: number, squares: boolean): RiskSums {
  return { risk: 0, x: new Float64Array(q), xx: new Float64Array(squares ? q * q : 0) };
}

function reset(sums: RiskSums): void {
  sums.risk = 0;
  sums.x.fill(0);
  sums.xx.fill(0);
}

function add(sums: RiskSums, sign: 1 | -1, r: number, x: Float64Array, row: number, q: number, squares: boolean): void {
  const signed = sign * r;
  sums.risk += signed;
  for (let j = 0; j < q; j++) {
    const value = signed * x[row * q + j]!;
    sums.x[j]! += value;
    for (let k = 0; squares && k <= j; k++) sums.xx[j * q + k]! += value * x[row * q + k]!;
  }
}
