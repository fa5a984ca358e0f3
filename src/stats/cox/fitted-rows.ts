/**
 * The rows of a fitted Cox model at its coefficients, and sums over their risk sets: what residuals, baseline hazards and
 * tests after a fit share.
 *
 * Promises: a sweep is O(n q) without squares and O(n q²) with; relative risks are scaled by the largest of their
 * stratum, so nothing overflows. Must not know: what the sums are for.
 */
import { badInput } from '../checks';
import { prepareCox, type PreparedCox } from './prepare';
import { sweepRiskSets } from './risk-sets';
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

/** Sums over rows: feature 0 is risk, 1 + j risk·x, `square(j, k)` (k ≤ j) risk·xⱼxₖ where asked for, the last the case weight. */
export type RiskSums = Float64Array;

/** Where risk·xⱼxₖ, k ≤ j, lies in the sums of q covariates. */
export function square(q: number, j: number, k: number): number {
  return 1 + q + (j * (j + 1)) / 2 + k;
}

/** Visits the event groups of a fit with sums over the risk set and over its events, which are reused between calls. */
export function sweepFit(
  { rows, risk, x, kept }: FittedRows,
  squares: boolean,
  visit: (group: number, atRisk: RiskSums, events: RiskSums) => void,
): void {
  const q = kept.length;
  const length = (squares ? square(q, q, 0) : 1 + q) + 1;
  const addRow = (sums: Float64Array, i: number, factor: 1 | -1): void => {
    const r = factor * risk[i]!;
    sums[0]! += r;
    for (let j = 0; j < q; j++) {
      const value = r * x[i * q + j]!;
      sums[1 + j]! += value;
      for (let k = 0; squares && k <= j; k++) sums[square(q, j, k)]! += value * x[i * q + k]!;
    }
    sums[length - 1]! += factor * rows.weights[i]!;
  };
  sweepRiskSets(rows, length, addRow, (group, atRisk, events) => {
    if (!(events[0]! > 0)) throw tooSpread(rows.groups.time[group]!);
    visit(group, atRisk, events);
  });
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
