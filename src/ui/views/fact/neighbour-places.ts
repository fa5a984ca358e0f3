/** What stands in one column of the picture of neighbours, and the picture's numbers. Pure. */
import type { Neighbour, Neighbours } from '../../../app/estimates/fact-neighbours';
import type { ChartTable } from '../../charts/chart-table';

/** Nearest of one moment, in order; the pair's own text last where it is farther away. */
export function columnOf(rows: readonly Neighbour[], side: 'before' | 'after', most = 6): Neighbour[] {
  return rows
    .filter((row) => row[side] !== null && (row.own || row[side].rank <= most))
    .sort((a, b) => a[side]!.rank - b[side]!.rank);
}

export function neighbourTable({ rows }: Neighbours): ChartTable {
  return {
    columns: ['text', 'pair', 'its own', 'set', 'rank before', 'cosine before', 'rank after', 'cosine after'],
    rows: rows.map(({ text, identifier, own, set, before, after }) => [
      text,
      identifier,
      own ? 'yes' : 'no',
      set,
      before.rank,
      before.cosine,
      after?.rank ?? null,
      after?.cosine ?? null,
    ]),
  };
}
