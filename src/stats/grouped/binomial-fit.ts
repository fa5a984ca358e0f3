/**
 * Binomial regression with a baseline of its own in every block of rows, by Fisher scoring.
 *
 * Promises: the baseline is eliminated block by block, so twenty epochs cost no more than one; agrees with R's glm with
 * factor(block) − 1. Must not know: epochs, facts.
 */
import { factorSemidefinite, invertSemidefinite, solveSemidefinite } from '../linear-algebra/semidefinite';
import { linkOf, linkValue, type Link } from './links';

export interface BinomialRows {
  /** 0 or 1 per row. */
  y: ArrayLike<number>;
  /** n × p, row-major. */
  x: Float64Array;
  p: number;
  /** Block of each row, 0 … blocks − 1; every block holds both outcomes. */
  block: Int32Array;
  blocks: number;
  weights: ArrayLike<number> | null;
  offset: ArrayLike<number> | null;
}

export interface BinomialFit {
  /** p; 0 where aliased. */
  beta: Float64Array;
  /** Columns that are constant within every block, or that earlier ones determine. */
  aliased: boolean[];
  /** Baseline of each block on the scale of the link, at the covariates' means. */
  alpha: Float64Array;
  alphaVariance: Float64Array;
  /** p × p inverse of the expected information. */
  variance: Float64Array;
  /** n × p: what each row says about beta once the baseline is eliminated. */
  scores: Float64Array;
  logLikelihood: number;
  iterations: number;
  converged: boolean;
  /** Columns whose coefficient still moves where the likelihood has settled, or has moved so far that nothing is known of it. */
  moving: boolean[];
  means: Float64Array;
}

const MAX_ITERATIONS = 50;
const TOLERANCE = 1e-11;
/** Coefficients on standardised columns are carried on to this step, in at most so many steps after the likelihood settled. */
const SMALL_STEP = 1e-9;
const POLISHING = 6;
/** Further steps of this size, on standardised columns, after the likelihood has settled mean that a coefficient diverges. */
const STILL_MOVING = 1e-4;

interface State {
  alpha: Float64Array;
  beta: Float64Array;
  logLikelihood: number;
}

export function fitBinomial(rows: BinomialRows, link: Link): BinomialFit {
  const { p, blocks } = rows;
  const { z, means, scales } = standardised(rows);
  // Told from the covariates alone: where a coefficient diverges its information fades, which is no collinearity.
  const aliased = withoutAliased(rows, z);
  let state: State = { alpha: initialAlpha(rows, link), beta: new Float64Array(p), logLikelihood: -Infinity };
  state.logLikelihood = likelihood(rows, z, state, link);
  let iterations = 0;
  let converged = false;
  let settled = 0;
  let step = scoringStep(rows, z, state, link);
  while (iterations < MAX_ITERATIONS && !converged) {
    iterations += 1;
    const before = state.logLikelihood;
    state = halved(rows, z, state, step, link);
    settled = Math.abs(state.logLikelihood - before) <= TOLERANCE * (Math.abs(before) + 0.1) ? settled + 1 : 0;
    step = scoringStep(rows, z, state, link);
    converged = settled > 0 && (largest(step.beta) < SMALL_STEP || settled > POLISHING);
  }
  const inverse = invertSemidefinite(step.factor);
  const alphaVariance = new Float64Array(blocks);
  for (let b = 0; b < blocks; b++) {
    const gap = step.cross.subarray(b * p, (b + 1) * p);
    let spread = 1 / step.diagonal[b]!;
    for (let j = 0; j < p; j++) {
      for (let k = 0; k < p; k++)
        spread += (gap[j]! / step.diagonal[b]!) * inverse[j * p + k]! * (gap[k]! / step.diagonal[b]!);
    }
    alphaVariance[b] = spread;
  }
  return {
    beta: state.beta.map((value, j) => (aliased[j] ? 0 : value / scales[j]!)),
    aliased,
    alpha: state.alpha,
    alphaVariance,
    variance: inverse.map((value, at) => value / (scales[Math.floor(at / p)]! * scales[at % p]!)),
    scores: step.scores.map((value, at) => value * scales[at % p]!),
    logLikelihood: state.logLikelihood,
    iterations,
    converged,
    moving: Array.from(
      step.beta,
      (value, j) => !aliased[j] && (step.factor.dropped[j]! || Math.abs(value) > STILL_MOVING),
    ),
    means,
  };
}

