/** Before and after: a matrix of the states of facts. */
import { stateMatrixOf, type StateMatrix } from '../../../app/estimates/fact-states';
import { defineChart } from '../chart';
import StatesChart from './StatesChart.svelte';
import { statesNote, statesTable, stateWords } from './words';

export const states = defineChart<StateMatrix>({
  name: 'states',
  title: 'Before and after',
  about:
    'Each row is what facts were before training, each column what they are now: unknown (never right), latent (wrong, but right in a sample; told only where samples were drawn), known, lost (right at some evaluation, wrong now). Choose a cell to follow its facts.',
  group: 'learning',
  perDirection: true,
  choices(run, view) {
    const sets = stateMatrixOf(run, view)?.sets ?? [];
    return sets.length > 1
      ? [{ name: 'set', label: 'Facts', options: sets.map((value) => ({ value, label: value })) }]
      : [];
  },
  data: stateMatrixOf,
  table: statesTable,
  note: statesNote,
  summary: (data) =>
    `States before and after. ${statesNote(data)}. ${data.cells
      .filter(({ facts }) => facts.length > 0)
      .map(
        ({ before, after, facts }) =>
          `${stateWords(before, data.sampled.before)} to ${stateWords(after, data.sampled.after)}: ${facts.length}`,
      )
      .join(', ')}.`,
  component: StatesChart,
});
