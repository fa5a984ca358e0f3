/**
 * Cox's partial log-likelihood with its score and information, for Breslow's and Efron's treatment of ties.
 *
 * Promises: O(n q²) a call, buffers kept between calls. Must not know: how it is maximised.
 */
import type { PreparedCox } from './prepare';
import { computeRisks, sweepRiskSets } from './risk-sets';

/** A log-likelihood at one β: score (q) and information (q × q, minus the second derivative). */
export interface Derivatives {
  logLikelihood: number;
  score: Float64Array;
  information: Float64Array;
}

export type Likelihood = (beta: Float64Array) => Derivatives;

/**
 * The partial likelihood of the prepared rows with covariates `x` (n × q by position).
 * Sources: Cox, JRSS B 34 (1972) 187–220; Breslow, Biometrics 30 (1974) 89–99; Efron, JASA 72 (1977) 557–565, with case
 * weights as in Therneau & Grambsch, "Modeling Survival Data" (2000), section 3.3: an event's terms carry the mean weight
 * of the events tied with it.
 */
export function partialLikelihood(
  prepared: PreparedCox,
  x: Float64Array,
  q: number,
  ties: 'efron' | 'breslow',
): Likelihood {
  const { n, weights, groups } = prepared;
  const eta = new Float64Array(n);
  const risk = new Float64Array(n);
  const second = 1 + q;
  const length = second + (q * (q + 1)) / 2;
  const mean = new Float64Array(q);

  function addRow(sums: Float64Array, i: number, factor: number): void {
    const r = factor * weights[i]! * risk[i]!;
    sums[0]! += r;
    const at = i * q;
    let k = second;
    for (let a = 0; a < q; a++) {
      const ra = r * x[at + a]!;
      sums[1 + a]! += ra;
      for (let b = 0; b <= a; b++) sums[k++]! += ra * x[at + b]!;
    }
  }

  return (beta) => {
    computeRisks(prepared, x, beta, eta, risk);
    const score = new Float64Array(q);
    const information = new Float64Array(q * q);
    let logLikelihood = 0;
    sweepRiskSets(prepared, length, addRow, (g, atRisk, events) => {
      const first = groups.first[g]!;
      const deaths = groups.deaths[g]!;
      for (let i = first; i < first + deaths; i++) {
        logLikelihood += weights[i]! * eta[i]!;
        for (let a = 0; a < q; a++) score[a]! += weights[i]! * x[i * q + a]!;
      }
      const terms = ties === 'efron' ? deaths : 1;
      const weight = groups.deathWeight[g]! / terms;
      for (let t = 0; t < terms; t++) {
        const share = t / terms;
        const total = atRisk[0]! - share * events[0]!;
        logLikelihood -= weight * Math.log(total);
        let k = second;
        for (let a = 0; a < q; a++) {
          mean[a] = (atRisk[1 + a]! - share * events[1 + a]!) / total;
          score[a]! -= weight * mean[a]!;
          for (let b = 0; b <= a; b++, k++) {
            const moment = (atRisk[k]! - share * events[k]!) / total;
            information[a * q + b]! += weight * (moment - mean[a]! * mean[b]!);
          }
        }
      }
    });
    for (let a = 0; a < q; a++) for (let b = 0; b < a; b++) information[b * q + a] = information[a * q + b]!;
    return { logLikelihood, score, information };
  };
}
