/** Partial credit: how much of an answer is right. */
import { partialCreditOf, type PartialCredit } from '../../../app/estimates/partial';
import { formatShare } from '../../format';
import { defineChart } from '../chart';
import { setLegend } from '../legend';
import PartialChart from './PartialChart.svelte';

const noteOf = ({ measure, sets }: PartialCredit) =>
  `mean share of ${measure} right, 95 % t interval over facts, none where all are alike; n = ${sets
    .map(({ set, points }) => `${points[0]!.estimate.n} ${set}`)
    .join(', ')}`;

export const partial = defineChart<PartialCredit>({
  name: 'partial',
  title: 'Partial credit',
  about:
    'How much of an answer is right, on average: its tokens, each given the right ones before it, or the digits of the identifier that stand at their place in the greedy answer. It moves before whole answers do.',
  group: 'learning',
  perDirection: true,
  choices(run, view) {
    const measures = partialCreditOf(run, view)?.measures ?? [];
    return measures.length > 1
      ? [{ name: 'measure', label: 'Share of', options: measures.map((value) => ({ value, label: value })) }]
      : [];
  },
  data: partialCreditOf,
  legend: ({ sets }) => setLegend(sets),
  table: ({ measure, sets }) => ({
    columns: ['set', 'epoch', `share of ${measure} right`, 'lower', 'upper', 'n', 'method'],
    rows: sets.flatMap(({ set, points }) =>
      points.map(({ epoch, estimate: { value, lo, hi, n, method } }) => [set, epoch, value, lo, hi, n, method]),
    ),
  }),
  note: noteOf,
  summary: (data) =>
    `Partial credit by epoch. ${noteOf(data)}. Latest: ${data.sets
      .map(({ set, points }) => `${set} ${formatShare(points.at(-1)!.estimate.value)}`)
      .join(', ')}.`,
  component: PartialChart,
});
