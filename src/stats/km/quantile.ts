/** When does a survival curve reach a level? */

/** Two values closer than this count as equal, as in R (√ of the machine epsilon). */
const TOLERANCE = Math.sqrt(Number.EPSILON);

/**
 * First time at which a step function is at or below `level`. Where it rests exactly on the level, the middle of that
 * rest: from the first time there to the first time below, or to the end of the data. Null where never reached.
 * The rule of R's quantile of survfit objects, but for one case: a limit may rise for a while (the upper one where few are
 * left at risk, the lower one of log-log at the first events); the first crossing counts here, as in R's printed medians. Undefined (NaN) steps are passed over, and a rest
 * that ends in one is not closed: null.
 */
export function crossingTime(time: readonly number[], curve: readonly number[], level: number): number | null {
  const first = curve.findIndex((value) => value <= level + TOLERANCE);
  if (first < 0) return null;
  if (curve[first]! < level - TOLERANCE) return time[first]!;
  const below = curve.findIndex((value) => value < level - TOLERANCE);
  if (below >= 0) return (time[first]! + time[below]!) / 2;
  return Number.isNaN(curve.at(-1)!) ? null : (time[first]! + time.at(-1)!) / 2;
}
