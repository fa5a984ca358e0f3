/** Two independent samples: does one tend to be larger? */
import { requireCount } from './checks';
import { midranks } from './ranks';
import { normalCdf } from './special/normal';

const NAME = 'Mann–Whitney test';
/** Both samples smaller than this, and no ties: the exact distribution is used. */
const EXACT_BELOW = 50;

export interface MannWhitneyResult {
  /** Pairs (x, y) with x > y, ties counting one half. */
  u: number;
  /** Two-sided. */
  p: number;
  /** U / (nX·nY): the probability that a random x exceeds a random y, ties counting one half. */
  auc: number;
  nX: number;
  nY: number;
  method: string;
}

/**
 * Mann–Whitney U test (Wilcoxon rank sum), two-sided.
 * Source: Mann & Whitney, Ann. Math. Stat. 18 (1947) 50–60: exact by their recurrence for both n < 50 without ties;
 * otherwise the normal approximation with tie-corrected variance (Lehmann, Nonparametrics, 1975, §1.4) and a
 * continuity correction of ½. The same choices as R's `wilcox.test`. All values equal: p = 1.
 * Throws `stats-input` for an empty sample or NaN.
 */
export function mannWhitney(x: readonly number[], y: readonly number[]): MannWhitneyResult {
  const nX = x.length;
  const nY = y.length;
  requireCount(NAME, 'values of the first sample', nX, 1);
  requireCount(NAME, 'values of the second sample', nY, 1);
  const { ranks, tieSizes } = midranks([...x, ...y]);
  const rankSum = ranks.slice(0, nX).reduce((sum, rank) => sum + rank, 0);
  const u = rankSum - (nX * (nX + 1)) / 2;
  const result = { u, auc: u / (nX * nY), nX, nY };
  if (nX < EXACT_BELOW && nY < EXACT_BELOW && tieSizes.every((size) => size === 1)) {
    return { ...result, p: exactP(u, nX, nY), method: 'Mann–Whitney, exact, two-sided' };
  }
  return {
    ...result,
    p: normalP(u, nX, nY, tieSizes),
    method: 'Mann–Whitney, normal approximation, tie- and continuity-corrected, two-sided',
  };
}

function normalP(u: number, nX: number, nY: number, tieSizes: readonly number[]): number {
  const n = nX + nY;
  const tieSum = tieSizes.reduce((sum, size) => sum + (size ** 3 - size), 0);
  const variance = ((nX * nY) / 12) * (n + 1 - tieSum / (n * (n - 1)));
  if (!(variance > 0)) return 1;
  const excess = Math.max(0, Math.abs(u - (nX * nY) / 2) - 0.5);
  return Math.min(1, 2 * normalCdf(-excess / Math.sqrt(variance)));
}

/** 2·P(U ≤ the smaller of u and nX·nY − u), capped at 1; the null distribution is symmetric. */
function exactP(u: number, nX: number, nY: number): number {
  const mass = nullDistribution(nX, nY);
  const extreme = Math.min(u, nX * nY - u);
  let tail = 0;
  for (let value = 0; value <= extreme; value++) tail += mass[value]!;
  return Math.min(1, 2 * tail);
}

/**
 * P(U = 0 … nX·nY) when all orders are equally likely, [nX·nY + 1].
 * U is the number of smaller y summed over the x: as a generating function ∏ᵢ (1 − q^{nY+i}) / (1 − q^i), i = 1 … nX.
 */
function nullDistribution(nX: number, nY: number): Float64Array {
  const size = nX * nY + 1;
  const counts = new Float64Array(size);
  counts[0] = 1;
  for (let i = 1; i <= nX; i++) {
    for (let value = size - 1; value >= nY + i; value--) counts[value]! -= counts[value - nY - i]!;
    for (let value = i; value < size; value++) counts[value]! += counts[value - i]!;
  }
  let total = 0;
  for (const count of counts) total += count;
  return counts.map((count) => count / total);
}
