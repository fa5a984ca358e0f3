/**
 * Variance and score test of a Cox model that do not trust the model: sandwiches of residuals, by row or by cluster.
 *
 * Promises: agrees with R's coxph for weights, strata, start–stop rows and clusters. Must not know: how residuals are made.
 */
import { factorSemidefinite, quadraticForm } from '../linear-algebra/semidefinite';
import { indexLabels } from './prepare';
import type { ResidualMatrix } from './residual-matrix';
import { dfbetaResiduals, scoreResiduals } from './residuals-score';
import type { CoxFit } from './types';

/**
 * Σ over clusters of d dᵀ (p × p; 0 for aliased covariates), d the weighted dfbeta residuals added up in the cluster.
 * Sources: Lin & Wei, JASA 84 (1989) 1074–1078; clusters: Lee, Wei & Amato, in "Survival Analysis: State of the Art"
 * (1992) 237–247.
 */
export function robustVariance(fit: CoxFit): Float64Array {
  const { product, kept } = grouped(fit, dfbetaResiduals(fit, { weighted: true }));
  const p = fit.beta.length;
  const q = kept.length;
  const full = new Float64Array(p * p);
  kept.forEach((i, a) => kept.forEach((j, b) => (full[i * p + j] = product[a * q + b]!)));
  return full;
}

/** Uᵀ B⁻¹ U at β = 0 with B = Σ over clusters of s sᵀ, s the cluster's score residuals. */
export function robustScoreStatistic(fit: CoxFit): number {
  const atNull = { ...fit, beta: new Float64Array(fit.beta.length) };
  const { product, total, kept } = grouped(atNull, scoreResiduals(atNull, { weighted: true }));
  return quadraticForm(factorSemidefinite(product, kept.length), total);
}

/** Rows added up by cluster, R: RᵀR and the column sums. */
function grouped(
  { data, aliased }: CoxFit,
  { values, rows }: ResidualMatrix,
): { product: Float64Array; total: Float64Array; kept: number[] } {
  const kept = data.names.map((_, j) => j).filter((j) => !aliased[j]);
  const q = kept.length;
  const clusters = data.cluster === undefined ? null : indexLabels(data.cluster, rows);
  const sums = clusters === null ? values : new Float64Array(clusters.labels.length * q);
  if (clusters !== null) {
    for (let i = 0; i < rows; i++) {
      for (let a = 0; a < q; a++) sums[clusters.index[i]! * q + a]! += values[i * q + a]!;
    }
  }
  const product = new Float64Array(q * q);
  const total = new Float64Array(q);
  for (let at = 0; at < sums.length; at += q) {
    for (let a = 0; a < q; a++) {
      total[a]! += sums[at + a]!;
      for (let b = 0; b < q; b++) product[a * q + b]! += sums[at + a]! * sums[at + b]!;
    }
  }
  return { product, total, kept };
}
