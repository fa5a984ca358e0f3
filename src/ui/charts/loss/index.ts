/** Training loss with what its method recorded beside it, and the size of the gradient. */
import { lossesOf, type Losses, type LossSeries } from '../../../app/estimates/loss';
import { defineChart } from '../chart';
import LossChart from './LossChart.svelte';
import { LOSS_STYLES } from './styles';

const WORDS: Record<LossSeries['name'], string> = {
  loss: 'loss (what is minimised)',
  'cross-entropy': 'cross-entropy of the answers',
  divergence: 'divergence from the model before',
  'gradient norm': 'gradient norm, before clipping (below)',
};

const each = ({ series, steps }: Losses) => {
  const size = series[0]!.points[0]!.steps;
  return `${size > 1 ? `mean and range of ${size} steps a point` : 'every step'}; n = ${steps} steps`;
};

export const loss = defineChart<Losses>({
  name: 'loss',
  title: 'Training loss',
  about:
    'What training minimised, in nats per supervised token, step by step. Where the method’s loss is more than the cross-entropy, both stand there, and the divergence from the model before training. Below: the size of the gradient.',
  group: 'training',
  perDirection: true,
  data: lossesOf,
  legend: ({ series }) => series.map(({ name }) => ({ label: WORDS[name], ...LOSS_STYLES[name] })),
  table: ({ series }) => ({
    columns: ['of', 'last step', 'steps', 'mean', 'lowest', 'highest'],
    rows: series.flatMap(({ name, points }) =>
      points.map(({ step, steps, mean, lo, hi }) => [name, step, steps, mean, lo, hi]),
    ),
  }),
  note: each,
  summary: (data) => {
    const { points } = data.series[0]!;
    return `Training loss goes from ${points[0]!.mean.toFixed(2)} to ${points.at(-1)!.mean.toFixed(2)} nats over ${data.steps} steps.`;
  },
  component: LossChart,
});
