/**
 * Logistic regression on a few features by Newton's method.
 *
 * Features are standardised and their coefficients penalised by ½·‖β‖² (the intercept is not), so that separable data
 * have a finite answer, too. The penalised likelihood is strictly concave: there is one maximum.
 * Source: Cox, J. R. Stat. Soc. B 20 (1958) 215–242; ridge: le Cessie & van Houwelingen, Appl. Stat. 41 (1992) 191–201.
 */
import { LabError } from '../../core/errors';

export interface LogisticFit {
  /** On the features' own scale: intercept, then one per feature. A feature that does not vary has 0. */
  coefficients: number[];
  iterations: number;
  converged: boolean;
  /** P(true) of one row of features. */
  probability: (features: readonly number[]) => number;
}

const MAX_ITERATIONS = 50;
const TOLERANCE = 1e-10;

/** rows: [n][features]. Throws `too-few-terms` unless both classes occur. */
export function fitLogistic(rows: readonly (readonly number[])[], truth: readonly boolean[]): LogisticFit {
  const trues = truth.filter(Boolean).length;
  if (trues === 0 || trues === truth.length) {
    throw new LabError(
      'too-few-terms',
      `All ${truth.length} training statements are ${trues === 0 ? 'false' : 'true'}.`,
      {
        hint: 'Train on true and false statements.',
      },
    );
  }
  const width = rows[0]!.length;
  const scale = Array.from({ length: width }, (_, f) => standard(rows.map((row) => row[f]!)));
  const design = rows.map((row) => [1, ...scale.map(({ mean, sd }, f) => (sd > 0 ? (row[f]! - mean) / sd : 0))]);

  let beta: number[] = Array.from({ length: width + 1 }, () => 0);
  let objective = penalisedLogLikelihood(design, truth, beta);
  let converged = false;
  let iterations = 0;
  while (!converged && iterations < MAX_ITERATIONS) {
    iterations += 1;
    const step = newtonStep(design, truth, beta);
    let factor = 1;
    let next = beta.map((b, i) => b + step[i]!);
    let value = penalisedLogLikelihood(design, truth, next);
    while (value < objective && factor > 1e-6) {
      factor /= 2;
      next = beta.map((b, i) => b + factor * step[i]!);
      value = penalisedLogLikelihood(design, truth, next);
    }
    converged = Math.abs(value - objective) <= TOLERANCE * (1 + Math.abs(objective));
    if (value >= objective) [beta, objective] = [next, value];
  }
  const slopes = scale.map(({ sd }, f) => (sd > 0 ? beta[f + 1]! / sd : 0));
  const intercept = beta[0]! - slopes.reduce((sum, slope, f) => sum + slope * scale[f]!.mean, 0);
  return {
    coefficients: [intercept, ...slopes],
    iterations,
    converged,
    probability: (features) => sigmoid(slopes.reduce((sum, slope, f) => sum + slope * features[f]!, intercept)),
  };
}

function standard(values: readonly number[]): { mean: number; sd: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, sd: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
}

function sigmoid(logit: number): number {
  return logit >= 0 ? 1 / (1 + Math.exp(-logit)) : Math.exp(logit) / (1 + Math.exp(logit));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

function penalisedLogLikelihood(
  design: readonly (readonly number[])[],
  truth: readonly boolean[],
  beta: readonly number[],
): number {
  let sum = -0.5 * beta.slice(1).reduce((total, b) => total + b * b, 0);
  design.forEach((row, i) => {
    const logit = truth[i] ? dot(row, beta) : -dot(row, beta);
    sum -= logit >= 0 ? Math.log1p(Math.exp(-logit)) : Math.log1p(Math.exp(logit)) - logit;
  });
  return sum;
}

/** (XᵀWX + Λ)⁻¹ (Xᵀ(y − p) − Λβ), with Λ the identity but for the intercept. */
function newtonStep(
  design: readonly (readonly number[])[],
  truth: readonly boolean[],
  beta: readonly number[],
): number[] {
  const k = beta.length;
  const system = Array.from({ length: k }, (_, i) => {
    const row: number[] = Array.from({ length: k + 1 }, () => 0);
    if (i > 0) [row[i], row[k]] = [1, -beta[i]!];
    return row;
  });
  design.forEach((row, n) => {
    const p = sigmoid(dot(row, beta));
    for (let i = 0; i < k; i++) {
      for (let j = 0; j < k; j++) system[i]![j]! += p * (1 - p) * row[i]! * row[j]!;
      system[i]![k]! += row[i]! * (Number(truth[n]) - p);
    }
  });
  return solve(system);
}

/** Gauss–Jordan elimination with partial pivoting of [k][k + 1]; the matrix is positive definite. */
function solve(system: number[][]): number[] {
  const k = system.length;
  for (let column = 0; column < k; column++) {
    let pivot = column;
    for (let row = column + 1; row < k; row++) {
      if (Math.abs(system[row]![column]!) > Math.abs(system[pivot]![column]!)) pivot = row;
    }
    [system[column], system[pivot]] = [system[pivot]!, system[column]!];
    for (let row = 0; row < k; row++) {
      if (row === column) continue;
      const factor = system[row]![column]! / system[column]![column]!;
      for (let j = column; j <= k; j++) system[row]![j]! -= factor * system[column]![j]!;
    }
  }
  return system.map((row, i) => row[k]! / row[i]!);
}
