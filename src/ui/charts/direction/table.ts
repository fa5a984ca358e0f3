/** The numbers of the picture, and what it says in one line. */
import type { DirectionData, DirectionSet } from '../../../app/estimates/direction';
import type { Estimate } from '../../../core/estimate';
import { DIRECTION_LABEL, DIRECTIONS } from '../../../core/direction';
import { epochText } from '../../../core/epoch';
import type { Cell, ChartTable } from '../chart-table';
import { NOT_ADJUSTED } from '../notes';
import { WAY_WORDS } from './words';
import { KNOWN_WAYS } from '../../../app/estimates/direction';

export function directionTable({ sets, epoch }: DirectionData): ChartTable {
  return {
    columns: ['set', 'figure', 'moment', 'value', 'lower', 'upper', 'n', 'p', 'method'],
    rows: sets.flatMap((set) => rowsOf(set, `epoch ${epochText(epoch)}`)),
  };
}

function rowsOf(data: DirectionSet, last: string): Cell[][] {
  const { set, pairs, before, after, gain, gainGap, gainP, flows } = data;
  const estimate = (figure: string, moment: string, of: Estimate, p: number | null = null): Cell[] => [
    ...[set, figure, moment, of.value, of.lo, of.hi, of.n, p, of.method],
  ];
  const count = (figure: string, moment: string, value: number): Cell[] => [
    ...[set, figure, moment, value, null, null, pairs, null, 'count of pairs'],
  ];
  const gaps = 'accuracy term→id minus id→term';
  const change = `before → ${last}`;
  return [
    ...DIRECTIONS.flatMap((direction) => [
      estimate(`accuracy ${DIRECTION_LABEL[direction]}`, 'before', before.accuracy[direction]),
      estimate(`accuracy ${DIRECTION_LABEL[direction]}`, last, after.accuracy[direction]),
      estimate(`gain ${DIRECTION_LABEL[direction]}`, change, gain[direction]),
    ]),
    estimate(gaps, 'before', before.gap, before.p),
    estimate(gaps, last, after.gap, after.p),
    ...(gainGap === null ? [] : [estimate('gain term→id minus id→term', change, gainGap, gainP)]),
    ...KNOWN_WAYS.map((way) => count(WAY_WORDS[way], 'before', before.counts[way])),
    ...KNOWN_WAYS.map((way) => count(WAY_WORDS[way], last, after.counts[way])),
    ...KNOWN_WAYS.flatMap((from) =>
      KNOWN_WAYS.map((to) => count(`${WAY_WORDS[from]} → ${WAY_WORDS[to]}`, change, flows[from][to])),
    ),
  ];
}

export function directionNote({ sets, epoch }: DirectionData): string {
  const n = sets.map(({ set, pairs }) => `${pairs} ${set}`).join(', ');
  const equal = sets.filter(({ gainGap }) => gainGap === null).map(({ set }) => set);
  const same =
    equal.length === 0
      ? ''
      : `; ${equal.join(', ')}: the difference of gains is the same in every pair, so there is no interval`;
  return (
    `before training against epoch ${epochText(epoch)}; n = ${n} pairs asked both ways; 95 % intervals: Wilson (accuracy), ` +
    `Newcombe paired (gains, differences), Student’s t (difference of gains); p: exact McNemar, gains by signed ranks; ${NOT_ADJUSTED}${same}`
  );
}
