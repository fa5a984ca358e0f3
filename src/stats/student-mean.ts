/** A mean with Student's interval, without the words of any one measure. Pure. */
import { studentQuantile } from './special/beta';

/** x̄ ± t(n − 1) · s / √n. Values that are all equal leave an interval of no width. Of two or more, all finite. */
export function studentMean(
  values: readonly number[],
  level = 0.95,
): { value: number; lo: number; hi: number; n: number } {
  const n = values.length;
  const value = values.reduce((sum, each) => sum + each, 0) / n;
  const squares = values.reduce((sum, each) => sum + (each - value) ** 2, 0);
  const half = studentQuantile(1 - (1 - level) / 2, n - 1) * Math.sqrt(squares / (n - 1) / n);
  return { value, lo: value - half, hi: value + half, n };
}
