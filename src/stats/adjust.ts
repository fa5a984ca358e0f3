/** P-values adjusted for having been many. Must not know: what was tested. */
import { badInput } from './checks';

export const ADJUSTMENTS = ['holm', 'bh', 'bonferroni', 'none'] as const;
export type Adjustment = (typeof ADJUSTMENTS)[number];

/**
 * Adjusted p-values in the order given. `holm` and `bonferroni` bound the chance of any false rejection, `bh` the share
 * of false ones among all rejections (independent or positively dependent tests).
 * Sources: Holm, Scand. J. Statistics 6 (1979) 65–70; Benjamini & Hochberg, JRSS B 57 (1995) 289–300.
 */
export function adjustP(p: readonly number[], method: Adjustment): number[] {
  const bad = p.findIndex((value) => !(value >= 0 && value <= 1));
  if (bad >= 0) throw badInput('Adjustment', `p-value ${bad + 1} is ${p[bad]}`, 'Give p-values from 0 to 1.');
  const n = p.length;
  if (method === 'none') return [...p];
  if (method === 'bonferroni') return p.map((value) => Math.min(1, value * n));
  const order = p.map((_, i) => i).sort((a, b) => p[a]! - p[b]!);
  const adjusted = new Array<number>(n);
  if (method === 'holm') {
    let largest = 0;
    order.forEach((i, rank) => (adjusted[i] = largest = Math.max(largest, Math.min(1, p[i]! * (n - rank)))));
  } else {
    let smallest = 1;
    for (let rank = n - 1; rank >= 0; rank--) {
      const i = order[rank]!;
      adjusted[i] = smallest = Math.min(smallest, (p[i]! * n) / (rank + 1));
    }
  }
  return adjusted;
}
