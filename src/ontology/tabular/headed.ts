/**
 * Formats whose columns have names: finds the header, in the first row or in a comment above it, and hands on the rows.
 *
 * Promises: columns are found by name, whatever their order; a file that names the columns a user asks for is left to the
 * plain table. Must not know: what the columns mean.
 */
import type { DelimitedOptions, DelimitedRow } from '../../core/delimited';
import { detectDelimiter } from '../../core/delimited';
import { ownText } from '../../core/own-text';
import type { Place } from '../../core/text-fault';
import type { ReadOptions, SourceFormat } from '../reader';
import type { Source, Term } from '../types';
import { firstRows, Reading, TabularParser, type RowReader } from './reading';

/** Column names as they are compared: small letters and digits only. */
const key = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

export class Header {
  readonly names: readonly string[];
  readonly place: (column: number) => Place;
  readonly #keys: readonly string[];

  constructor(names: readonly string[], place: (column: number) => Place) {
    this.names = names;
    this.place = place;
    this.#keys = names.map(key);
  }

  /** Index of the first column with one of these names (small letters and digits); null where there is none. */
  find(...keys: string[]): number | null {
    for (const wanted of keys) {
      const index = this.#keys.indexOf(wanted);
      if (index !== -1) return index;
    }
    return null;
  }

  /** True if there is a column for each list of names. */
  has(...columns: (string | string[])[]): boolean {
    return columns.every((keys) => this.find(...[keys].flat()) !== null);
  }

  /** Index of a column by its name as written. Throws `table-malformed` listing the columns there are. */
  column(name: string, reading: Reading, control: string): number {
    const index = this.names.indexOf(name);
    if (index === -1) {
      const shown = this.names.slice(0, 20).map((each) => `"${each.slice(0, 40)}"`);
      throw reading.fault(this.place(0), `there is no column "${name}"; its columns are ${shown.join(', ')}`, {
        hint: control.endsWith('Column')
          ? `Set ${control} to one of these columns.`
          : 'Name one of these columns, or choose a file that has it.',
        control,
      });
    }
    const again = this.names.indexOf(name, index + 1);
    if (again === -1) return index;
    const hint = 'Give each column a name of its own.';
    throw reading.fault(this.place(again), `two columns are named "${name}"`, { hint, control });
  }
}

/** Rows below a header → what they hold. */
export type HeadedReader<R = Source> = Pick<RowReader<R>, 'row' | 'finish' | 'records'>;

/** How a table with a header is read; made anew for each file. */
export interface HeadedRows<R> {
  text?: Pick<DelimitedOptions, 'delimiter' | 'quotes'>;
  isHeader(header: Header, options: ReadOptions): boolean;
  /** Names of the columns of a file without a header, told from its first row; null where it is no such file. */
  layout?(cells: readonly string[]): readonly string[] | null;
  /** Told of each comment. */
  comment?(text: string): void;
  open(header: Header, reading: Reading, options: ReadOptions): HeadedReader<R>;
}

export interface HeadedFormat extends HeadedRows<Source> {
  format: string;
  kind: Source['kind'];
  title: string;
}

const LONGEST_HEADER = 20_000;

