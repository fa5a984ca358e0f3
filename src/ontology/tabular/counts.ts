/**
 * Popularity of identifiers: from annotations (GAF, HPOA, genes and phenotypes), or from a column of a table.
 *
 * Promises: every count is a finite number ≥ 0; anything else, and an identifier with two counts, → `table-malformed` with
 * its place. Must not know: which ontology the identifiers belong to.
 */
import type { ByteFile } from '../../core/files';
import type { ReadControl, SourceFormat } from '../reader';
import type { Annotations } from '../types';
import { WarningLog, withEarlierWarnings } from '../warnings';
import { gafFormat } from './gaf';
import { headedFormat, openHeaded, type HeadedFormat, type HeadedReader, type HeadedRows, type Header } from './headed';
import { hpoaFormat, hpoGenesFormat } from './hpoa';
import { NumberTableReader, type NumberTable, type NumberTableOptions } from './number-table';
import { readRows, type RowsParser } from './read-rows';
import { sourceHeader, type Reading } from './reading';

export interface CountsOptions {
  /** Null: the first column. */
  identifierColumn?: string | null;
  /** Null: the first column after the identifiers most of whose cells are numbers. */
  countColumn?: string | null;
}

export interface Counts {
  byIdentifier: ReadonlyMap<string, number>;
  /** Columns of a table; null for files of annotations. */
  identifierColumn: string | null;
  countColumn: string | null;
  /** Where the counts come from: unit, release, rows denied, warnings. */
  annotations: Annotations;
}

/** Files whose annotations are counted. */
const COUNTED: readonly SourceFormat[] = [gafFormat, hpoaFormat, hpoGenesFormat];

function tableOptions({ identifierColumn = null, countColumn = null }: CountsOptions): NumberTableOptions {
  return {
    identifierColumn,
    columns: countColumn === null ? null : [countColumn],
    values: 'counts',
    controls: {
      file: 'ontology.counts.path',
      identifierColumn: 'ontology.counts.identifierColumn',
      columns: 'ontology.counts.countColumn',
    },
  };
}

/** True if the header names every column that was asked for, and one was. */
export function namesAll({ names }: Header, ...columns: readonly (string | null | undefined)[]): boolean {
  const asked = columns.filter((name) => name !== null && name !== undefined);
  return asked.length > 0 && asked.every((name) => names.includes(name));
}

function countRows(options: CountsOptions): HeadedRows<NumberTable> {
  return {
    isHeader: (header) => namesAll(header, options.identifierColumn, options.countColumn),
    open: (header, reading) => new NumberTableReader(header, reading, tableOptions(options)),
  };
}

function annotationsOf({ values, rows, columns, reading }: NumberTable): Annotations {
  const counts = new Map<string, number>();
  for (const [identifier, [count]] of values) counts.set(identifier, count!);
  return { kind: 'annotations', ...sourceHeader(reading, 'counts'), counts, rows, denied: 0, unit: columns[0]! };
}

/** A table of counts as a format: told only where it names the columns that are asked for. */
export function countsFormat(options: CountsOptions): SourceFormat {
  const rows = countRows(options);
  const open = (header: Header, reading: Reading): HeadedReader => {
    const reader = rows.open(header, reading, {});
    return {
      row: (row) => reader.row(row),
      finish: (end) => annotationsOf(reader.finish(end)),
      get records() {
        return reader.records;
      },
    };
  };
  const format: HeadedFormat = {
    format: 'counts',
    kind: 'annotations',
    title: 'a table of counts',
    isHeader: rows.isHeader,
    open,
  };
  return headedFormat(() => format);
}

/** Throws `table-malformed`, `ontology-empty` (annotations, none affirmed), and what the file throws. */
export async function readCounts(file: ByteFile, options: CountsOptions & ReadControl = {}): Promise<Counts> {
  const { identifierColumn = null, countColumn = null, ...control } = options;
  const log = new WarningLog();
  const table = openHeaded(countRows({ identifierColumn, countColumn }), file.name, {});
  const read = await readRows<Annotations | NumberTable>(
    file,
    log,
    (head) => {
      const asked = countsFormat({ identifierColumn, countColumn }).detects(head, {});
      const format = asked ? undefined : COUNTED.find((candidate) => candidate.detects(head, {}));
      return format === undefined ? table : (format.open(file.name, {}) as RowsParser<Annotations>);
    },
    control,
  );
  const counted = 'kind' in read ? read : annotationsOf(read);
  const annotations = withEarlierWarnings(counted, log);
  return {
    byIdentifier: annotations.counts,
    identifierColumn: 'kind' in read ? null : read.identifierColumn,
    countColumn: 'kind' in read ? null : read.columns[0]!,
    annotations,
  };
}
