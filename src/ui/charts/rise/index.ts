/** Rise of log q: how much more probable the right answer has become, fact by fact. */
import { risesOf, type Rises } from '../../../app/estimates/rise';
import { epochText } from '../../../core/epoch';
import type { FactSet } from '../../../records';
import { formatP } from '../../format';
import { defineChart } from '../chart';
import RiseChart from './RiseChart.svelte';

const SETS: readonly FactSet[] = ['seen', 'withheld', 'rehearsed'];

function counts({ facts }: Rises): string {
  const of = (set: FactSet) => facts.filter((fact) => fact.set === set).length;
  return SETS.filter((set) => of(set) > 0)
    .map((set) => `${of(set)} ${set}`)
    .join(', ');
}

const testText = ({ test }: Rises) =>
  test === null ? '' : `; AUC ${test.auc.toFixed(2)}, Mann–Whitney ${formatP(test.p)}`;

export const rise = defineChart<Rises>({
  name: 'rise',
  title: 'Rise of log q',
  about:
    'How much more probable the right answer has become since before training, fact by fact, per token of the answer. Seen facts stand above, withheld ones hang below; the dot is the median, its line the quartiles. Drag over a range to choose its facts.',
  group: 'learning',
  perDirection: true,
  data: risesOf,
  table: ({ facts }) => ({
    columns: ['fact', 'set', 'rise (nats per token)'],
    rows: facts.map(({ fact, set, rise: value }) => [fact, set, value]),
  }),
  note: (data) =>
    `epoch ${epochText(data.epoch)} against before training; facts as bars, median and quartiles; n = ${counts(data)}${testText(data)}`,
  summary: (data) => `Rise of log q per token, n = ${counts(data)}${testText(data)}.`,
  component: RiseChart,
});
