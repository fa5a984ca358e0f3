/**
 * The first few principal components of many or wide vectors, without the whole matrix of covariances: what a map needs.
 *
 * Promises: equal input gives equal output; axes are oriented as in `pca`. Must not know: where the vectors come from.
 */
import { PhiloxSequence, STREAM } from '../../core/philox';
import { requireCount } from '../checks';
import { symmetricEigen } from '../linear-algebra/eigen';
import { dot, rowOf, type Vectors } from '../linear-algebra/vectors';

export interface Leading {
  /** rows × components. */
  scores: Vectors;
  /** Share of the whole variance along each component, descending. */
  explained: Float64Array;
}

/** More directions than are wanted are turned together, so that near-equal variances do not slow it down. */
const BLOCK = 8;
const MOST_TURNS = 500;
const TOLERANCE = 1e-11;

/**
 * Subspace iteration with a block of directions from a fixed seed, O(n d) a turn, until the variances of the wanted ones stand
 * still. Components without variance are left out. Source: Golub & Van Loan, Matrix Computations, §8.2.4. Throws `stats-input`.
 */
export function leadingComponents(vectors: Vectors, components = 2): Leading {
  requireCount('Leading components', 'vectors', vectors.rows, 2);
  const { rows: n, columns: d } = vectors;
  const mean = new Float64Array(d);
  for (let i = 0; i < n; i++) rowOf(vectors, i).forEach((value, j) => (mean[j]! += value / n));
  const x: Vectors = { ...vectors, data: vectors.data.map((value, at) => value - mean[at % d]!) };
  const total = x.data.reduce((sum, value) => sum + value * value, 0);
  const size = Math.min(d, Math.max(BLOCK, components));
  const draws = new PhiloxSequence(1, STREAM.resampling, 3);
  let basis: Vectors = { rows: size, columns: d, data: new Float64Array(size * d) };
  for (let at = 0; at < basis.data.length; at++) basis.data[at] = draws.nextWord() / 2 ** 31 - 1;
  orthonormalize(basis);
  let variances = new Float64Array(size);
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const turned = covarianceTimes(x, basis);
    // Within the block's own space the best directions are eigenvectors of a small matrix.
    const small = new Float64Array(size * size);
    for (let a = 0; a < size; a++)
      for (let b = 0; b < size; b++) small[a * size + b] = dot(rowOf(basis, a), rowOf(turned, b));
    const { values, vectors: mix } = symmetricEigen(small, size);
    basis = combined(mix, turned, size);
    orthonormalize(basis);
    const still = values
      .slice(0, components)
      .every((value, at) => Math.abs(value - variances[at]!) <= TOLERANCE * total);
    variances = Float64Array.from(values);
    if (still) break;
  }
  const kept = Math.min(components, variances.filter((value) => value > 1e-12 * total).length);
  const scores: Vectors = { data: new Float64Array(n * kept), rows: n, columns: kept };
  for (let k = 0; k < kept; k++) {
    const axis = rowOf(basis, k);
    const sign = largest(axis) < 0 ? -1 : 1;
    for (let i = 0; i < n; i++) scores.data[i * kept + k] = sign * dot(rowOf(x, i), axis);
  }
  return { scores, explained: variances.slice(0, kept).map((value) => value / (total || 1)) };
}

/** Rows of XᵀX b, for the rows b of the basis. */
function covarianceTimes(x: Vectors, basis: Vectors): Vectors {
  const data = new Float64Array(basis.data.length);
  for (let i = 0; i < x.rows; i++) {
    const row = rowOf(x, i);
    for (let k = 0; k < basis.rows; k++) {
      const score = dot(row, rowOf(basis, k));
      if (score !== 0) for (let j = 0; j < x.columns; j++) data[k * x.columns + j]! += score * row[j]!;
    }
  }
  return { ...basis, data };
}

/** Row k: the sum of the rows of `of`, weighted by row k of `mix`. */
function combined(mix: Float64Array, of: Vectors, size: number): Vectors {
  const data = new Float64Array(of.data.length);
  for (let k = 0; k < size; k++)
    for (let a = 0; a < size; a++)
      for (let j = 0; j < of.columns; j++) data[k * of.columns + j]! += mix[k * size + a]! * rowOf(of, a)[j]!;
  return { ...of, data };
}

/** Gram–Schmidt, twice, in place; a row that lies in those before it becomes zero. */
function orthonormalize(rows: Vectors): void {
  for (let k = 0; k < rows.rows; k++) {
    const own = rowOf(rows, k);
    const before = Math.sqrt(dot(own, own));
    for (const pass of [0, 1]) {
      void pass;
      for (let a = 0; a < k; a++) {
        const other = rowOf(rows, a);
        const share = dot(own, other);
        for (let j = 0; j < own.length; j++) own[j]! -= share * other[j]!;
      }
    }
    const length = Math.sqrt(dot(own, own));
    const scale = length > 1e-12 * before ? 1 / length : 0;
    for (let j = 0; j < own.length; j++) own[j]! *= scale;
  }
}

function largest(axis: Float64Array): number {
  return axis.reduce((found, value) => (Math.abs(value) > Math.abs(found) ? value : found), 0);
}
