/**
 * Symmetric systems that may be singular: the factor A = L D Lᵀ with redundant columns dropped, as regression needs it
 * where covariates are collinear. `solve.ts` beside it is for matrices known to be positive definite.
 *
 * Promises: a column that the earlier ones determine is dropped, the earlier one kept; its entries in solutions and
 * inverses are 0.
 */

export interface SemidefiniteFactor {
  n: number;
  /** Unit lower triangle, row-major. */
  lower: Float64Array;
  /** Pivots; 0 where dropped. */
  pivots: Float64Array;
  dropped: boolean[];
  rank: number;
}

/** A pivot not above this share of the largest diagonal element counts as zero. */
const TOLERANCE = Number.EPSILON ** 0.75;

/**
 * Factors a symmetric matrix (row-major n × n). With non-finite elements every affected column is dropped. `size`: what
 * the diagonal's elements were before terms cancelled, where it is known; pivots that are rounding beside it are zero.
 */
export function factorSemidefinite(matrix: Float64Array, n: number, size = 0): SemidefiniteFactor {
  let largest = size;
  for (let i = 0; i < n; i++) largest = Math.max(largest, matrix[i * n + i]!);
  const least = largest * TOLERANCE;
  const lower = new Float64Array(n * n);
  const pivots = new Float64Array(n);
  const dropped: boolean[] = new Array<boolean>(n).fill(false);
  let rank = 0;
  for (let j = 0; j < n; j++) {
    lower[j * n + j] = 1;
    let pivot = matrix[j * n + j]!;
    for (let k = 0; k < j; k++) pivot -= lower[j * n + k]! ** 2 * pivots[k]!;
    if (!(pivot > least && pivot < Infinity)) {
      dropped[j] = true;
      for (let k = 0; k < j; k++) lower[j * n + k] = 0;
      continue;
    }
    rank++;
    pivots[j] = pivot;
    for (let i = j + 1; i < n; i++) {
      let sum = matrix[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= lower[i * n + k]! * lower[j * n + k]! * pivots[k]!;
      lower[i * n + j] = sum / pivot;
    }
  }
  return { n, lower, pivots, dropped, rank };
}

/** x with A x = b, 0 in dropped places. */
export function solveSemidefinite({ n, lower, pivots }: SemidefiniteFactor, b: ArrayLike<number>): Float64Array {
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    if (pivots[i] === 0) {
      x[i] = 0;
      continue;
    }
    for (let k = 0; k < i; k++) x[i]! -= lower[i * n + k]! * x[k]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    if (pivots[i] === 0) continue;
    x[i]! /= pivots[i]!;
    for (let k = i + 1; k < n; k++) if (pivots[k] !== 0) x[i]! -= lower[k * n + i]! * x[k]!;
  }
  return x;
}

/** Inverse of the kept part (n × n), 0 in dropped rows and columns. */
export function invertSemidefinite(factor: SemidefiniteFactor): Float64Array {
  const { n } = factor;
  const inverse = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    if (factor.pivots[j] === 0) continue;
    const unit = new Float64Array(n);
    unit[j] = 1;
    const column = solveSemidefinite(factor, unit);
    for (let i = 0; i < n; i++) inverse[i * n + j] = column[i]!;
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const mean = (inverse[i * n + j]! + inverse[j * n + i]!) / 2;
      inverse[i * n + j] = mean;
      inverse[j * n + i] = mean;
    }
  }
  return inverse;
}

/** log of the determinant of the kept part. */
export function logDeterminant({ pivots }: SemidefiniteFactor): number {
  let total = 0;
  for (const pivot of pivots) if (pivot !== 0) total += Math.log(pivot);
  return total;
}

/** bᵀ A⁻¹ b over the kept part. */
export function quadraticForm(factor: SemidefiniteFactor, b: ArrayLike<number>): number {
  const x = solveSemidefinite(factor, b);
  let total = 0;
  for (let i = 0; i < factor.n; i++) total += x[i]! * b[i]!;
  return total;
}
