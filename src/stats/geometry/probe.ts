/**
 * A linear probe: logistic regression with an L2 penalty, judged by k-fold cross-validation and against shuffled labels.
 *
 * Promises: equal seeds give equal folds; the penalty leaves the intercept alone, as scikit-learn's does.
 * Must not know: where the vectors come from.
 */
import type { Estimate } from '../../core/estimate';
import { PhiloxSequence, STREAM } from '../../core/philox';
import { badInput, requireCount } from '../checks';
import { solveSymmetric } from '../linear-algebra/solve';
import { dot, rowOf, selectRows, type Vectors } from '../linear-algebra/vectors';
import { wilson } from '../proportions';

export interface LogisticFit {
  weights: Float64Array;
  intercept: number;
  iterations: number;
  converged: boolean;
}

const MAX_ITERATIONS = 100;

/**
 * Minimises ½‖w‖² + C Σ log(1 + exp(−y (w·x + b))), y = ±1, by Newton's method with step-halving. C = 1 by default.
 * With more columns than rows the Newton system is solved in the space of the rows, so wide embeddings cost O(n³ + n² d).
 */
export function logisticRegression(vectors: Vectors, labels: readonly boolean[], C = 1): LogisticFit {
  requireLabels(vectors, labels);
  if (!(C > 0)) throw badInput('Probe', `C is ${C}`, 'Give a positive number.');
  const { rows: n, columns: d } = vectors;
  let weights = new Float64Array(d);
  let intercept = Math.log((labels.filter(Boolean).length + 0.5) / (labels.filter((label) => !label).length + 0.5));
  let objective = objectiveAt(vectors, labels, C, weights, intercept);
  for (let iteration = 1; iteration <= MAX_ITERATIONS; iteration++) {
    const { gradient, gradientIntercept, curvature } = slopes(vectors, labels, C, weights, intercept);
    const norm = Math.sqrt(dot(gradient, gradient) + gradientIntercept ** 2);
    if (norm < 1e-9 * Math.max(1, n * C)) return { weights, intercept, iterations: iteration - 1, converged: true };
    const step =
      n < d
        ? dualStep(vectors, curvature, gradient, gradientIntercept)
        : primalStep(vectors, curvature, gradient, gradientIntercept);
    for (let scale = 1; ; scale /= 2) {
      const next = weights.map((weight, j) => weight - scale * step.weights[j]!);
      const nextIntercept = intercept - scale * step.intercept;
      const value = objectiveAt(vectors, labels, C, next, nextIntercept);
      if (value <= objective || scale < 1e-10) {
        [weights, intercept, objective] = [next, nextIntercept, value];
        break;
      }
    }
  }
  return { weights, intercept, iterations: MAX_ITERATIONS, converged: false };
}

function objectiveAt(
  vectors: Vectors,
  labels: readonly boolean[],
  C: number,
  weights: Float64Array,
  intercept: number,
): number {
  let loss = 0;
  for (let i = 0; i < vectors.rows; i++) {
    const margin = (labels[i] ? 1 : -1) * (dot(rowOf(vectors, i), weights) + intercept);
    loss += margin > 0 ? Math.log1p(Math.exp(-margin)) : Math.log1p(Math.exp(margin)) - margin;
  }
  return dot(weights, weights) / 2 + C * loss;
}

function slopes(vectors: Vectors, labels: readonly boolean[], C: number, weights: Float64Array, intercept: number) {
  const gradient = Float64Array.from(weights);
  let gradientIntercept = 0;
  const curvature = new Float64Array(vectors.rows);
  for (let i = 0; i < vectors.rows; i++) {
    const row = rowOf(vectors, i);
    const p = 1 / (1 + Math.exp(-(dot(row, weights) + intercept)));
    const residual = C * (p - (labels[i] ? 1 : 0));
    for (let j = 0; j < row.length; j++) gradient[j]! += residual * row[j]!;
    gradientIntercept += residual;
    curvature[i] = Math.max(C * p * (1 - p), 1e-12 * C);
  }
  return { gradient, gradientIntercept, curvature };
}

interface Step {
  weights: Float64Array;
  intercept: number;
}

/** Solves the (d + 1) × (d + 1) Newton system. */
function primalStep(
  vectors: Vectors,
  curvature: Float64Array,
  gradient: Float64Array,
  gradientIntercept: number,
): Step {
  const { rows: n, columns: d } = vectors;
  const size = d + 1;
  const hessian = new Float64Array(size * size);
  for (let i = 0; i < n; i++) {
    const row = rowOf(vectors, i);
    for (let j = 0; j < d; j++) {
      const weighted = curvature[i]! * row[j]!;
      for (let k = 0; k <= j; k++) hessian[j * size + k]! += weighted * row[k]!;
      hessian[d * size + j]! += weighted;
    }
    hessian[d * size + d]! += curvature[i]!;
  }
  for (let j = 0; j < d; j++) hessian[j * size + j]! += 1;
  for (let j = 0; j < size; j++) for (let k = 0; k < j; k++) hessian[k * size + j] = hessian[j * size + k]!;
  const solution = solveSymmetric(hessian, size, [...gradient, gradientIntercept]);
  return { weights: solution.slice(0, d), intercept: solution[d]! };
}

