/** How the lines of training look. */
import type { LossSeries } from '../../../app/estimates/loss';
import type { LegendEntry } from '../legend';

export const LOSS_STYLES: Record<LossSeries['name'], Pick<LegendEntry, 'tone' | 'dash'>> = {
  loss: { tone: 'first' },
  'cross-entropy': { tone: 'seen', dash: '6 4' },
  divergence: { tone: 'second', dash: '2 3' },
  'gradient norm': { tone: 'third' },
};
