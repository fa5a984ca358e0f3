/** Mean of paired differences with Student's interval. Must not know: what was measured. */
import type { Estimate } from '../../core/estimate';
import { requireCount, requireFinite, requireLevel } from '../checks';
import { percent } from '../proportions';
import { studentQuantile } from '../special/beta';

/**
 * d̄ ± t(n − 1) · s / √n, as R's t.test(paired = TRUE) gives it. Differences that are all equal leave an interval of no
 * width. Throws `stats-input` for fewer than two.
 */
export function meanDifference(differences: readonly number[], level = 0.95): Estimate {
  const name = 'Mean difference';
  const n = differences.length;
  requireCount(name, 'differences', n, 2);
  requireFinite(name, 'the differences', differences);
  requireLevel(name, level);
  const value = differences.reduce((sum, difference) => sum + difference, 0) / n;
  const squares = differences.reduce((sum, difference) => sum + (difference - value) ** 2, 0);
  const half = studentQuantile(1 - (1 - level) / 2, n - 1) * Math.sqrt(squares / (n - 1) / n);
  return {
    value,
    lo: value - half,
    hi: value + half,
    n,
    method: `mean of paired differences, Student’s t, ${percent(level)}`,
  };
}