/** The same through (I + XᵀDX)⁻¹ = I − Xᵀ(D⁻¹ + XXᵀ)⁻¹X, the intercept by its Schur complement. */
function dualStep(vectors: Vectors, curvature: Float64Array, gradient: Float64Array, gradientIntercept: number): Step {
  const { rows: n, columns: d } = vectors;
  const kernel = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) kernel[i * n + j] = kernel[j * n + i] = dot(rowOf(vectors, i), rowOf(vectors, j));
    kernel[i * n + i]! += 1 / curvature[i]!;
  }
  const inverse = (vector: Float64Array): Float64Array => {
    const projected = Array.from({ length: n }, (_, i) => dot(rowOf(vectors, i), vector));
    const solved = solveSymmetric(kernel, n, projected);
    const result = Float64Array.from(vector);
    for (let i = 0; i < n; i++) rowOf(vectors, i).forEach((value, j) => (result[j]! -= solved[i]! * value));
    return result;
  };
  const cross = new Float64Array(d);
  for (let i = 0; i < n; i++) rowOf(vectors, i).forEach((value, j) => (cross[j]! += curvature[i]! * value));
  const [a, b] = [inverse(gradient), inverse(cross)];
  const total = curvature.reduce((sum, value) => sum + value, 0);
  const schur = total - dot(cross, b);
  const intercept = schur > 1e-12 * total ? (gradientIntercept - dot(cross, a)) / schur : 0;
  return { weights: a.map((value, j) => value - intercept * b[j]!), intercept };
}

export interface ProbeResult {
  /** Share right over all held-out folds. */
  accuracy: Estimate;
  /** The same with labels shuffled within the data: what the probe can read out of anything. */
  control: Estimate;
  /** accuracy − control. */
  selectivity: number;
  folds: number;
  /** Held-out scores w·x + b, in the order of the rows. */
  scores: Float64Array;
}

/** Stratified k-fold cross-validation. The Wilson intervals treat held-out rows as independent, which folds are only nearly. */
export function crossValidatedProbe(
  vectors: Vectors,
  labels: readonly boolean[],
  { seed, folds = 5, C = 1 }: { seed: number; folds?: number; C?: number },
): ProbeResult {
  requireLabels(vectors, labels);
  const smaller = Math.min(labels.filter(Boolean).length, labels.filter((label) => !label).length);
  requireCount('Probe', `rows of the smaller class (one per fold)`, smaller, folds);
  requireCount('Probe', 'folds', folds, 2);
  const shuffled = new PhiloxSequence(seed, STREAM.resampling, 2).shuffle([...labels]);
  const real = heldOut(vectors, labels, folds, seed, C);
  const control = heldOut(vectors, shuffled, folds, seed, C);
  return {
    accuracy: real.accuracy,
    control: control.accuracy,
    selectivity: real.accuracy.value - control.accuracy.value,
    folds,
    scores: real.scores,
  };
}

function heldOut(vectors: Vectors, labels: readonly boolean[], folds: number, seed: number, C: number) {
  const fold = assignFolds(labels, folds, seed);
  const scores = new Float64Array(vectors.rows);
  let right = 0;
  for (let k = 0; k < folds; k++) {
    const train = fold.flatMap((f, i) => (f === k ? [] : [i]));
    const fit = logisticRegression(
      selectRows(vectors, train),
      train.map((i) => labels[i]!),
      C,
    );
    fold.forEach((f, i) => {
      if (f !== k) return;
      scores[i] = dot(rowOf(vectors, i), fit.weights) + fit.intercept;
      if (scores[i] > 0 === labels[i]) right += 1;
    });
  }
  return { accuracy: { ...wilson(right, vectors.rows), method: `${folds}-fold accuracy, Wilson interval` }, scores };
}

/** Folds of nearly equal size with nearly equal shares of both classes. */
function assignFolds(labels: readonly boolean[], folds: number, seed: number): number[] {
  const fold = new Array<number>(labels.length).fill(0);
  const draws = new PhiloxSequence(seed, STREAM.resampling, 3);
  let next = 0;
  for (const wanted of [true, false]) {
    for (const i of draws.shuffle(labels.flatMap((label, i) => (label === wanted ? [i] : []))))
      fold[i] = next++ % folds;
  }
  return fold;
}

function requireLabels(vectors: Vectors, labels: readonly boolean[]): void {
  if (labels.length !== vectors.rows) {
    throw badInput('Probe', `${vectors.rows} vectors have ${labels.length} labels`, 'Give one label per vector.');
  }
  requireCount('Probe', 'rows of the true class', labels.filter(Boolean).length, 1);
  requireCount('Probe', 'rows of the false class', labels.filter((label) => !label).length, 1);
}
