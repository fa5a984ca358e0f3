/**
 * Covariates: columns of numbers per identifier, from any table.
 *
 * Promises: a cell is a finite number, or null where it is empty or says that the value is unknown (NA, -, …); anything
 * else → `table-malformed` with its place. Must not know: what the numbers measure.
 */
import type { ByteFile } from '../../core/files';
import type { ReadControl } from '../reader';
import type { SourceHeader } from '../types';
import { WarningLog, withEarlierWarnings } from '../warnings';
import { namesAll } from './counts';
import { openHeaded } from './headed';
import { NumberTableReader, type NumberTable } from './number-table';
import { readRows } from './read-rows';
import { sourceHeader } from './reading';

export interface NumberColumnsOptions {
  /** Null: the first column. */
  identifierColumn?: string | null;
  /** Null: the first column after the identifiers most of whose cells are numbers; `all`: every such column. */
  columns?: readonly string[] | 'all' | null;
}

export interface NumberColumns extends SourceHeader {
  /** Values by identifier and name of column. */
  byIdentifier: ReadonlyMap<string, Readonly<Record<string, number | null>>>;
  identifierColumn: string;
  columns: readonly string[];
  /** The one that is read where none is named; null where that is none, or was not looked for. */
  firstColumn: string | null;
  /** Names of all columns of the table. */
  header: readonly string[];
}

/** Throws `table-malformed`, and what the file throws. */
export async function readNumberColumns(
  file: ByteFile,
  { identifierColumn = null, columns = null, ...control }: NumberColumnsOptions & ReadControl = {},
): Promise<NumberColumns> {
  const log = new WarningLog();
  const controls = {
    file: 'ontology.covariates',
    identifierColumn: 'ontology.covariates',
    columns: 'ontology.covariates',
  };
  const options = { identifierColumn, columns, values: 'numbers', controls } as const;
  const table = openHeaded<NumberTable>(
    {
      isHeader: (header) =>
        namesAll(header, identifierColumn, ...(Array.isArray(columns) ? (columns as string[]) : [])),
      open: (header, reading) => new NumberTableReader(header, reading, options),
    },
    file.name,
    {},
  );
  const read = await readRows(file, log, () => table, control);
  const byIdentifier = new Map<string, Readonly<Record<string, number | null>>>();
  for (const [identifier, numbers] of read.values) {
    byIdentifier.set(identifier, Object.fromEntries(read.columns.map((name, i) => [name, numbers[i]!])));
  }
  const result = {
    ...sourceHeader(read.reading, 'numbers'),
    byIdentifier,
    identifierColumn: read.identifierColumn,
    columns: read.columns,
    firstColumn: read.firstColumn,
    header: read.header,
  };
  return withEarlierWarnings(result, log);
}
