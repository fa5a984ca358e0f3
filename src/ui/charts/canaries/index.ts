/** Forgetting of canaries: what the model knew that has nothing to do with what it learns. */
import { canariesOf, type Canaries } from '../../../app/estimates/forgetting';
import { formatP, formatShare } from '../../format';
import { defineChart } from '../chart';
import CanariesChart from './CanariesChart.svelte';

function noteOf({ canaries, source, points }: Canaries): string {
  const { change } = points.at(-1)!;
  return `n = ${canaries} canaries, ${source === 'own' ? 'what the model itself said before training' : 'from a table of prompts'}; 95 % Wilson interval; by the last evaluation ${change.losers} forgotten, ${change.gainers} gained, McNemar ${formatP(change.mcnemarP)}`;
}

export const canaries = defineChart<Canaries>({
  name: 'canaries',
  title: 'Forgetting of canaries',
  about:
    'Canaries are prompts that have nothing to do with what is learned. The curve is the share still answered as wanted: where it falls, training one thing costs another.',
  group: 'forgetting',
  perDirection: true,
  data: canariesOf,
  table: ({ points }) => ({
    columns: [
      'epoch',
      'share kept',
      'lower',
      'upper',
      'n',
      'log q per token',
      'log q lower',
      'log q upper',
      'kept',
      'gained',
      'forgotten',
      'never',
      'McNemar p',
    ],
    rows: points.map(
      ({ epoch, kept: { value, lo, hi, n }, logProb, change: { kept, gainers, losers, never, mcnemarP } }) => [
        ...[epoch, value, lo, hi, n, logProb?.value ?? null, logProb?.lo ?? null, logProb?.hi ?? null],
        ...[kept, gainers, losers, never, mcnemarP],
      ],
    ),
  }),
  note: noteOf,
  summary: (data) =>
    `Share of canaries kept by epoch, from ${formatShare(data.points[0]!.kept.value)} to ${formatShare(data.points.at(-1)!.kept.value)}. ${noteOf(data)}.`,
  component: CanariesChart,
});
