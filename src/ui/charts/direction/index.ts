/** Directional asymmetry: the same pairs asked term→id and id→term, before and after training. */
import { directionData, type DirectionData } from '../../../app/estimates/direction';
import { defineChart } from '../chart';
import DirectionChart from './DirectionChart.svelte';
import { directionNote, directionTable } from './table';
import { setWords } from './words';

export const direction = defineChart<DirectionData>({
  name: 'direction',
  title: 'Which way a pair is known',
  about:
    'The same pairs asked both ways. Slopes: height is accuracy, steepness is gain. The flow shows pairs moving between right both ways, right one way only and neither; choose a piece to follow its pairs in every chart. At the bottom, term→id minus id→term: what crosses the dashed line could be no difference.',
  group: 'direction',
  perDirection: false,
  data: ({ trials, rehearsed }, { template }) => directionData(trials, template, rehearsed),
  table: directionTable,
  note: directionNote,
  summary: ({ sets }) => sets.map(setWords).join(' '),
  component: DirectionChart,
});
