/**
 * Firth's bias-reduced Cox model: the partial likelihood with Jeffreys' penalty, whose maximum is finite also where the
 * likelihood is monotone.
 *
 * Promises: O(n q²) a call, as the likelihood itself. Must not know: how it is maximised.
 */
import { factorSemidefinite, logDeterminant } from '../linear-algebra/semidefinite';
import type { Likelihood } from './partial-likelihood';
import type { PreparedCox } from './prepare';
import { computeRisks, sweepRiskSets } from './risk-sets';

/**
 * ℓ* = ℓ + ½ log|I|, U*_c = U_c + ½ tr(I⁻¹ ∂I/∂β_c) and the unpenalised information I, as Heinze & Schemper, Biometrics
 * 57 (2001) 114–119, after Firth, Biometrika 80 (1993) 27–38. ∂I is a sum of third central moments μ₃ over risk sets; with
 * I = C Cᵀ and rows y = C⁻¹x the trace is C E[|y − ȳ|² (y − ȳ)], so no third-order array is built.
 * Where I is singular ℓ* is −∞.
 */
export function firthLikelihood(
  prepared: PreparedCox,
  x: Float64Array,
  q: number,
  ties: 'efron' | 'breslow',
  plain: Likelihood,
): Likelihood {
  const { n, weights, groups } = prepared;
  const eta = new Float64Array(n);
  const risk = new Float64Array(n);
  const y = new Float64Array(n * q);
  const norms = new Float64Array(n);
  const cross = 1 + q;
  const norm = cross + (q * (q + 1)) / 2;
  const normY = norm + 1;
  const length = normY + q;
  const mean = new Float64Array(q);

  function addRow(sums: Float64Array, i: number, factor: number): void {
    const r = factor * weights[i]! * risk[i]!;
    const rn = r * norms[i]!;
    sums[0]! += r;
    sums[norm]! += rn;
    const at = i * q;
    let k = cross;
    for (let a = 0; a < q; a++) {
      const ya = y[at + a]!;
      sums[1 + a]! += r * ya;
      sums[normY + a]! += rn * ya;
      for (let b = 0; b <= a; b++) sums[k++]! += r * ya * y[at + b]!;
    }
  }

  return (beta) => {
    const { logLikelihood, score, information } = plain(beta);
    const factor = factorSemidefinite(information, q);
    if (factor.rank < q) return { logLikelihood: -Infinity, score, information };
    computeRisks(prepared, x, beta, eta, risk);
    const root = Float64Array.from(factor.lower, (value, k) => value * Math.sqrt(factor.pivots[k % q]!));
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let a = 0; a < q; a++) {
        let value = x[i * q + a]!;
        for (let b = 0; b < a; b++) value -= root[a * q + b]! * y[i * q + b]!;
        value /= root[a * q + a]!;
        y[i * q + a] = value;
        sum += value * value;
      }
      norms[i] = sum;
    }
    const pull = new Float64Array(q);
    sweepRiskSets(prepared, length, addRow, (g, atRisk, events) => {
      const deaths = groups.deaths[g]!;
      const terms = ties === 'efron' ? deaths : 1;
      const weight = groups.deathWeight[g]! / terms;
      for (let t = 0; t < terms; t++) {
        const share = t / terms;
        const moment = (k: number): number => (atRisk[k]! - share * events[k]!) / total;
        const total = atRisk[0]! - share * events[0]!;
        for (let a = 0; a < q; a++) mean[a] = moment(1 + a);
        const meanNorm = moment(norm);
        for (let a = 0; a < q; a++) {
          // E[|y − ȳ|²(y − ȳ)_a] = E[|y|² y_a] − E[|y|²] ȳ_a − 2 Σ_b ȳ_b cov(y_a, y_b)
          let third = moment(normY + a) - meanNorm * mean[a]!;
          for (let b = 0; b < q; b++) {
            const k = cross + (b <= a ? (a * (a + 1)) / 2 + b : (b * (b + 1)) / 2 + a);
            third -= 2 * mean[b]! * (moment(k) - mean[a]! * mean[b]!);
          }
          pull[a]! += (weight * third) / 2;
        }
      }
    });
    for (let a = 0; a < q; a++) for (let b = 0; b <= a; b++) score[a]! += root[a * q + b]! * pull[b]!;
    return { logLikelihood: logLikelihood + logDeterminant(factor) / 2, score, information };
  };
}