/** A comment as the header it may be: `a<tab>b` and blanks between names occur where a release describes its columns. */
function commentHeaders(text: string, line: number): Header[] {
  if (text.length > LONGEST_HEADER) return [];
  const bare = text
    .replace(/^[#\s]*(?:Format:\s*)?/, '')
    .trimEnd()
    .replaceAll('<tab>', '\t');
  const delimiter = detectDelimiter(bare);
  const rows = [
    delimiter === null ? [] : bare.split(delimiter),
    bare
      .replace(/\([^()]*\)$/, '')
      .trimEnd()
      .split(/\s+/),
  ];
  return rows
    .filter((names) => names.length > 1)
    .map(
      (names) =>
        new Header(
          names.map((name) => name.trim()),
          () => ({ line, column: 1 }),
        ),
    );
}

function rowHeader(row: DelimitedRow): Header {
  return new Header(row.cells, (column) => row.place(column));
}

function layoutHeader(format: HeadedRows<unknown>, { cells, line }: DelimitedRow): Header | null {
  const names = format.layout?.(cells) ?? null;
  return names && new Header(names, () => ({ line, column: 1 }));
}

/** The header of a file that starts like this, and whether it is the first row; null where the file is of another format. */
function headerOf(
  format: HeadedRows<unknown>,
  first: DelimitedRow,
  inComments: Header | null,
  options: ReadOptions,
): { header: Header; isRow: boolean } | null {
  const ofRow = rowHeader(first);
  if (format.isHeader(ofRow, options)) return { header: ofRow, isRow: true };
  const header = inComments ?? layoutHeader(format, first);
  return header && { header, isRow: false };
}

/** True if the user names columns that this header has: a plain table is what is meant. */
function asksForColumns({ names }: Header, { termColumn, identifierColumn }: ReadOptions): boolean {
  return [termColumn, identifierColumn].every((name) => name !== undefined && names.includes(name));
}

class HeaderFinder<R> implements RowReader<R> {
  readonly #format: HeadedRows<R>;
  readonly #reading: Reading;
  readonly #options: ReadOptions;
  #inComments: Header | null = null;
  #reader: HeadedReader<R> | null = null;

  constructor(format: HeadedRows<R>, reading: Reading, options: ReadOptions) {
    this.#format = format;
    this.#reading = reading;
    this.#options = options;
  }

  get records(): number {
    return this.#reader?.records ?? 0;
  }

  comment(text: string, line: number): void {
    this.#format.comment?.(text);
    if (this.#reader !== null) return;
    const header = commentHeaders(text, line).find((each) => this.#format.isHeader(each, this.#options));
    if (header !== undefined) this.#inComments = header;
  }

  row(row: DelimitedRow): void {
    if (this.#reader !== null) {
      this.#reader.row(row);
      return;
    }
    // Without a header of the format the first row is taken for one: whoever asks for a column says what is missing.
    const found = headerOf(this.#format, row, this.#inComments, this.#options);
    const { header, isRow } = found ?? { header: rowHeader(row), isRow: true };
    this.#reader = this.#format.open(header, this.#reading, this.#options);
    if (isRow) return;
    if (row.cells.length !== header.names.length) {
      throw this.#reading.fault(
        row.place(header.names.length),
        `this row has ${row.cells.length} fields, the header has ${header.names.length}`,
        { text: row.text, hint: 'Take the file fresh from where it is published, or give it a header row.' },
      );
    }
    this.#reader.row(row);
  }

  finish(end: Place): R {
    if (this.#reader !== null) return this.#reader.finish(end);
    throw this.#reading.empty(end, 'rows', 'Choose a file with a header row and rows below it.');
  }
}

export function openHeaded<R>(rows: HeadedRows<R>, file: string, options: ReadOptions): TabularParser<R> {
  const reading = new Reading(file);
  return new TabularParser(reading, new HeaderFinder(rows, reading, options), rows.text ?? {});
}

export function headedFormat(make: () => HeadedFormat): SourceFormat {
  const { format: name, kind, title, text = {} } = make();
  return {
    format: name,
    kind,
    title,
    detects: (head, options) => {
      const format = make();
      const { rows, comments } = firstRows(head, 1, text);
      const [first] = rows;
      if (first === undefined) return false;
      const inComments = comments
        .flatMap((each) => commentHeaders(each, 1))
        .findLast((h) => format.isHeader(h, options));
      const found = headerOf(format, first, inComments ?? null, options);
      return found !== null && !asksForColumns(found.header, options);
    },
    open: (file, options) => openHeaded(make(), file, options),
  };
}

/** The cells of the columns to keep, by name; null where none is asked for. Throws for a column that is absent. */
export function keptCells(
  header: Header,
  reading: Reading,
  { keepColumns = [] }: ReadOptions,
): (row: DelimitedRow) => Term['cells'] {
  const columns = keepColumns.map((name) => [name, header.column(name, reading, 'ontology.path')] as const);
  if (columns.length === 0) return () => null;
  return ({ cells }) => Object.fromEntries(columns.map(([name, at]) => [name, ownText(cells[at]!)]));
}
