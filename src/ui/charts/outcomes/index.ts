/** Outcomes: what the greedy answers were, at each evaluation. */
import { OUTCOMES, outcomesOf, type OutcomeCell } from '../../../app/estimates/outcomes';
import { epochText } from '../../../core/epoch';
import { formatShare } from '../../format';
import { defineChart } from '../chart';
import { OUTCOME_STYLES } from './styles';
import OutcomesChart from './OutcomesChart.svelte';

const setsOf = (cells: readonly OutcomeCell[]) => [...new Set(cells.map(({ set }) => set))];
const ofSet = (cells: readonly OutcomeCell[], set: string) => cells.filter((cell) => cell.set === set);
const sizes = (cells: readonly OutcomeCell[]) =>
  setsOf(cells)
    .map((set) => `${ofSet(cells, set)[0]!.share.n} ${set}`)
    .join(', ');

export const outcomes = defineChart<readonly OutcomeCell[]>({
  name: 'outcomes',
  title: 'Outcomes of the answers',
  about:
    'Every greedy answer at every evaluation: right, wrong, unparsed (no answer in the form asked for was found in the text), or empty. Each column is all facts of a set; choose a part of it to follow its facts.',
  group: 'learning',
  perDirection: true,
  data: outcomesOf,
  legend: (cells) =>
    OUTCOMES.filter((name) => cells.some(({ outcome }) => outcome === name)).map((outcome) => ({
      label: outcome,
      mark: 'area',
      ...OUTCOME_STYLES[outcome],
    })),
  table: (cells) => ({
    columns: ['set', 'epoch', 'outcome', 'facts', 'share', 'lower', 'upper', 'n'],
    rows: cells.map(({ set, epoch, outcome, facts, share: { value, lo, hi, n } }) => [
      ...[set, epoch, outcome, facts.length],
      ...[value, lo, hi, n],
    ]),
  }),
  note: (cells) => `n = ${sizes(cells)}; 95 % Wilson intervals stand with the numbers`,
  summary: (cells) => {
    const last = Math.max(...cells.map(({ epoch }) => epoch));
    const now = cells.filter(({ epoch }) => epoch === last);
    return `Outcomes of the answers by evaluation, n = ${sizes(cells)}. At epoch ${epochText(last)}: ${now
      .map(({ set, outcome, share }) => `${set} ${outcome} ${formatShare(share.value)}`)
      .join(', ')}.`;
  },
  component: OutcomesChart,
});