const largest = (values: Float64Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** Columns minus their means, over their standard deviations; a constant column is 0. */
function standardised({ x, y, p }: BinomialRows): { z: Float64Array; means: Float64Array; scales: Float64Array } {
  const n = y.length;
  const means = new Float64Array(p);
  const scales = new Float64Array(p);
  x.forEach((value, at) => (means[at % p]! += value / n));
  x.forEach((value, at) => (scales[at % p]! += (value - means[at % p]!) ** 2 / n));
  for (let j = 0; j < p; j++) {
    const sd = Math.sqrt(scales[j]!);
    scales[j] = sd > 1e-12 * Math.abs(means[j]!) && sd > 0 ? sd : Infinity;
  }
  const z = x.map((value, at) => (value - means[at % p]!) / scales[at % p]!);
  return { z, means, scales: scales.map((sd) => (sd === Infinity ? 1 : sd)) };
}

/** Sets aliased columns of z to 0, so that they take no further part, and tells which they are. */
function withoutAliased({ block, blocks, p }: BinomialRows, z: Float64Array): boolean[] {
  const n = block.length;
  const counts = new Float64Array(blocks);
  const means = new Float64Array(blocks * p);
  for (let i = 0; i < n; i++) {
    const b = block[i]!;
    counts[b]! += 1;
    for (let j = 0; j < p; j++) means[b * p + j]! += z[i * p + j]!;
  }
  means.forEach((sum, at) => (means[at] = sum / counts[Math.floor(at / p)]!));
  const within = new Float64Array(p * p);
  for (let i = 0; i < n; i++) {
    const from = block[i]! * p;
    for (let j = 0; j < p; j++) {
      const gap = z[i * p + j]! - means[from + j]!;
      for (let k = 0; k <= j; k++) within[j * p + k]! += gap * (z[i * p + k]! - means[from + k]!);
    }
  }
  for (let j = 0; j < p; j++) for (let k = 0; k < j; k++) within[k * p + j] = within[j * p + k]!;
  // Standardised squares add up to n: what is left of them beside that.
  const { dropped } = factorSemidefinite(within, p, n);
  z.forEach((_, at) => dropped[at % p] && (z[at] = 0));
  return dropped;
}

function initialAlpha({ y, block, blocks, weights }: BinomialRows, link: Link): Float64Array {
  const events = new Float64Array(blocks);
  const totals = new Float64Array(blocks);
  for (let i = 0; i < block.length; i++) {
    const w = weights?.[i] ?? 1;
    totals[block[i]!]! += w;
    events[block[i]!]! += w * y[i]!;
  }
  return totals.map((total, b) => linkOf(link, Math.min(0.999, Math.max(0.001, events[b]! / total))));
}

function eta(
  { block, offset, p }: BinomialRows,
  z: Float64Array,
  { alpha, beta }: Pick<State, 'alpha' | 'beta'>,
  i: number,
): number {
  let sum = alpha[block[i]!]! + (offset?.[i] ?? 0);
  for (let j = 0; j < p; j++) sum += z[i * p + j]! * beta[j]!;
  return sum;
}

function likelihood(rows: BinomialRows, z: Float64Array, state: Pick<State, 'alpha' | 'beta'>, link: Link): number {
  let sum = 0;
  for (let i = 0; i < rows.block.length; i++) {
    const { mu } = linkValue(link, eta(rows, z, state, i));
    sum += (rows.weights?.[i] ?? 1) * (rows.y[i]! * Math.log(mu) + (1 - rows.y[i]!) * Math.log1p(-mu));
  }
  return sum;
}

interface Scoring {
  alpha: Float64Array;
  beta: Float64Array;
  factor: ReturnType<typeof factorSemidefinite>;
  /** blocks × p and blocks: the information of baseline with covariates, and of the baseline. */
  cross: Float64Array;
  diagonal: Float64Array;
  scores: Float64Array;
}

/** One Fisher-scoring step: [D B; Bᵀ C] with D diagonal, so beta's part is the Schur complement C − BᵀD⁻¹B. */
function scoringStep(rows: BinomialRows, z: Float64Array, state: State, link: Link): Scoring {
  const { p, blocks, block, y } = rows;
  const n = block.length;
  const diagonal = new Float64Array(blocks);
  const cross = new Float64Array(blocks * p);
  const information = new Float64Array(p * p);
  const gradient = new Float64Array(p);
  const gradientAlpha = new Float64Array(blocks);
  const residuals = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const { mu, slope } = linkValue(link, eta(rows, z, state, i));
    const variance = mu * (1 - mu);
    const w = rows.weights?.[i] ?? 1;
    const weight = (w * slope * slope) / variance;
    const residual = (w * (y[i]! - mu) * slope) / variance;
    const b = block[i]!;
    residuals[i] = residual;
    diagonal[b]! += weight;
    gradientAlpha[b]! += residual;
    for (let j = 0; j < p; j++) {
      const value = z[i * p + j]!;
      gradient[j]! += residual * value;
      cross[b * p + j]! += weight * value;
      for (let k = 0; k <= j; k++) information[j * p + k]! += weight * value * z[i * p + k]!;
    }
  }
  let size = 0;
  for (let j = 0; j < p; j++) size = Math.max(size, information[j * p + j]!);
  const schur = Float64Array.from(information);
  const reduced = Float64Array.from(gradient);
  for (let b = 0; b < blocks; b++) {
    for (let j = 0; j < p; j++) {
      const share = cross[b * p + j]! / diagonal[b]!;
      reduced[j]! -= share * gradientAlpha[b]!;
      for (let k = 0; k <= j; k++) schur[j * p + k]! -= share * cross[b * p + k]!;
    }
  }
  for (let j = 0; j < p; j++) for (let k = 0; k < j; k++) schur[k * p + j] = schur[j * p + k]!;
  const factor = factorSemidefinite(schur, p, size);
  const beta = solveSemidefinite(factor, reduced);
  const alpha = diagonal.map((information_, b) => {
    let rest = gradientAlpha[b]!;
    for (let j = 0; j < p; j++) rest -= cross[b * p + j]! * beta[j]!;
    return rest / information_;
  });
  const scores = new Float64Array(n * p);
  for (let i = 0; i < n; i++) {
    const b = block[i]!;
    for (let j = 0; j < p; j++) scores[i * p + j] = residuals[i]! * (z[i * p + j]! - cross[b * p + j]! / diagonal[b]!);
  }
  return { alpha, beta, factor, cross, diagonal, scores };
}

/** The step, halved until the likelihood does not fall. */
function halved(rows: BinomialRows, z: Float64Array, state: State, step: Scoring, link: Link): State {
  for (let scale = 1; ; scale /= 2) {
    const next = {
      alpha: state.alpha.map((value, b) => value + scale * step.alpha[b]!),
      beta: state.beta.map((value, j) => value + scale * step.beta[j]!),
    };
    const value = likelihood(rows, z, next, link);
    if (value >= state.logLikelihood - 1e-12 * Math.abs(state.logLikelihood)) return { ...next, logLikelihood: value };
    if (scale < 1e-8) return state;
  }
}
