/**
 * Matrix-based entropy of token vectors: how many directions they use, in nats.
 *
 * S_α = ln Σ (λᵢ / tr K)^α / (1 − α) over the eigenvalues of K = R Rᵀ; raw activations, neither centred nor scaled.
 * Source: L. G. Sánchez Giraldo, M. Rao & J. C. Príncipe, IEEE Trans. Inf. Theory 61 (2015) 535–548. Must not know: layers.
 */
import { badInput } from '../checks';
import { symmetricEigen } from '../linear-algebra/eigen';
import { gram, type Vectors } from '../linear-algebra/vectors';

/** Between 0 (one direction) and ln min(n, d). α = 1 is von Neumann's entropy; α = 2 needs no eigenvalues. */
export function matrixEntropy(vectors: Vectors, alpha = 2): number {
  if (!(alpha > 0))
    throw badInput('Matrix-based entropy', `alpha is ${alpha}`, 'Give a positive order, for instance 2.');
  const { rows: n } = vectors;
  const products = gram(vectors);
  let trace = 0;
  for (let i = 0; i < n; i++) trace += products[i * n + i]!;
  if (!(trace > 0)) throw badInput('Matrix-based entropy', 'all vectors are zero', 'Leave them out.');
  if (alpha === 2) {
    const square = products.reduce((sum, value) => sum + value * value, 0);
    return Math.max(0, 2 * Math.log(trace) - Math.log(square));
  }
  const shares = [...symmetricEigen(products, n).values]
    .map((value) => Math.max(0, value) / trace)
    .filter((share) => share > 0);
  const entropy =
    alpha === 1
      ? -shares.reduce((sum, share) => sum + share * Math.log(share), 0)
      : Math.log(shares.reduce((sum, share) => sum + share ** alpha, 0)) / (1 - alpha);
  return Math.max(0, entropy);
}

/** Mean over non-overlapping patches of so many consecutive rows; a shorter last patch counts as one. */
export function patchEntropy(vectors: Vectors, patch = 8, alpha = 2): number {
  if (!(Number.isInteger(patch) && patch >= 1))
    throw badInput('Matrix-based entropy', `the patch is ${patch} rows`, 'Give a whole number, 1 or more.');
  let [sum, patches] = [0, 0];
  for (let first = 0; first < vectors.rows; first += patch) {
    const rows = Math.min(patch, vectors.rows - first);
    const data = vectors.data.subarray(first * vectors.columns, (first + rows) * vectors.columns);
    sum += matrixEntropy({ data, rows, columns: vectors.columns }, alpha);
    patches += 1;
  }
  return sum / patches;
}
