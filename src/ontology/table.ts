/**
 * Reader for a table of terms and identifiers (TSV or CSV with a header row).
 *
 * Promises: one live term per row; no hierarchy, so no roots. Missing columns, empty cells and identifiers that come
 * twice → `table-malformed` naming file, line and remedy; a header without rows → `ontology-empty`.
 * Must not know: where the text comes from.
 */
import { LabError } from '../core/errors';
import type { NamedText } from '../core/files';
import { detectDelimiter, firstDataLine, parseDelimited, type TableRow } from './delimited';
import { malformed } from './malformed';
import type { OntologyReader, ReadOptions } from './reader';
import type { Ontology, Term } from './types';

export interface HeadedTable {
  file: string;
  header: TableRow;
  rows: TableRow[];
}

/** A table with its header row found: the first row, or the comment above it if only that one names what is needed. */
export function readHeadedTable(file: NamedText, needed: readonly string[]): HeadedTable {
  const { rows, leadingComment } = parseDelimited(file);
  const [first, ...below] = rows;
  const names = (row: TableRow) => needed.length > 0 && needed.every((column) => row.cells.includes(column));
  const inComment =
    leadingComment !== null &&
    first !== undefined &&
    !names(first) &&
    names(leadingComment) &&
    leadingComment.cells.length === first.cells.length;
  const header = inComment ? leadingComment : first!;
  const twice = header.cells.find((cell, i) => cell !== '' && header.cells.indexOf(cell) !== i);
  if (twice !== undefined) {
    throw malformed({
      code: 'table-malformed',
      file: file.name,
      line: header.line,
      problem: `two columns are named "${twice}"`,
      hint: 'Give each column a name of its own.',
    });
  }
  return { file: file.name, header, rows: inComment ? rows : below };
}

/** Index of a column by name; the error lists the columns there are. */
export function columnIndex({ file, header }: HeadedTable, column: string, control: string): number {
  const index = header.cells.indexOf(column);
  if (index !== -1) return index;
  const shown = header.cells.slice(0, 20).map((cell) => `"${cell.slice(0, 40)}"`);
  throw new LabError(
    'table-malformed',
    `${file}, line ${header.line}: there is no column "${column}"; its columns are ${shown.join(', ')}.`,
    { hint: `Set ${control} to one of these columns.`, control },
  );
}

/** Reads a table with a term and an identifier column. */
export function readTable(file: NamedText, options: ReadOptions = {}): Ontology {
  const { termColumn = 'term', identifierColumn = 'identifier' } = options;
  const table = readHeadedTable(file, [termColumn, identifierColumn]);
  const termAt = columnIndex(table, termColumn, 'ontology.termColumn');
  const identifierAt = columnIndex(table, identifierColumn, 'ontology.identifierColumn');
  if (termAt === identifierAt) {
    throw new LabError('table-malformed', `${file.name}: "${termColumn}" is asked for as term and as identifier.`, {
      hint: 'Name two different columns.',
      control: 'ontology.identifierColumn',
    });
  }
  if (table.rows.length === 0) {
    throw new LabError('ontology-empty', `${file.name} holds no terms: there is no row below the header.`, {
      hint: 'Choose a table with at least one row of data.',
      control: 'ontology.path',
    });
  }
  const lineOf = new Map<string, number>();
  const terms = table.rows.map(({ line, cells }): Term => {
    const fault = (problem: string, hint: string) =>
      malformed({ code: 'table-malformed', file: file.name, line, problem, text: cells.join('\t'), hint });
    const label = cells[termAt]!;
    const id = cells[identifierAt]!;
    for (const [column, cell] of [
      [termColumn, label],
      [identifierColumn, id],
    ] as const) {
      if (cell === '') throw fault(`the cell in column "${column}" is empty`, 'Fill the cell or remove the row.');
    }
    const earlier = lineOf.get(id);
    if (earlier !== undefined) {
      throw fault(`the identifier "${id}" stands on line ${earlier} already`, 'Keep one row per identifier.');
    }
    lineOf.set(id, line);
    return {
      id,
      label,
      definition: null,
      synonyms: [],
      parents: [],
      altIds: [],
      obsolete: false,
      replacedBy: [],
      namespace: null,
    };
  });
  return { format: 'table', formatVersion: null, version: null, name: null, licence: null, terms, roots: [] };
}

export const tableReader: OntologyReader = {
  format: 'table',
  title: 'a table (TSV or CSV) with a term and an identifier column',
  detects: (head) => {
    const line = firstDataLine(head);
    return line !== null && !/^\s*[<{[]/.test(line) && detectDelimiter(line) !== null;
  },
  read: readTable,
};
