/**
 * Wilcoxon's signed-rank test of paired differences.
 *
 * Promises: agrees with R's wilcox.test(paired = TRUE). Must not know: what was measured.
 */
import { badInput, requireFinite } from '../checks';
import { midranks } from '../ranks';
import { normalCdf, normalUpper } from '../special/normal';
import type { Alternative, TestResult } from '../test-result';

/** Fewer differences than this, none 0 and no ties: the exact distribution is used. */
const EXACT_BELOW = 50;

export interface WilcoxonResult extends TestResult {
  /** Differences that are not 0. */
  n: number;
}

/**
 * V = sum of the ranks of |x − y| over the positive differences; differences of 0 are left out.
 * Source: F. Wilcoxon, Biometrics Bulletin 1 (1945) 80–83; normal approximation with ties and continuity correction.
 * `alternative: 'greater'`: x tends to be larger than y. Throws `stats-input`.
 */
export function wilcoxonSignedRank(
  x: readonly number[],
  y: readonly number[],
  alternative: Alternative = 'two-sided',
): WilcoxonResult {
  const name = 'Wilcoxon signed-rank test';
  if (x.length !== y.length) {
    throw badInput(name, `${x.length} values are paired with ${y.length}`, 'Give one partner for each value.');
  }
  requireFinite(name, 'the first sample', x);
  requireFinite(name, 'the second sample', y);
  const differences = x.map((value, i) => value - y[i]!).filter((difference) => difference !== 0);
  const n = differences.length;
  if (n === 0) return { statistic: 0, p: 1, n, method: `${name}: all differences are 0` };
  const { ranks, tieSizes } = midranks(differences.map(Math.abs));
  const v = ranks.reduce((sum, rank, i) => sum + (differences[i]! > 0 ? rank : 0), 0);
  if (n < EXACT_BELOW && n === x.length && tieSizes.every((size) => size === 1)) {
    return { statistic: v, p: exactP(v, n, alternative), n, method: `${name}, exact, ${alternative}` };
  }
  const tieSum = tieSizes.reduce((sum, size) => sum + (size ** 3 - size), 0);
  const sd = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24 - tieSum / 48);
  const z = v - (n * (n + 1)) / 4;
  const shift = alternative === 'two-sided' ? Math.sign(z) * 0.5 : alternative === 'greater' ? 0.5 : -0.5;
  const score = (z - shift) / sd;
  const p =
    alternative === 'greater'
      ? normalUpper(score)
      : alternative === 'less'
        ? normalCdf(score)
        : 2 * normalCdf(-Math.abs(score));
  return { statistic: v, p: Math.min(1, p), n, method: `${name}, normal approximation, ${alternative}` };
}

/** Tails of the null distribution: every subset of the ranks 1 … n is equally likely to be positive. */
function exactP(v: number, n: number, alternative: Alternative): number {
  const most = (n * (n + 1)) / 2;
  const ways = new Float64Array(most + 1);
  ways[0] = 1;
  for (let rank = 1; rank <= n; rank++) {
    for (let sum = most; sum >= rank; sum--) ways[sum]! += ways[sum - rank]!;
  }
  const total = 2 ** n;
  const below = (limit: number) => ways.slice(0, limit + 1).reduce((sum, count) => sum + count, 0) / total;
  const upper = () => below(most - v); // symmetric
  if (alternative === 'greater') return upper();
  if (alternative === 'less') return below(v);
  return Math.min(1, 2 * Math.min(below(v), upper()));
}
