/**
 * The exact (discrete) partial likelihood: given that d of the N rows at risk had the event, the probability that it was
 * these.
 *
 * Promises: O(N d q²) for each event time, and no overflow however many subsets there are. Must not know: how it is
 * maximised.
 */
import type { Derivatives, Likelihood } from './partial-likelihood';
import type { PreparedCox } from './prepare';
import { computeRisks } from './risk-sets';

const LARGE = 1e150;
const LOG_LARGE = Math.log(LARGE);

/**
 * The denominator, a sum over all subsets of d rows, and its first and second derivatives follow the recursion over rows
 * of Gail, Lubin & Rubinstein, Biometrika 68 (1981) 703–707. The likelihood is Cox's discrete one, JRSS B 34 (1972) 187–220.
 */
export function exactLikelihood(prepared: PreparedCox, x: Float64Array, q: number): Likelihood {
  const { n, groups, bounds, groupFrom, groupTo } = prepared;
  const eta = new Float64Array(n);
  const risk = new Float64Array(n);
  return (beta) => {
    computeRisks(prepared, x, beta, eta, risk);
    const total: Derivatives = {
      logLikelihood: 0,
      score: new Float64Array(q),
      information: new Float64Array(q * q),
    };
    for (let g = 0; g < groups.count; g++) {
      const first = groups.first[g]!;
      const deaths = groups.deaths[g]!;
      const end = bounds[groups.stratum[g]! + 1]!;
      const rows: number[] = [];
      for (let i = first; i < end; i++) if (groupFrom[i]! <= g && g < groupTo[i]!) rows.push(i);
      addGroup(total, rows, deaths, x, q, eta);
    }
    for (let a = 0; a < q; a++)
      for (let b = 0; b < a; b++) total.information[b * q + a] = total.information[a * q + b]!;
    return total;
  };
}

/**
 * Adds log P(the events | d events among `rows`); the events come first in `rows`. Where more than half had the event,
 * the same probability is that of the others not having it, with the signs of η and x turned: the shorter recursion.
 */
function addGroup(
  total: Derivatives,
  rows: readonly number[],
  deaths: number,
  x: Float64Array,
  q: number,
  eta: Float64Array,
): void {
  const turned = 2 * deaths > rows.length;
  const sign = turned ? -1 : 1;
  const chosen = turned ? rows.slice(deaths) : rows.slice(0, deaths);
  const d = chosen.length;
  if (d === 0) return;
  let largest = -Infinity;
  for (const i of rows) largest = Math.max(largest, sign * eta[i]!);
  for (const i of chosen) {
    total.logLikelihood += sign * eta[i]! - largest;
    for (let a = 0; a < q; a++) total.score[a]! += sign * x[i * q + a]!;
  }
  const { log, first, second } = subsetSums(rows, d, x, q, (i) => Math.exp(sign * eta[i]! - largest));
  total.logLikelihood -= log;
  let k = 0;
  for (let a = 0; a < q; a++) {
    total.score[a]! -= sign * first[a]!;
    for (let b = 0; b <= a; b++) total.information[a * q + b]! += second[k++]! - first[a]! * first[b]!;
  }
}

/**
 * B = Σ over subsets of `d` rows of the product of their risks: log B, ∂B/B (q) and ∂²B/B (packed lower triangle), where
 * the risk of row i has derivative risk·x. Element j of the recursion, the sum over subsets of j rows, is kept as
 * value · exp(logScale) with its own scale; `ratio[j]` is the scale of element j − 1 over that of j.
 */
function subsetSums(
  rows: readonly number[],
  d: number,
  x: Float64Array,
  q: number,
  riskOf: (row: number) => number,
): { log: number; first: Float64Array; second: Float64Array } {
  const size = 1 + q + (q * (q + 1)) / 2;
  const sums = new Float64Array((d + 1) * size);
  const ratio = new Float64Array(d + 2).fill(1);
  let logScale = 0;
  sums[0] = 1;
  for (let m = 0; m < rows.length; m++) {
    const at = rows[m]! * q;
    const risk = riskOf(rows[m]!);
    // Element j is needed only if the rows still to come can complete it to d.
    const least = Math.max(1, d - (rows.length - 1 - m));
    for (let j = Math.min(m + 1, d); j >= least; j--) {
      const to = j * size;
      const from = to - size;
      const r = risk * ratio[j]!;
      const before = sums[from]!;
      sums[to]! += r * before;
      let k = 1 + q;
      for (let a = 0; a < q; a++) {
        const xa = x[at + a]!;
        const slope = sums[from + 1 + a]! + xa * before;
        sums[to + 1 + a]! += r * slope;
        for (let b = 0; b <= a; b++, k++) {
          sums[to + k]! += r * (sums[from + k]! + xa * sums[from + 1 + b]! + x[at + b]! * slope);
        }
      }
      const value = sums[to]!;
      const up = value > LARGE;
      if (!up && !(value > 0 && value < 1 / LARGE)) continue;
      const factor = up ? 1 / LARGE : LARGE;
      for (let k = to; k < to + size; k++) sums[k]! *= factor;
      ratio[j]! *= factor;
      ratio[j + 1]! /= factor;
      if (j === d) logScale += up ? LOG_LARGE : -LOG_LARGE;
    }
  }
  const last = d * size;
  const value = sums[last]!;
  return {
    log: Math.log(value) + logScale,
    first: sums.subarray(last + 1, last + 1 + q).map((sum) => sum / value),
    second: sums.subarray(last + 1 + q, last + size).map((sum) => sum / value),
  };
}
