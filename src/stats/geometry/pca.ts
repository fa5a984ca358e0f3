/** Principal components: centred vectors turned so that the first coordinates hold the most variance. */
import { requireCount } from '../checks';
import { symmetricEigen } from '../linear-algebra/eigen';
import { dot, gram, rowOf, type Vectors } from '../linear-algebra/vectors';

export interface Pca {
  /** rows × components. */
  scores: Vectors;
  /** components × columns, orthonormal rows; the largest entry of each is positive. */
  loadings: Vectors;
  /** Variance along each component (n − 1 in the denominator), descending. */
  variance: Float64Array;
  /** Share of the whole variance. */
  explained: Float64Array;
  mean: Float64Array;
}

/**
 * From the smaller of the two matrices, d × d covariance or n × n inner products: O(n d min(n, d)).
 * Components with no variance are left out, so there may be fewer than asked for.
 * Source: H. Hotelling, J. Educ. Psychol. 24 (1933) 417–441. Throws `stats-input`.
 */
export function pca(vectors: Vectors, components = 2): Pca {
  requireCount('PCA', 'vectors', vectors.rows, 2);
  requireCount('PCA', 'components', components, 1);
  const { rows: n, columns: d } = vectors;
  const mean = new Float64Array(d);
  for (let i = 0; i < n; i++) rowOf(vectors, i).forEach((value, j) => (mean[j]! += value / n));
  const centred: Vectors = { ...vectors, data: vectors.data.map((value, k) => value - mean[k % d]!) };
  const small = n < d ? centred : transpose(centred);
  const { values, vectors: turned } = symmetricEigen(gram(small), small.rows);
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  const kept = Math.min(components, values.filter((value) => value > 1e-12 * total).length);
  const loadings: Vectors = { data: new Float64Array(kept * d), rows: kept, columns: d };
  for (let k = 0; k < kept; k++) {
    const axis = turned.subarray(k * small.rows, (k + 1) * small.rows);
    loadings.data.set(n < d ? direction(centred, axis, values[k]!) : axis, k * d);
    orient(rowOf(loadings, k));
  }
  const scores: Vectors = { data: new Float64Array(n * kept), rows: n, columns: kept };
  for (let i = 0; i < n; i++)
    for (let k = 0; k < kept; k++) scores.data[i * kept + k] = dot(rowOf(centred, i), rowOf(loadings, k));
  const variance = values.slice(0, kept).map((value) => value / (n - 1));
  return { scores, loadings, variance, explained: values.slice(0, kept).map((value) => value / (total || 1)), mean };
}

function transpose({ data, rows, columns }: Vectors): Vectors {
  const turned = new Float64Array(data.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) turned[j * rows + i] = data[i * columns + j]!;
  return { data: turned, rows: columns, columns: rows };
}

/** Right singular vector from a left one: Xᵀu / σ. */
function direction(centred: Vectors, left: Float64Array, eigenvalue: number): Float64Array {
  const result = new Float64Array(centred.columns);
  for (let i = 0; i < centred.rows; i++)
    rowOf(centred, i).forEach((value, j) => (result[j]! += (left[i]! * value) / Math.sqrt(eigenvalue)));
  return result;
}

function orient(axis: Float64Array): void {
  let largest = 0;
  for (const value of axis) if (Math.abs(value) > Math.abs(largest)) largest = value;
  if (largest < 0) for (let j = 0; j < axis.length; j++) axis[j]! *= -1;
}
