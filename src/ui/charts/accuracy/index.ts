/** Accuracy by epoch: the share of facts whose greedy answer is right. */
import { groupsOf, type Groups } from '../../../app/estimates/groups';
import { formatShare } from '../../format';
import { defineChart } from '../chart';
import { setLegend } from '../legend';
import { groupNote } from '../notes';
import AccuracyChart from './AccuracyChart.svelte';

export const accuracy = defineChart<Groups>({
  name: 'accuracy',
  title: 'Accuracy by epoch',
  about: 'The share of facts whose greedy answer is right, at each evaluation; the band is the 95 % Wilson interval.',
  group: 'learning',
  perDirection: true,
  data: groupsOf,
  legend: ({ groups }) => setLegend(groups),
  table: ({ groups }) => ({
    columns: ['set', 'epoch', 'share right', 'lower', 'upper', 'n'],
    rows: groups.flatMap(({ set, accuracyByEpoch }) =>
      accuracyByEpoch.map(({ epoch, estimate: { value, lo, hi, n } }) => [set, epoch, value, lo, hi, n]),
    ),
  }),
  note: ({ groups }) => `share answered right, 95 % Wilson interval; ${groupNote(groups)}`,
  summary: ({ groups }) =>
    `Share of facts answered right by epoch. ${groupNote(groups)}. Latest: ${groups
      .map(({ set, accuracyByEpoch }) => `${set} ${formatShare(accuracyByEpoch.at(-1)!.estimate.value)}`)
      .join(', ')}.`,
  component: AccuracyChart,
});
