/** Before and after: a matrix of the states of facts. */
import { stateMatrixOf, type StateMatrix } from '../../../app/estimates/fact-states';
import { epochText } from '../../../core/epoch';
import { defineChart } from '../chart';
import StatesChart from './StatesChart.svelte';

const noteOf = ({ n, set, epoch, sampledAtEnd }: StateMatrix) =>
  `n = ${n} ${set} facts; before training against epoch ${epochText(epoch)}; shares of each row, 95 % Wilson intervals${
    sampledAtEnd ? '' : '; no samples were drawn at the end, so what is latent then rests on those before'
  }`;

export const states = defineChart<StateMatrix>({
  name: 'states',
  title: 'Before and after',
  about:
    'Each row is what facts were before training, each column what they are now: unknown (never right), latent (wrong, but right in a sample), known, lost (right at some evaluation, wrong now). Choose a cell to follow its facts.',
  group: 'learning',
  perDirection: true,
  choices(run, view) {
    const sets = stateMatrixOf(run, view)?.sets ?? [];
    return sets.length > 1
      ? [{ name: 'set', label: 'Facts', options: sets.map((value) => ({ value, label: value })) }]
      : [];
  },
  data: stateMatrixOf,
  table: ({ set, cells }) => ({
    columns: ['set', 'before', 'after', 'facts', 'share of before', 'lower', 'upper', 'n'],
    rows: cells.map(({ before, after, facts, share: { value, lo, hi, n } }) => [
      ...[set, before, after, facts.length],
      ...[value, lo, hi, n],
    ]),
  }),
  note: noteOf,
  summary: (data) =>
    `States before and after. ${noteOf(data)}. ${data.cells
      .filter(({ facts }) => facts.length > 0)
      .map(({ before, after, facts }) => `${before} to ${after}: ${facts.length}`)
      .join(', ')}.`,
  component: StatesChart,
});
