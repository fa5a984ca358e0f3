/** Time to acquisition: Kaplan–Meier curves of groups of facts, and the test that they are one. */
import { survivalOf, type Survival } from '../../../app/estimates/survival';
import { defineChart } from '../chart';
import { groupingChoice } from '../grouping-choice';
import { curveStyle } from '../legend';
import SurvivalChart from './SurvivalChart.svelte';
import { survivalNote } from './words';

export const survival = defineChart<Survival>({
  name: 'survival',
  title: 'Time to acquisition',
  about:
    'The share of facts, wrong before training, that have not yet been answered right: each step down is facts learned at that evaluation. Ticks mark facts last seen without a right answer; the band is the 95 % interval. Drag over epochs to choose the facts acquired in them.',
  group: 'learning',
  perDirection: true,
  choices: groupingChoice,
  data: survivalOf,
  legend: ({ curves }) => curves.map(({ label, set }, place) => ({ label, ...curveStyle(set, place) })),
  table: ({ curves, test }) => ({
    columns: [
      ...['group', 'epoch', 'not yet acquired', 'lower', 'upper', 'at risk', 'acquired', 'censored', 'n'],
      ...['median epoch', 'median lower', 'median upper', 'log-rank p'],
    ],
    rows: curves.flatMap(({ label, curve }) =>
      curve.time.map((time, row) => [
        label,
        time,
        ...[curve.survival[row]!, curve.lo[row]!, curve.hi[row]!],
        ...[curve.atRisk[row]!, curve.events[row]!, curve.censored[row]!, curve.n],
        ...[curve.median.value, curve.median.lo, curve.median.hi, test?.p ?? null],
      ]),
    ),
  }),
  note: survivalNote,
  summary: (data) => `Kaplan–Meier curves of acquisition. ${survivalNote(data)}.`,
  component: SurvivalChart,
});
