/** The estimates of a study's forest plot as its table twin. Pure. */
import type { MainEstimates } from '../../app/study-tables';
import type { ChartTable } from './chart-table';

export function forestTable(rows: MainEstimates['rows']): ChartTable {
  return {
    columns: [
      'measure',
      'term',
      'direction',
      'group',
      'point',
      'model',
      'estimate',
      'lower',
      'upper',
      'n',
      'p',
      'method',
    ],
    rows: rows.map(({ measure, term, direction, group, point, model, coefficient, estimate }) => [
      ...[measure, term, direction, group, point, model],
      ...[estimate.value, estimate.lo, estimate.hi, estimate.n, coefficient?.p ?? null, estimate.method],
    ]),
  };
}
