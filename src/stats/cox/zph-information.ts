/**
 * Score and information of coefficients that may change with time, at the fitted ones: what the score test of
 * proportional hazards is made of.
 *
 * Promises: one sweep, O(n q²). Must not know: the test's distribution or the transform.
 */
import { cholesky, solveFactored } from '../linear-algebra/solve';
import type { SchoenfeldResiduals } from './residuals-schoenfeld';
import { square, sweepFit, tieSteps, type FittedRows } from './fitted-rows';

/** All matrices are q × q. */
export interface TimeInformation {
  size: number;
  /** q: Σ over events of weight × g × Schoenfeld residual. */
  score: Float64Array;
  /** Information about theta: Σ g²V. */
  time: Float64Array;
  /** Σ g²V − (Σ gV)(Σ V)⁻¹(Σ gV); null where Σ V is singular. */
  schur: Float64Array | null;
  /** Σ V per event, counting for each pair of covariates the events of strata where both vary. */
  mean: Float64Array;
  /** Strata × q: events of the stratum, 0 where the covariate does not vary in it. */
  used: Float64Array;
}

/** `g`: centred transform by position. V is the weighted variance of covariates at an event, Efron's steps included. */
export function timeInformation(model: FittedRows, residuals: SchoenfeldResiduals, g: Float64Array): TimeInformation {
  const { rows, kept, fit } = model;
  const { groups } = rows;
  const q = kept.length;
  const [plain, cross, time] = [0, 0, 0].map(() => new Float64Array(q * q)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  sweepFit(model, true, (group, all, events) => {
    const at = g[groups.first[group]!]!;
    const steps = tieSteps(fit, groups.deaths[group]!);
    for (let k = 0; k < steps; k++) {
      const gone = k / steps;
      const denominator = all[0]! - gone * events[0]!;
      const weight = groups.deathWeight[group]! / steps;
      for (let i = 0; i < q; i++) {
        const meanI = (all[1 + i]! - gone * events[1 + i]!) / denominator;
        for (let j = 0; j <= i; j++) {
          const meanJ = (all[1 + j]! - gone * events[1 + j]!) / denominator;
          const place = square(q, i, j);
          const moment = (all[place]! - gone * events[place]!) / denominator;
          const v = weight * (moment - meanI * meanJ);
          plain[i * q + j]! += v;
          cross[i * q + j]! += at * v;
          time[i * q + j]! += at * at * v;
        }
      }
    }
  });
  for (const matrix of [plain, cross, time]) mirror(matrix, q);
  const used = usedEvents(model);
  return {
    size: q,
    score: weightedScore(model, residuals, g),
    time,
    schur: schurComplement(plain, cross, time, q),
    mean: meanPerEvent(plain, used, q),
    used,
  };
}

function weightedScore({ rows, kept }: FittedRows, { values }: SchoenfeldResiduals, g: Float64Array): Float64Array {
  const { groups, weights } = rows;
  const q = kept.length;
  const score = new Float64Array(q);
  let e = 0;
  for (let group = 0; group < groups.count; group++) {
    for (let d = 0; d < groups.deaths[group]!; d++, e++) {
      const i = groups.first[group]! + d;
      for (let j = 0; j < q; j++) score[j]! += weights[i]! * g[i]! * values[e * q + j]!;
    }
  }
  return score;
}

function schurComplement(plain: Float64Array, cross: Float64Array, time: Float64Array, q: number): Float64Array | null {
  const factor = cholesky(plain, q);
  if (factor === null) return null;
  const schur = Float64Array.from(time);
  for (let j = 0; j < q; j++) {
    const solved = solveFactored(factor, q, cross.subarray(j * q, (j + 1) * q));
    for (let i = 0; i < q; i++) {
      for (let k = 0; k < q; k++) schur[i * q + j]! -= cross[i * q + k]! * solved[k]!;
    }
  }
  return schur;
}

/** A covariate that is constant in a stratum says nothing there. */
function usedEvents({ rows, x, kept }: FittedRows): Float64Array {
  const { bounds, groupBounds, groups } = rows;
  const q = kept.length;
  const used = new Float64Array((bounds.length - 1) * q);
  for (let s = 0; s + 1 < bounds.length; s++) {
    let events = 0;
    for (let g = groupBounds[s]!; g < groupBounds[s + 1]!; g++) events += groups.deaths[g]!;
    for (let j = 0; j < q; j++) {
      const first = x[bounds[s]! * q + j]!;
      for (let i = bounds[s]!; i < bounds[s + 1]!; i++) if (x[i * q + j] !== first) used[s * q + j] = events;
    }
  }
  return used;
}

function meanPerEvent(plain: Float64Array, used: Float64Array, q: number): Float64Array {
  return plain.map((value, index) => {
    const [i, j] = [Math.floor(index / q), index % q];
    let events = 0;
    for (let s = 0; s < used.length; s += q) events += Math.min(used[s + i]!, used[s + j]!);
    return events > 0 ? value / events : value;
  });
}

/** Copies the lower triangle to the upper. */
function mirror(matrix: Float64Array, q: number): void {
  for (let i = 0; i < q; i++) for (let j = 0; j < i; j++) matrix[j * q + i] = matrix[i * q + j]!;
}
