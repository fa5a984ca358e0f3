/**
 * Popularity of identifiers, from a table of counts (TSV or CSV, `#` comments allowed).
 *
 * Promises: every count is a finite number ≥ 0; anything else, and identifiers that come twice, → `table-malformed`
 * with file and line. Must not know: which ontology the identifiers belong to.
 */
import { LabError } from '../core/errors';
import type { NamedText } from '../core/files';
import { malformed } from './malformed';
import { columnIndex, readHeadedTable, type HeadedTable } from './table';

export interface CountsOptions {
  /** Null: the first column. */
  identifierColumn?: string | null;
  /** Null: the first column after the identifiers most of whose cells are numbers. */
  countColumn?: string | null;
}

export interface Counts {
  byIdentifier: ReadonlyMap<string, number>;
  identifierColumn: string;
  countColumn: string;
}

/** A count as people write it: digits, perhaps a fraction or an exponent. NaN for anything else. */
function parseCount(cell: string): number {
  return /^\d+(\.\d*)?(e[+-]?\d+)?$/i.test(cell) ? Number(cell) : NaN;
}

function firstNumericColumn({ file, header, rows }: HeadedTable, after: number): number {
  for (let column = after + 1; column < header.cells.length; column++) {
    const numbers = rows.filter((row) => Number.isFinite(parseCount(row.cells[column]!))).length;
    // Most, not all: one bad cell must be reported, not silently move the choice to the next column.
    if (numbers > rows.length / 2) return column;
  }
  throw new LabError(
    'table-malformed',
    `${file}, line ${header.line}: no column after "${header.cells[after]}" holds numbers.`,
    { hint: 'Name the column of the counts.', control: 'ontology.counts.countColumn' },
  );
}

export function readCounts(file: NamedText, options: CountsOptions = {}): Counts {
  const { identifierColumn = null, countColumn = null } = options;
  const needed = [identifierColumn, countColumn].filter((column) => column !== null);
  const table = readHeadedTable(file, needed);
  if (table.rows.length === 0) {
    throw new LabError('table-malformed', `${file.name} holds no counts: there is no row below the header.`, {
      hint: 'Choose a table with at least one row of data.',
      control: 'ontology.counts.path',
    });
  }
  const idAt = identifierColumn === null ? 0 : columnIndex(table, identifierColumn, 'ontology.counts.identifierColumn');
  const countAt =
    countColumn === null
      ? firstNumericColumn(table, idAt)
      : columnIndex(table, countColumn, 'ontology.counts.countColumn');
  const byIdentifier = new Map<string, number>();
  const lineOf = new Map<string, number>();
  for (const { line, cells } of table.rows) {
    const id = cells[idAt]!;
    const fault = (problem: string, hint: string) =>
      malformed({ code: 'table-malformed', file: file.name, line, problem, text: cells.join('\t'), hint });
    if (id === '') throw fault('the identifier is empty', 'Fill the cell or remove the row.');
    const earlier = lineOf.get(id);
    if (earlier !== undefined) throw fault(`"${id}" stands on line ${earlier} already`, 'Keep one row per identifier.');
    const count = parseCount(cells[countAt]!);
    if (!Number.isFinite(count)) {
      throw fault(
        `"${cells[countAt]!.slice(0, 40)}" in column "${table.header.cells[countAt]}" is not a count`,
        'Write a number that is 0 or more, or remove the row.',
      );
    }
    lineOf.set(id, line);
    byIdentifier.set(id, count);
  }
  return { byIdentifier, identifierColumn: table.header.cells[idAt]!, countColumn: table.header.cells[countAt]! };
}
