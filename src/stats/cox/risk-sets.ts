/**
 * One sweep over the risk sets of a prepared Cox model, backwards in time: rows enter at their time and leave at their
 * start, so all sums over risk sets take one pass.
 *
 * Promises: O(n) additions for n rows, whatever the intervals; sums do not lose their digits when large rows leave.
 * Must not know: what is summed.
 */
import type { PreparedCox } from './prepare';

/** Adds the features of the row at `position`, times `factor`, to `sums`. Feature 0 must be the row's risk weight w·exp(η). */
export type AddRow = (sums: Float64Array, position: number, factor: 1 | -1) => void;
/** Called for every event group: sums over its risk set and over its events. Both are reused: do not keep them. */
export type VisitGroup = (group: number, atRisk: Float64Array, events: Float64Array) => void;

/** When the sum left over is this much smaller than it was, what cancelled is worth adding anew. */
const WORN = 1e-5;

/** Visits the event groups stratum by stratum, latest first. `length` is the number of features. */
export function sweepRiskSets(prepared: PreparedCox, length: number, addRow: AddRow, visit: VisitGroup): void {
  const { bounds, groupBounds, groups, start, startOrder, groupFrom, groupTo } = prepared;
  const atRisk = new Float64Array(length);
  const events = new Float64Array(length);
  for (let s = 0; s + 1 < bounds.length; s++) {
    atRisk.fill(0);
    let peak = 0;
    let entering = bounds[s + 1]! - 1;
    let leaving = bounds[s]!;
    for (let g = groupBounds[s + 1]! - 1; g >= groupBounds[s]!; g--) {
      const first = groups.first[g]!;
      for (; entering >= first; entering--) {
        if (groupFrom[entering]! < groupTo[entering]!) addRow(atRisk, entering, 1);
      }
      peak = Math.max(peak, atRisk[0]!);
      if (start !== null && startOrder !== null) {
        let left = false;
        for (; leaving < bounds[s + 1]! && start[startOrder[leaving]!]! >= groups.time[g]!; leaving++) {
          const row = startOrder[leaving]!;
          if (groupFrom[row]! >= groupTo[row]!) continue;
          addRow(atRisk, row, -1);
          left = true;
        }
        if (left && !(atRisk[0]! > WORN * peak)) {
          atRisk.fill(0);
          for (let i = first; i < bounds[s + 1]!; i++) {
            if (groupFrom[i]! <= g && g < groupTo[i]!) addRow(atRisk, i, 1);
          }
          peak = atRisk[0]!;
        }
      }
      events.fill(0);
      for (let i = first; i < first + groups.deaths[g]!; i++) addRow(events, i, 1);
      visit(g, atRisk, events);
    }
  }
}

/**
 * Linear predictors η = offset + xβ, and risks exp(η − shift) with one shift per stratum, its largest η: the partial
 * likelihood does not see the shift, and exp cannot overflow.
 */
export function computeRisks(
  prepared: PreparedCox,
  x: Float64Array,
  beta: Float64Array,
  eta: Float64Array,
  risk: Float64Array,
): void {
  const { bounds, offset } = prepared;
  const q = beta.length;
  for (let s = 0; s + 1 < bounds.length; s++) {
    let largest = -Infinity;
    for (let i = bounds[s]!; i < bounds[s + 1]!; i++) {
      let sum = offset[i]!;
      for (let j = 0; j < q; j++) sum += x[i * q + j]! * beta[j]!;
      eta[i] = sum;
      if (sum > largest) largest = sum;
    }
    for (let i = bounds[s]!; i < bounds[s + 1]!; i++) {
      eta[i]! -= largest;
      risk[i] = Math.exp(eta[i]!);
    }
  }
}
