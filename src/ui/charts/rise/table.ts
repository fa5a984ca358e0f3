/** The numbers of the picture, and what they say in words. */
import type { Rises } from '../../../app/estimates/rise';
import { epochText } from '../../../core/epoch';
import { formatP } from '../../format';
import type { Cell, ChartTable } from '../chart-table';

function counts({ sets }: Rises): string {
  return sets
    .map(
      ({ set, n, notDrawn }) => `${n} ${set}${notDrawn > 0 ? ` (${notDrawn} not drawn: without end, or unknown)` : ''}`,
    )
    .join(', ');
}

function testText({ test }: Rises): string {
  if (test === null) return '';
  const [value, lo, hi] = [test.auc.value, test.auc.lo, test.auc.hi].map((each) => each.toFixed(2));
  return `; AUC ${value} (${lo} to ${hi}, DeLong), Mann–Whitney ${formatP(test.p)}`;
}

function rowsOf({ facts, sets, test }: Rises): Cell[][] {
  return [
    ...facts.map(({ fact, set, rise: value }) => [fact, set, 'rise', value, null, null, null, null, null]),
    ...sets.flatMap(({ set, n, notDrawn, middle }) =>
      middle === null
        ? []
        : [[null, set, 'median, quartiles', middle.median, middle.low, middle.high, n - notDrawn, null, null]],
    ),
    ...(test === null
      ? []
      : [
          [
            ...[null, 'seen', 'AUC against withheld', test.auc.value, test.auc.lo, test.auc.hi, test.auc.n],
            ...[test.p, `${test.auc.method}; p: ${test.method}`],
          ],
        ]),
  ];
}

export function riseTable(data: Rises): ChartTable {
  return {
    columns: ['fact', 'set', 'figure', 'rise (nats per token)', 'lower', 'upper', 'n', 'p', 'method'],
    rows: rowsOf(data),
  };
}

export function riseNote(data: Rises): string {
  return `epoch ${epochText(data.epoch)} against before training, log p at T = 1; facts as bars, median and quartiles; n = ${counts(data)}${testText(data)}`;
}

export function riseSummary(data: Rises): string {
  return `Rise of log p per token, n = ${counts(data)}${testText(data)}.`;
}
