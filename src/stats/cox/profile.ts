/**
 * Profile likelihood of one coefficient: its interval and its likelihood-ratio test.
 *
 * Promises: limits at which twice the drop in log-likelihood equals the chi-square quantile to 1e-8. Must not know: which
 * likelihood it is.
 */
import { chiSquareUpper } from '../special/chi-square';
import { normalQuantile } from '../special/normal';
import { maximise, type Maximum } from './newton';
import type { Likelihood } from './partial-likelihood';

export interface Profile {
  lo: number;
  hi: number;
  /** 2(ℓ(β̂) − max ℓ at β_j = 0) and its p. */
  statistic: number;
  p: number;
}

const ITERATIONS = 200;
/** Standardised coefficients beyond this are infinite: risks then differ by more than e^50 for one spread. */
const FARTHEST = 50;

/**
 * Profile of coefficient `j` around the maximum, the others maximised at each value (Venzon & Moolgavkar, JRSS C 37
 * (1988) 87–94; penalised: Heinze & Schemper 2001). `se` sets the first step.
 */
export function profile(likelihood: Likelihood, found: Maximum, j: number, se: number, level: number): Profile {
  const critical = normalQuantile(1 - (1 - level) / 2) ** 2;
  const fixed = Array.from(found.beta, (_, k) => k === j);
  const at = (value: number, near: Maximum): Maximum => {
    const start = near.beta.map((beta, k) => (k === j ? value : beta));
    const options = { maxIterations: ITERATIONS, tolerance: 1e-13, stepTolerance: 1e-8, fixed };
    return maximise(likelihood, start, likelihood(start), options);
  };
  const drop = (point: Maximum): number => 2 * (found.logLikelihood - point.logLikelihood);
  const statistic = Math.max(0, drop(at(0, found)));

  // A coefficient on its way to infinity has an error that says nothing about where its other limit lies.
  const step = Math.min(se, 2);
  const limit = (side: 1 | -1): number => {
    const centre = found.beta[j]!;
    let inside = centre;
    let outside = NaN;
    let near = found;
    let value = centre + side * Math.sqrt(critical) * step;
    for (let i = 0; i < ITERATIONS; i++) {
      const point = at(value, near);
      const excess = drop(point) - critical;
      if (Math.abs(excess) < 1e-8) return value;
      if (excess < 0) inside = value;
      else outside = value;
      if (Number.isFinite(point.logLikelihood)) near = point;
      // The profile's slope is the score of coefficient j there.
      let next = value + excess / (2 * point.score[j]!);
      const far = Number.isNaN(outside) ? inside + side * 4 * Math.max(step, Math.abs(inside - centre)) : outside;
      const isBetween = side * (next - inside) > 0 && side * (far - next) > 0;
      if (!isBetween) next = Number.isNaN(outside) ? far : (inside + outside) / 2;
      if (Math.abs(next) > FARTHEST + Math.abs(centre) && Number.isNaN(outside)) return side * Infinity;
      if (next === value) return value;
      value = next;
    }
    return value;
  };
  return { lo: limit(-1), hi: limit(1), statistic, p: chiSquareUpper(statistic, 1) };
}
