/** Mean of paired differences with Student's interval. Must not know: what was measured. */
import type { Estimate } from '../../core/estimate';
import { requireCount, requireFinite, requireLevel } from '../checks';
import { percent } from '../proportions';
import { studentMean } from '../student-mean';

/**
 * d̄ ± t(n − 1) · s / √n, as R's t.test(paired = TRUE) gives it. Differences that are all equal leave an interval of no
 * width. Throws `stats-input` for fewer than two.
 */
export function meanDifference(differences: readonly number[], level = 0.95): Estimate {
  const name = 'Mean difference';
  requireCount(name, 'differences', differences.length, 2);
  requireFinite(name, 'the differences', differences);
  requireLevel(name, level);
  return { ...studentMean(differences, level), method: `mean of paired differences, Student’s t, ${percent(level)}` };
}
