/**
 * Score, dfbeta and dfbetas residuals of a fitted Cox model.
 *
 * Promises: agree with R's residuals.coxph for Efron's and Breslow's ties; O(n q) plus one q × q product per row.
 * Must not know: how the fit was made.
 */
import { badInput } from '../checks';
import { cumulate, hazardIncrements } from './hazard';
import { skippedNames, type ResidualMatrix } from './residual-matrix';
import { fittedRows, keptBlock, refuseExact, type FittedRows } from './fitted-rows';
import type { CoxFit } from './types';

export interface RowResidualOptions {
  /** Multiply each row by its case weight. Default: only for dfbeta and dfbetas, as in R. */
  weighted?: boolean;
}

/**
 * Each row's share of the derivative of the log likelihood, n × q in the caller's order:
 * ∫ (x − x̄(t)) dM(t). Multiplied by case weights, columns sum to 0 at the maximum.
 * Source: Therneau & Grambsch, Modeling Survival Data (2000), §4.2; ties as in §4.6.
 */
export function scoreResiduals(fit: CoxFit, { weighted = false }: RowResidualOptions = {}): ResidualMatrix {
  refuseExact(fit, 'score residuals');
  const model = fittedRows(fit);
  return { ...shape(fit, model), values: scoreValues(model, weighted) };
}

/**
 * About how much the coefficients change when a row is left out: score residuals × inverse information, n × q.
 * Source: Cain & Lange, Biometrics 40 (1984) 493–499.
 */
export function dfbetaResiduals(fit: CoxFit, { weighted = true }: RowResidualOptions = {}): ResidualMatrix {
  refuseExact(fit, 'dfbeta residuals');
  const model = fittedRows(fit);
  return { ...shape(fit, model), values: dfbetaValues(model, weighted) };
}

/** dfbeta in units of each coefficient's model standard error. Throws `stats-input` where one has none. */
export function dfbetasResiduals(fit: CoxFit, { weighted = true }: RowResidualOptions = {}): ResidualMatrix {
  refuseExact(fit, 'dfbetas residuals');
  const model = fittedRows(fit);
  const values = dfbetaValues(model, weighted);
  const q = model.kept.length;
  const errors = Array.from(model.kept, (j) => Math.sqrt(fit.modelVariance[j * model.rows.p + j]!));
  const lost = errors.findIndex((error) => !(error > 0));
  if (lost >= 0) {
    const problem = `the coefficient of ${model.names[lost]} has no standard error to divide by`;
    throw badInput('dfbetas residuals', problem, 'Look at the warnings of the fit, or use dfbeta residuals.');
  }
  for (let k = 0; k < values.length; k++) values[k]! /= errors[k % q]!;
  return { ...shape(fit, model), values };
}

function shape(fit: CoxFit, { names, rows }: FittedRows): Omit<ResidualMatrix, 'values'> {
  return { names, skipped: skippedNames(fit), rows: rows.n };
}

function dfbetaValues(model: FittedRows, weighted: boolean): Float64Array {
  const scores = scoreValues(model, weighted);
  const variance = keptBlock(model.fit.modelVariance, model);
  const q = model.kept.length;
  const values = new Float64Array(scores.length);
  for (let i = 0; i < model.rows.n; i++) {
    for (let j = 0; j < q; j++) {
      let sum = 0;
      for (let k = 0; k < q; k++) sum += scores[i * q + k]! * variance[k * q + j]!;
      values[i * q + j] = sum;
    }
  }
  return values;
}

function scoreValues(model: FittedRows, weighted: boolean): Float64Array {
  const { rows, x, eta, shift, kept } = model;
  const { bounds, groupBounds, groupFrom, groupTo, event, order, weights } = rows;
  const q = kept.length;
  const increments = hazardIncrements(model);
  const cumulative = cumulate(groupBounds, increments.hazard, 1);
  const cumulativeX = cumulate(groupBounds, increments.hazardX, q);
  const values = new Float64Array(rows.n * q);
  for (let s = 0; s + 1 < bounds.length; s++) {
    for (let i = bounds[s]!; i < bounds[s + 1]!; i++) {
      const own = groupTo[i]! - event[i]!;
      const [from, to] = [groupFrom[i]! + s, own + s];
      const weight = weighted ? weights[i]! : 1;
      const risk = Math.exp(eta[i]! - shift[s]!);
      let hazard = cumulative[to]! - cumulative[from]!;
      if (event[i] === 1) hazard += increments.ownHazard[own]!;
      for (let j = 0; j < q; j++) {
        const value = x[i * q + j]!;
        let hazardX = cumulativeX[to * q + j]! - cumulativeX[from * q + j]!;
        let observed = 0;
        if (event[i] === 1) {
          hazardX += increments.ownHazardX[own * q + j]!;
          observed = value - increments.meanX[own * q + j]!;
        }
        values[order[i]! * q + j] = weight * (observed - risk * (value * hazard - hazardX));
      }
    }
  }
  return values;
}
