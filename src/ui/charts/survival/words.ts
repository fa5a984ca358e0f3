/** What a comparison of curves says in one line. */
import type { Survival } from '../../../app/estimates/survival';
import { epochText } from '../../../core/epoch';
import { formatP } from '../../format';
import { latentWords, NOT_ADJUSTED, PICKED } from '../notes';

const limit = (epoch: number | null) => (epoch === null ? 'not reached' : epochText(epoch));

export function survivalNote({ curves, test, known, ofSelection, latent }: Survival): string {
  const parts = curves.map(({ label, curve: { median, totalEvents, n } }) => {
    const middle =
      median.value === null
        ? 'median not reached'
        : `median epoch ${epochText(median.value)} (${limit(median.lo)} to ${limit(median.hi)})`;
    return `${label}: ${totalEvents} of n = ${n} acquired, ${middle}`;
  });
  return [
    ...parts,
    ...(known > 0 ? [`${known} known before training are not at risk`] : []),
    '95 % interval, Greenwood',
    ...(test === null ? [] : [`log-rank χ² = ${test.statistic.toFixed(2)} on ${test.df} df, ${formatP(test.p)}`]),
    ...(test === null ? [] : [NOT_ADJUSTED]),
    ...(latent === null ? [] : [latentWords(latent)]),
    ...(ofSelection ? [PICKED] : []),
  ].join('; ');
}
