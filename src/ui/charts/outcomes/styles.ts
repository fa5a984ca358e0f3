/** How outcomes look: each its colour and its depth. */
import type { Outcome } from '../../../records';
import type { LegendEntry } from '../legend';

export const OUTCOME_STYLES: Record<Outcome, Pick<LegendEntry, 'tone' | 'opacity'>> = {
  right: { tone: 'gain', opacity: 0.9 },
  wrong: { tone: 'loss', opacity: 0.28 },
  unparsed: { tone: 'rehearsed', opacity: 0.65 },
  empty: { tone: 'withheld', opacity: 0.55 },
};
