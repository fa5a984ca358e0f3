/**
 * Martingale and deviance residuals of a fitted Cox model.
 *
 * Promises: agree with R's residuals.coxph for Efron's and Breslow's ties and, at the exact coefficients, for exact
 * ties; O(n q). Must not know: how the fit was made.
 */
import { cumulate, hazardIncrements } from './hazard';
import { fittedRows } from './fitted-rows';
import type { CoxFit } from './types';

/**
 * Events observed minus events expected, one per row in the caller's order: event − exp(eta)·(Λ(time) − Λ(start)).
 * Multiplied by the case weights they sum to 0. With Efron's ties an event is charged only its share of its own time.
 * Source: Therneau, Grambsch & Fleming, Biometrika 77 (1990) 147–160.
 */
export function martingaleResiduals(fit: CoxFit): Float64Array {
  const model = fittedRows(fit);
  const { rows, eta, shift } = model;
  const { bounds, groupBounds, groupFrom, groupTo, event, order } = rows;
  const increments = hazardIncrements(model);
  const cumulative = cumulate(groupBounds, increments.hazard, 1);
  const residuals = new Float64Array(rows.n);
  for (let s = 0; s + 1 < bounds.length; s++) {
    for (let i = bounds[s]!; i < bounds[s + 1]!; i++) {
      // An event's own group is the last it is at risk in.
      const full = groupTo[i]! - event[i]!;
      let hazard = cumulative[full + s]! - cumulative[groupFrom[i]! + s]!;
      if (event[i] === 1) hazard += increments.ownHazard[full]!;
      residuals[order[i]!] = event[i]! - Math.exp(eta[i]! - shift[s]!) * hazard;
    }
  }
  return residuals;
}

/**
 * Martingale residuals made symmetric: sign(m)·√(−2(m + event·log(event − m))), one per row in the caller's order.
 * Source: Therneau, Grambsch & Fleming, Biometrika 77 (1990) 147–160.
 */
export function devianceResiduals(fit: CoxFit): Float64Array {
  const { event } = fit.data;
  return martingaleResiduals(fit).map((m, i) => {
    // Expected events below the smallest number count as that number: a finite residual.
    const term = event[i] ? m + Math.log(Math.max(1 - m, Number.MIN_VALUE)) : m;
    return Math.sign(m) * Math.sqrt(Math.max(0, -2 * term));
  });
}
