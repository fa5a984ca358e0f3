/** What the rates say in one line. */
import type { LearningRates } from '../../../app/estimates/learning-rate';
import { epochText } from '../../../core/epoch';
import { formatShare } from '../../format';
import { latentWords, PICKED_RATES } from '../notes';

const limit = (epoch: number | null) => (epoch === null ? 'not bounded' : epochText(epoch));

export function ratesNote({ groups, ofSelection, latent }: LearningRates): string {
  const parts = groups.map(({ label, rate: { n, events, peak, peakEpoch, epochsTo90, epochsTo90Limits: to90 } }) =>
    peak === null
      ? `${label}: none of n = ${n} acquired`
      : `${label}: ${events} of n = ${n} acquired, highest ${formatShare(peak.value)} (${formatShare(peak.lo)} to ${formatShare(peak.hi)}) at epoch ${epochText(peakEpoch!)}, 90 % of them by epoch ${epochText(epochsTo90!)} (${limit(to90.lo)} to ${limit(to90.hi)})`,
  );
  return [
    ...parts,
    '95 % Wilson interval; the highest was chosen as the highest, so it flatters',
    ...(latent === null ? [] : [latentWords(latent)]),
    ...(ofSelection ? [PICKED_RATES] : []),
  ].join('; ');
}
