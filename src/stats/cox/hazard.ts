/**
 * Hazard increments of a fitted Cox model at its event times, as Breslow and Efron estimate them.
 *
 * Promises: O(n q + events); increments are those of a row with eta = the stratum's shift (see `FittedRows`). Exact ties
 * use Breslow's estimator at the exact coefficients, as R does. Must not know: residuals or curves.
 * Sources: Breslow, JRSS B 34 (1972) 216–217; Efron, JASA 72 (1977) 557–565; Therneau & Grambsch, Modeling Survival
 * Data (2000), §2.6, §4.
 */
import { sweepFit, tieSteps, type FittedRows } from './fitted-rows';

/** One entry, or q of them, per event group. With Efron's ties dΛ = Σₖ dₖ over the steps k of the tied events. */
export interface HazardIncrements {
  /** dΛ. */
  hazard: Float64Array;
  /** G × q: Σₖ x̄ₖ dₖ. */
  hazardX: Float64Array;
  /** What the events of the group themselves bear: Σₖ (1 − k/d) dₖ, and the same of x̄ₖ dₖ. */
  ownHazard: Float64Array;
  ownHazardX: Float64Array;
  /** G × q: mean of x̄ₖ over steps. */
  meanX: Float64Array;
  /** Variance of dΛ at known coefficients: Σₖ dₖ / (risk at step k). */
  variance: Float64Array;
  /** Sum of case weights at risk. */
  atRisk: Float64Array;
}

export function hazardIncrements(model: FittedRows): HazardIncrements {
  const { rows, kept, fit } = model;
  const { count, deaths, deathWeight } = rows.groups;
  const q = kept.length;
  const column = (): Float64Array => new Float64Array(count);
  const matrix = (): Float64Array => new Float64Array(count * q);
  const [hazard, ownHazard, variance, atRisk] = [column(), column(), column(), column()];
  const [hazardX, ownHazardX, meanX] = [matrix(), matrix(), matrix()];
  sweepFit(model, false, (g, all, events) => {
    const steps = tieSteps(fit, deaths[g]!);
    atRisk[g] = all.at(-1)!;
    for (let k = 0; k < steps; k++) {
      const gone = k / steps;
      const denominator = all[0]! - gone * events[0]!;
      const step = deathWeight[g]! / (steps * denominator);
      hazard[g]! += step;
      ownHazard[g]! += (1 - gone) * step;
      variance[g]! += step / denominator;
      for (let j = 0; j < q; j++) {
        const mean = (all[1 + j]! - gone * events[1 + j]!) / denominator;
        meanX[g * q + j]! += mean / steps;
        hazardX[g * q + j]! += mean * step;
        ownHazardX[g * q + j]! += (1 - gone) * mean * step;
      }
    }
  });
  return { hazard, hazardX, ownHazard, ownHazardX, meanX, variance, atRisk };
}

/**
 * Running sums of `width` columns per stratum, each from 0. Row g + s holds the sum over the groups of stratum s before
 * g, so that the sum over the groups [from, to) is row(to + s) − row(from + s).
 */
export function cumulate(groupBounds: Int32Array, increments: Float64Array, width: number): Float64Array {
  const strata = groupBounds.length - 1;
  const sums = new Float64Array((groupBounds[strata]! + strata) * width);
  for (let s = 0; s < strata; s++) {
    for (let g = groupBounds[s]!; g < groupBounds[s + 1]!; g++) {
      const row = (g + s) * width;
      for (let j = 0; j < width; j++) sums[row + width + j] = sums[row + j]! + increments[g * width + j]!;
    }
  }
  return sums;
}
