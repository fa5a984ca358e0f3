/** Rise of log p: how much more probable the right answer has become, fact by fact. */
import { risesOf, type Rises } from '../../../app/estimates/rise';
import { defineChart } from '../chart';
import RiseChart from './RiseChart.svelte';
import { riseNote, riseSummary, riseTable } from './table';

export const rise = defineChart<Rises>({
  name: 'rise',
  title: 'Rise of log p',
  about:
    'How much more probable the right answer has become since before training, fact by fact, per token of the answer, at temperature 1. Seen facts stand above, withheld ones hang below; the dot is the median, its line the quartiles. Drag over a range to choose its facts.',
  group: 'learning',
  perDirection: true,
  data: risesOf,
  table: riseTable,
  note: riseNote,
  summary: riseSummary,
  component: RiseChart,
});
