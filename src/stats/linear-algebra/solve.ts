/** Symmetric positive definite systems by Cholesky factors. Must not know: what is solved for. */

/** Lower factor L with LLᵀ = A, row-major; null where A is not positive definite (a pivot ≤ `tolerance` × its diagonal). */
export function cholesky(matrix: Float64Array, n: number, tolerance = 1e-14): Float64Array | null {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= l[i * n + k]! * l[j * n + k]!;
      if (i === j) {
        if (!(sum > tolerance * Math.abs(matrix[i * n + i]!))) return null;
        l[i * n + i] = Math.sqrt(sum);
      } else {
        l[i * n + j] = sum / l[j * n + j]!;
      }
    }
  }
  return l;
}

/** x with LLᵀ x = b. */
export function solveFactored(l: Float64Array, n: number, b: ArrayLike<number>): Float64Array {
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= l[i * n + k]! * x[k]!;
    x[i]! /= l[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= l[k * n + i]! * x[k]!;
    x[i]! /= l[i * n + i]!;
  }
  return x;
}

/** x with A x = b. Throws RangeError where A is not positive definite: the caller promises it is. */
export function solveSymmetric(matrix: Float64Array, n: number, b: ArrayLike<number>): Float64Array {
  const factor = cholesky(matrix, n);
  if (factor === null) throw new RangeError('The matrix is not positive definite.');
  return solveFactored(factor, n, b);
}
