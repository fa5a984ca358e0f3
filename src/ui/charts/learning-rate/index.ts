/** The learning rate of facts: of those still unlearned, the share learned at each evaluation. */
import { learningRatesOf, type LearningRates } from '../../../app/estimates/learning-rate';
import { epochText } from '../../../core/epoch';
import { formatShare } from '../../format';
import { defineChart } from '../chart';
import { groupingChoice } from '../grouping-choice';
import { curveStyle } from '../legend';
import LearningRateChart from './LearningRateChart.svelte';

function noteOf({ groups }: LearningRates): string {
  const parts = groups.map(({ label, rate: { n, events, peak, peakEpoch, epochsTo90 } }) =>
    peak === null
      ? `${label}: none of n = ${n} acquired`
      : `${label}: ${events} of n = ${n} acquired, highest ${formatShare(peak.value)} at epoch ${epochText(peakEpoch!)}, 90 % of them by epoch ${epochText(epochsTo90!)}`,
  );
  return `${parts.join('; ')}; 95 % Wilson interval`;
}

export const learningRate = defineChart<LearningRates>({
  name: 'learning-rate',
  title: 'Learning rate of facts',
  about:
    'Of the facts that were still unlearned, the share learned at each evaluation: the pace of learning, whatever was learned before. Late points rest on few facts, so their intervals are wide.',
  group: 'learning',
  perDirection: true,
  choices: groupingChoice,
  data: learningRatesOf,
  legend: ({ groups }) => groups.map(({ label, set }, place) => ({ label, ...curveStyle(set, place) })),
  table: ({ groups }) => ({
    columns: ['group', 'epoch', 'rate', 'lower', 'upper', 'acquired', 'at risk', 'share acquired so far'],
    rows: groups.flatMap(({ label, rate }) =>
      rate.epochs.map(({ epoch, atRisk, acquired, rate: { value, lo, hi }, cumulative }) => [
        ...[label, epoch, value, lo, hi],
        ...[acquired, atRisk, cumulative],
      ]),
    ),
  }),
  note: noteOf,
  summary: (data) => `Share of unlearned facts learned at each evaluation. ${noteOf(data)}.`,
  component: LearningRateChart,
});
