/** Spearman's rank correlation. Must not know: what was measured. */
import type { Estimate } from '../../core/estimate';
import { badInput, requireCount, requireFinite, requireLevel } from '../checks';
import { percent } from '../proportions';
import { midranks } from '../ranks';
import { studentTwoSided } from '../special/beta';
import { normalQuantile } from '../special/normal';

export interface SpearmanResult {
  rho: Estimate;
  /** Two-sided. */
  p: number;
  method: string;
}

/** Up to so many pairs without ties every order is tried. */
const EXACT_UP_TO = 9;

/**
 * ρ: the correlation of midranks. p: over all n! orders for n ≤ 9 without ties and for |ρ| = 1, else Student's t on n − 2
 * degrees.
 * Interval: Fisher's z with variance (1 + ρ²/2)/(n − 3) (Bonett & Wright, Psychometrika 65 (2000) 23–28).
 * Source: C. Spearman, Am. J. Psychology 15 (1904) 72–101. Throws `stats-input`, also where a side is constant.
 */
export function spearman(x: readonly number[], y: readonly number[], level = 0.95): SpearmanResult {
  const name = 'Spearman’s rank correlation';
  if (x.length !== y.length) {
    throw badInput(name, `${x.length} values are paired with ${y.length}`, 'Give one partner for each value.');
  }
  requireCount(name, 'pairs', x.length, 4);
  requireFinite(name, 'the first sample', x);
  requireFinite(name, 'the second sample', y);
  requireLevel(name, level);
  const [a, b] = [midranks(x), midranks(y)];
  const rho = correlation(a.ranks, b.ranks);
  if (Number.isNaN(rho)) throw badInput(name, 'all values of one side are equal', 'Give values that differ.');
  const n = x.length;
  const untied = [...a.tieSizes, ...b.tieSizes].every((size) => size === 1);
  const perfect = Math.abs(rho) === 1;
  const exact = perfect || (untied && n <= EXACT_UP_TO);
  const p = perfect ? perfectP(n, a.tieSizes) : exact ? exactP(a.ranks, b.ranks) : approximateP(rho, n);
  const half = normalQuantile(1 - (1 - level) / 2) * Math.sqrt((1 + (rho * rho) / 2) / (n - 3));
  const end = (sign: 1 | -1) => (Math.abs(rho) === 1 ? rho : Math.tanh(Math.atanh(rho) + sign * half));
  return {
    rho: { value: rho, lo: end(-1), hi: end(1), n, method: `Spearman, Bonett–Wright interval, ${percent(level)}` },
    p,
    method: `${name}, ${exact ? 'exact' : 't approximation'}, two-sided`,
  };
}

/** ρ alone, for those who need it often; NaN where a side is constant. As many values on either side. */
export function rankCorrelation(x: readonly number[], y: readonly number[]): number {
  return correlation(midranks(x).ranks, midranks(y).ranks);
}

function approximateP(rho: number, n: number): number {
  return studentTwoSided(rho * Math.sqrt((n - 2) / (1 - rho * rho)), n - 2);
}

/** Of n! orders one, and its reverse, are perfect; so are those that swap equal values only. */
function perfectP(n: number, tieSizes: readonly number[]): number {
  const logFactorial = (k: number) => Array.from({ length: k }, (_, i) => Math.log(i + 1)).reduce((a, b) => a + b, 0);
  const same = tieSizes.reduce((sum, size) => sum + logFactorial(size), 0);
  return Math.min(1, 2 * Math.exp(same - logFactorial(n)));
}

/** NaN where a side is constant. */
function correlation(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  x.forEach((value, i) => {
    xy += (value - mx) * (y[i]! - my);
    xx += (value - mx) ** 2;
    yy += (y[i]! - my) ** 2;
  });
  return Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
}

/** Twice the share of orders of y whose Σ (rank difference)² is at least as extreme; the distribution is symmetric. */
function exactP(x: readonly number[], y: readonly number[]): number {
  const byX = x.map((rank, i) => [rank, y[i]!] as const).sort(([a], [b]) => a - b);
  const observed = byX.reduce((sum, [a, b]) => sum + (a - b) ** 2, 0);
  const n = x.length;
  let [below, above, orders] = [0, 0, 0];
  const used = new Array<boolean>(n).fill(false);
  const place = (rank: number, sum: number): void => {
    if (rank > n) {
      orders += 1;
      if (sum <= observed) below += 1;
      if (sum >= observed) above += 1;
      return;
    }
    for (let value = 1; value <= n; value++) {
      if (used[value - 1]) continue;
      used[value - 1] = true;
      place(rank + 1, sum + (rank - value) ** 2);
      used[value - 1] = false;
    }
  };
  place(1, 0);
  return Math.min(1, (2 * Math.min(below, above)) / orders);
}
