/**
 * Schoenfeld residuals of a fitted Cox model, plain and scaled: one row per event.
 *
 * Promises: agree with R's residuals.coxph for Efron's and Breslow's ties; O(n q). Must not know: how they are tested.
 */
import { hazardIncrements } from './hazard';
import { skippedNames, type ResidualMatrix } from './residual-matrix';
import { fittedRows, keptBlock, refuseExact, type FittedRows } from './fitted-rows';
import type { CoxFit } from './types';

/** Events by stratum, then time ascending. */
export interface SchoenfeldResiduals extends ResidualMatrix {
  time: Float64Array;
  /** The caller's row of each event. */
  row: Int32Array;
  /** The caller's label of each event's stratum; '' where there are none. */
  stratum: readonly (number | string)[];
}

/**
 * Covariates of an event minus their risk-weighted mean over those at risk, events × q. Tied events share Efron's mean
 * over steps. Multiplied by case weights, columns sum to 0 at the maximum. Source: Schoenfeld, Biometrika 69 (1982) 239–241.
 */
export function schoenfeldResiduals(
  fit: CoxFit,
  { weighted = false }: { weighted?: boolean } = {},
): SchoenfeldResiduals {
  refuseExact(fit, 'Schoenfeld residuals');
  return schoenfeldOf(fittedRows(fit), weighted);
}

/**
 * Schoenfeld residuals × (events × inverse information) + beta: scattered about beta(t), with the same variance assumed
 * at every event. Source: Grambsch & Therneau, Biometrika 81 (1994) 515–526.
 */
export function scaledSchoenfeldResiduals(fit: CoxFit): SchoenfeldResiduals {
  refuseExact(fit, 'scaled Schoenfeld residuals');
  const model = fittedRows(fit);
  const plain = schoenfeldOf(model, false);
  const values = scaleByInformation(model, plain);
  const q = model.kept.length;
  return { ...plain, values: values.map((value, k) => value + model.beta[k % q]!) };
}

export function schoenfeldOf(model: FittedRows, weighted: boolean): SchoenfeldResiduals {
  const { rows, x, names, kept } = model;
  const { groups, order } = rows;
  const q = kept.length;
  const { meanX } = hazardIncrements(model);
  const values = new Float64Array(rows.events * q);
  const time = new Float64Array(rows.events);
  const row = new Int32Array(rows.events);
  const stratum: (number | string)[] = [];
  let e = 0;
  for (let g = 0; g < groups.count; g++) {
    for (let d = 0; d < groups.deaths[g]!; d++, e++) {
      const i = groups.first[g]! + d;
      const weight = weighted ? rows.weights[i]! : 1;
      time[e] = groups.time[g]!;
      row[e] = order[i]!;
      stratum.push(rows.strata[groups.stratum[g]!]!);
      for (let j = 0; j < q; j++) values[e * q + j] = weight * (x[i * q + j]! - meanX[g * q + j]!);
    }
  }
  return { names, skipped: skippedNames(model.fit), rows: rows.events, values, time, row, stratum };
}

/** events × residuals × model variance, without beta. */
export function scaleByInformation(model: FittedRows, { rows, values }: ResidualMatrix): Float64Array {
  const variance = keptBlock(model.fit.modelVariance, model);
  const q = model.kept.length;
  const scaled = new Float64Array(values.length);
  for (let e = 0; e < rows; e++) {
    for (let j = 0; j < q; j++) {
      let sum = 0;
      for (let k = 0; k < q; k++) sum += values[e * q + k]! * variance[k * q + j]!;
      scaled[e * q + j] = rows * sum;
    }
  }
  return scaled;
}
