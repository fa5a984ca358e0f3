/**
 * Score residuals of a Cox model and the sandwich variance made of them.
 *
 * Promises: O(n q); the residuals, weighted, add up to the score. Must not know: who asks; scaling of covariates.
 */
import { indexLabels } from './prepare';
import type { PreparedCox } from './prepare';
import { linearPredictors, sweepRiskSets } from './risk-sets';

/**
 * Score residuals (n × q by position, without case weights) at `beta` for covariates `x` (n × q by position):
 * ∫ (x_i − x̄(t)) dM_i(t). Source: Therneau, Grambsch & Fleming, Biometrika 77 (1990) 147–160; with Efron's ties an
 * event of d tied ones is at risk to the share 1 − k/d in the k-th of their terms (Therneau & Grambsch 2000, section 4.2.1).
 */
export function scoreResiduals(
  prepared: PreparedCox,
  x: Float64Array,
  beta: Float64Array,
  ties: 'efron' | 'breslow',
): Float64Array {
  const { n, weights, groups, event, groupFrom, groupTo } = prepared;
  const q = beta.length;
  const eta = new Float64Array(n);
  const risk = new Float64Array(n);
  linearPredictors(prepared, x, beta, eta, risk);
  // Per group: hazard increment and hazard × mean covariates; the parts that the events themselves escape; mean of means.
  const width = 1 + q;
  const hazard = new Float64Array(groups.count * width);
  const escaped = new Float64Array(groups.count * width);
  const means = new Float64Array(groups.count * q);
  const addRow = (sums: Float64Array, i: number, factor: number): void => {
    const r = factor * weights[i]! * risk[i]!;
    sums[0]! += r;
    for (let a = 0; a < q; a++) sums[1 + a]! += r * x[i * q + a]!;
  };
  sweepRiskSets(prepared, width, addRow, (g, atRisk, events) => {
    const terms = ties === 'efron' ? groups.deaths[g]! : 1;
    for (let t = 0; t < terms; t++) {
      const share = t / terms;
      const total = atRisk[0]! - share * events[0]!;
      const increment = groups.deathWeight[g]! / terms / total;
      hazard[g * width]! += increment;
      escaped[g * width]! += share * increment;
      for (let a = 0; a < q; a++) {
        const mean = (atRisk[1 + a]! - share * events[1 + a]!) / total;
        hazard[g * width + 1 + a]! += increment * mean;
        escaped[g * width + 1 + a]! += share * increment * mean;
        means[g * q + a]! += mean / terms;
      }
    }
  });
  const cumulative = new Float64Array((groups.count + 1) * width);
  for (let k = 0; k < hazard.length; k++) cumulative[k + width] = cumulative[k]! + hazard[k]!;
  const residuals = new Float64Array(n * q);
  for (let i = 0; i < n; i++) {
    const from = groupFrom[i]! * width;
    const to = groupTo[i]! * width;
    const last = to - width;
    const total = cumulative[to]! - cumulative[from]! - (event[i] === 1 ? escaped[last]! : 0);
    for (let a = 0; a < q; a++) {
      const k = 1 + a;
      const expected = cumulative[to + k]! - cumulative[from + k]! - (event[i] === 1 ? escaped[last + k]! : 0);
      const own = event[i] === 1 ? x[i * q + a]! - means[(groupTo[i]! - 1) * q + a]! : 0;
      residuals[i * q + a] = own - risk[i]! * (x[i * q + a]! * total - expected);
    }
  }
  return residuals;
}

/** Weighted rows (k × q) added up by cluster, in the order of the sorted labels; without labels each row is its own. */
export function groupedRows(
  prepared: PreparedCox,
  rows: Float64Array,
  q: number,
  cluster?: ArrayLike<number | string>,
): Float64Array {
  const { n, weights, order } = prepared;
  const labels = cluster === undefined ? null : indexLabels(cluster, n);
  const grouped = new Float64Array((labels?.labels.length ?? n) * q);
  for (let i = 0; i < n; i++) {
    const to = labels === null ? i : labels.index[order[i]!]!;
    for (let a = 0; a < q; a++) grouped[to * q + a]! += weights[i]! * rows[i * q + a]!;
  }
  return grouped;
}

/** RᵀR (q × q) of rows R (k × q). */
export function crossProduct(rows: Float64Array, q: number): Float64Array {
  const product = new Float64Array(q * q);
  for (let i = 0; i < rows.length; i += q) {
    for (let a = 0; a < q; a++) for (let b = 0; b <= a; b++) product[a * q + b]! += rows[i + a]! * rows[i + b]!;
  }
  for (let a = 0; a < q; a++) for (let b = 0; b < a; b++) product[b * q + a] = product[a * q + b]!;
  return product;
}

/** The sandwich V B V (q × q): Lin & Wei, JASA 84 (1989) 1074–1078; by cluster: Lee, Wei & Amato (1992). */
export function sandwich(variance: Float64Array, meat: Float64Array, q: number): Float64Array {
  return multiply(multiply(variance, meat, q), variance, q);
}

function multiply(a: Float64Array, b: Float64Array, q: number): Float64Array {
  const product = new Float64Array(q * q);
  for (let i = 0; i < q; i++) {
    for (let k = 0; k < q; k++) for (let j = 0; j < q; j++) product[i * q + j]! += a[i * q + k]! * b[k * q + j]!;
  }
  return product;
}
