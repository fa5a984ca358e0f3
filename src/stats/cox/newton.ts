/**
 * Newton–Raphson with step-halving for log-likelihoods with a score and an information matrix.
 *
 * Promises: never ends at a lower likelihood than it had; some coordinates can be held fixed. Must not know: the model.
 */
import { factorSemidefinite, solveSemidefinite } from '../linear-algebra/semidefinite';
import type { Derivatives, Likelihood } from './partial-likelihood';

export interface NewtonOptions {
  maxIterations: number;
  /** Ends when the log-likelihood's relative change is at most this. */
  tolerance: number;
  /** Ends only when the step is also at most this in every coordinate: for steps that converge linearly. */
  stepTolerance?: number;
  /** Coordinates kept at their start value. */
  fixed?: readonly boolean[];
}

export interface Maximum extends Derivatives {
  beta: Float64Array;
  iterations: number;
  converged: boolean;
}

/** Maximises from `start`, whose derivatives are `initial`. One iteration is one step and one evaluation. */
export function maximise(
  likelihood: Likelihood,
  start: Float64Array,
  initial: Derivatives,
  { maxIterations, tolerance, stepTolerance = Infinity, fixed }: NewtonOptions,
): Maximum {
  if (maxIterations < 1) return { ...initial, beta: start, iterations: 0, converged: false };
  let best: Derivatives = initial;
  let beta = start;
  let proposed = step(beta, initial, fixed);
  let halvings = 0;
  for (let iterations = 1; ; iterations++) {
    const found = likelihood(proposed);
    const rose = isUsable(found) && found.logLikelihood >= best.logLikelihood - Math.abs(best.logLikelihood) * 1e-14;
    const close = Math.abs(found.logLikelihood - best.logLikelihood) <= tolerance * Math.abs(found.logLikelihood);
    if (isUsable(found) && close && halvings === 0 && largestChange(beta, proposed) <= stepTolerance) {
      return { ...found, beta: proposed, iterations, converged: true };
    }
    if (iterations === maxIterations) {
      return rose
        ? { ...found, beta: proposed, iterations, converged: false }
        : { ...best, beta, iterations, converged: false };
    }
    if (rose) {
      halvings = 0;
      best = found;
      beta = proposed;
      proposed = step(beta, best, fixed);
    } else {
      halvings++;
      proposed = proposed.map((value, j) => (value + halvings * beta[j]!) / (halvings + 1));
    }
  }
}

/** β + I⁻¹U over the free coordinates. */
function step(beta: Float64Array, { score, information }: Derivatives, fixed?: readonly boolean[]): Float64Array {
  const q = beta.length;
  const isFixed = (j: number): boolean => fixed?.[j] ?? false;
  const free = information.map((value, k) => (isFixed(Math.floor(k / q)) || isFixed(k % q) ? 0 : value));
  const change = solveSemidefinite(factorSemidefinite(free, q), score);
  return beta.map((value, j) => value + change[j]!);
}

function isUsable({ logLikelihood, score, information }: Derivatives): boolean {
  return Number.isFinite(logLikelihood) && score.every(Number.isFinite) && information.every(Number.isFinite);
}

function largestChange(a: Float64Array, b: Float64Array): number {
  let largest = 0;
  for (let j = 0; j < a.length; j++) largest = Math.max(largest, Math.abs(a[j]! - b[j]!));
  return largest;
}
