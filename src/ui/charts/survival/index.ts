/** Time to acquisition: Kaplan–Meier curves of groups of facts, and the test that they are one. */
import { survivalOf, type Survival } from '../../../app/estimates/survival';
import { epochText } from '../../../core/epoch';
import { formatP } from '../../format';
import { defineChart } from '../chart';
import { groupingChoice, PICKED } from '../grouping-choice';
import { curveStyle } from '../legend';
import SurvivalChart from './SurvivalChart.svelte';

const limit = (epoch: number | null) => (epoch === null ? 'not reached' : epochText(epoch));

function noteOf({ curves, test, known, ofSelection }: Survival): string {
  const parts = curves.map(({ label, curve: { median, totalEvents, n } }) => {
    const middle =
      median.value === null
        ? 'median not reached'
        : `median epoch ${epochText(median.value)} (${limit(median.lo)} to ${limit(median.hi)})`;
    return `${label}: ${totalEvents} of n = ${n} acquired, ${middle}`;
  });
  return [
    ...parts,
    ...(known > 0 ? [`${known} known before training are not at risk`] : []),
    '95 % interval, Greenwood',
    ...(test === null ? [] : [`log-rank χ² = ${test.statistic.toFixed(2)} on ${test.df} df, ${formatP(test.p)}`]),
    ...(ofSelection ? [PICKED] : []),
  ].join('; ');
}

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
  table: ({ curves }) => ({
    columns: ['group', 'epoch', 'not yet acquired', 'lower', 'upper', 'at risk', 'acquired', 'censored', 'n'],
    rows: curves.flatMap(({ label, curve }) =>
      curve.time.map((time, row) => [
        label,
        time,
        ...[curve.survival[row]!, curve.lo[row]!, curve.hi[row]!],
        ...[curve.atRisk[row]!, curve.events[row]!, curve.censored[row]!, curve.n],
      ]),
    ),
  }),
  note: noteOf,
  summary: (data) => `Kaplan–Meier curves of acquisition. ${noteOf(data)}.`,
  component: SurvivalChart,
});
