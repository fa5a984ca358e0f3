/**
 * Eigenvalues and eigenvectors of symmetric matrices by cyclic Jacobi rotations.
 *
 * Promises: eigenvalues descending, orthonormal vectors, each with its largest component positive, so that equal input
 * gives equal signs. Source: Golub & Van Loan, Matrix Computations, §8.5. Must not know: what the matrix is of.
 */
export interface Eigen {
  /** n, descending. */
  values: Float64Array;
  /** n × n; row k is the vector of value k. */
  vectors: Float64Array;
}

const SWEEPS = 100;

/** `matrix` is n × n, symmetric; it is not changed. */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const a = Float64Array.from(matrix);
  const v = new Float64Array(n * n);
  for (let i = 0; i < n; i++) v[i * n + i] = 1;
  const scale = a.reduce((sum, value) => sum + value * value, 0);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let off = 0;
    for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) off += a[i * n + j]! ** 2;
    if (off <= 1e-30 * scale) break;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, v, n, p, q);
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[j * n + j]! - a[i * n + i]!);
  const values = Float64Array.from(order, (i) => a[i * n + i]!);
  const vectors = new Float64Array(n * n);
  order.forEach((column, k) => {
    let largest = 0;
    for (let i = 0; i < n; i++) {
      const value = v[i * n + column]!;
      vectors[k * n + i] = value;
      if (Math.abs(value) > Math.abs(largest)) largest = value;
    }
    if (largest < 0) for (let i = 0; i < n; i++) vectors[k * n + i]! *= -1;
  });
  return { values, vectors };
}

/** One rotation that makes a[p][q] zero, applied to both sides of `a` and to the columns of `v`. */
function rotate(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const apq = a[p * n + q]!;
  if (apq === 0) return;
  const theta = (a[q * n + q]! - a[p * n + p]!) / (2 * apq);
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < n; k++) {
    const [kp, kq] = [a[k * n + p]!, a[k * n + q]!];
    a[k * n + p] = c * kp - s * kq;
    a[k * n + q] = s * kp + c * kq;
  }
  for (let k = 0; k < n; k++) {
    const [pk, qk] = [a[p * n + k]!, a[q * n + k]!];
    a[p * n + k] = c * pk - s * qk;
    a[q * n + k] = s * pk + c * qk;
  }
  a[p * n + q] = a[q * n + p] = 0;
  for (let k = 0; k < n; k++) {
    const [kp, kq] = [v[k * n + p]!, v[k * n + q]!];
    v[k * n + p] = c * kp - s * kq;
    v[k * n + q] = s * kp + c * kq;
  }
}
