/** The learning rate of facts: of those still unlearned, the share learned at each evaluation. */
import { learningRatesOf, type LearningRates } from '../../../app/estimates/learning-rate';
import { defineChart } from '../chart';
import { groupingChoice } from '../grouping-choice';
import { curveStyle } from '../legend';
import LearningRateChart from './LearningRateChart.svelte';
import { ratesNote } from './words';

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
  note: ratesNote,
  summary: (data) => `Share of unlearned facts learned at each evaluation. ${ratesNote(data)}.`,
  component: LearningRateChart,
});
