/** Variance of grouped-time coefficients that needs no independence of rows within a cluster. */
import type { BinomialFit } from './binomial-fit';

/**
 * V (Σ over clusters of u uᵀ) V (p × p), u the cluster's summed score of beta with the baseline eliminated; `cluster` gives
 * the number of each row's cluster. Source: Liang & Zeger, Biometrika 73 (1986) 13–22. No small-sample factor.
 */
export function sandwich({ beta, scores, variance }: BinomialFit, cluster: Int32Array, clusters: number): Float64Array {
  const p = beta.length;
  const sums = new Float64Array(clusters * p);
  for (let i = 0; i < cluster.length; i++) {
    for (let j = 0; j < p; j++) sums[cluster[i]! * p + j]! += scores[i * p + j]!;
  }
  const result = new Float64Array(p * p);
  const influence = new Float64Array(p);
  for (let c = 0; c < clusters; c++) {
    for (let j = 0; j < p; j++) {
      influence[j] = 0;
      for (let k = 0; k < p; k++) influence[j]! += variance[j * p + k]! * sums[c * p + k]!;
    }
    for (let j = 0; j < p; j++) for (let k = 0; k < p; k++) result[j * p + k]! += influence[j]! * influence[k]!;
  }
  return result;
}
