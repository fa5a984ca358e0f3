/**
 * Rows of a table → numbers per identifier: what counts and covariates have in common.
 *
 * Promises: an identifier that comes twice with other numbers, and a cell that is no number, → `table-malformed` with its
 * place; the same row again is a warning. Must not know: what the numbers mean.
 */
import { parseDecimal } from '../../core/decimal';
import type { DelimitedRow } from '../../core/delimited';
import { ownText } from '../../core/own-text';
import type { Place } from '../../core/text-fault';
import type { HeadedReader, Header } from './headed';
import type { Reading } from './reading';

/** Rows that are looked at to find the first column of numbers. */
const SIGHTED_ROWS = 1000;

/** Spellings of an unknown value. */
const UNKNOWN = new Set(['', 'na', 'n/a', 'nan', 'null', 'none', '-', '.']);

export function isUnknown(cell: string): boolean {
  return UNKNOWN.has(cell.toLowerCase());
}

export interface NumberTableOptions {
  /** Null: the first column. */
  identifierColumn: string | null;
  /** Null: the first column after the identifiers most of whose cells are numbers; `all`: every such column. */
  columns: readonly string[] | 'all' | null;
  /** What a number is: 0 or more and never unknown, or any. */
  values: 'counts' | 'numbers';
  /** Fields of a spec, for messages. */
  controls: { file: string; identifierColumn: string; columns: string };
}

export interface NumberTable {
  /** Values of an identifier in the order of `columns`. */
  values: ReadonlyMap<string, readonly (number | null)[]>;
  identifierColumn: string;
  columns: readonly string[];
  /** Names of all columns. */
  header: readonly string[];
  /** Rows read. */
  rows: number;
  reading: Reading;
}

export class NumberTableReader implements HeadedReader<NumberTable> {
  readonly #header: Header;
  readonly #reading: Reading;
  readonly #options: NumberTableOptions;
  readonly #identifier: number;
  #columns: readonly number[] | null;
  #sighted: DelimitedRow[] = [];
  #rows = 0;
  readonly #values = new Map<string, { line: number; numbers: (number | null)[] }>();

  constructor(header: Header, reading: Reading, options: NumberTableOptions) {
    const { identifierColumn, columns, controls } = options;
    this.#header = header;
    this.#reading = reading;
    this.#options = options;
    this.#identifier =
      identifierColumn === null ? 0 : header.column(identifierColumn, reading, controls.identifierColumn);
    this.#columns = Array.isArray(columns)
      ? columns.map((name: string) => header.column(name, reading, controls.columns))
      : null;
  }

  get records(): number {
    return this.#rows;
  }

  row(row: DelimitedRow): void {
    this.#rows += 1;
    if (this.#columns !== null) this.#read(row, this.#columns);
    else if (this.#sighted.push(row) === SIGHTED_ROWS) this.#choose();
  }

  finish(end: Place): NumberTable {
    const { controls } = this.#options;
    if (this.#rows > 0 && this.#columns === null) this.#choose();
    if (this.#values.size === 0) {
      throw this.#reading.fault(end, 'the file ends and no row with an identifier and a number was found', {
        hint: 'Choose a table with a header row and at least one row of data.',
        control: controls.file,
      });
    }
    const values = new Map<string, readonly (number | null)[]>();
    for (const [identifier, { numbers }] of this.#values) values.set(identifier, numbers);
    return {
      values,
      identifierColumn: this.#header.names[this.#identifier]!,
      columns: this.#columns!.map((column) => this.#header.names[column]!),
      header: this.#header.names,
      rows: this.#rows,
      reading: this.#reading,
    };
  }

  #choose(): void {
    const numeric = this.#numeric();
    this.#columns = this.#options.columns === 'all' ? numeric : numeric.slice(0, 1);
    for (const column of this.#columns) {
      const name = this.#header.names[column]!;
      if (!Number.isFinite(parseDecimal(name))) continue;
      throw this.#reading.fault(this.#header.place(column), 'this table has no header: the first row holds a number', {
        text: name,
        hint: 'Give it a first row with the names of the columns.',
        control: this.#options.controls.file,
      });
    }
    for (const row of this.#sighted) this.#read(row, this.#columns);
    this.#sighted = [];
  }

  /** Columns most of whose cells are numbers: those after the identifiers, of all of a table the ones before, too. */
  #numeric(): number[] {
    const rows = this.#sighted;
    const { names } = this.#header;
    const all = this.#options.columns === 'all';
    const from = all ? 0 : this.#identifier + 1;
    const numeric = names.flatMap((_, column) => {
      if (column < from || column === this.#identifier) return [];
      // Of all columns those are taken, too, that are known of few.
      const asked = all ? rows.filter(({ cells }) => !isUnknown(cells[column]!)) : rows;
      const numbers = asked.filter(({ cells }) => Number.isFinite(parseDecimal(cells[column]!))).length;
      // Most, not all: one bad cell must be reported, not silently move the choice to the next column.
      return numbers > asked.length / 2 ? [column] : [];
    });
    if (numeric.length > 0) return numeric;
    const problem = `no column after "${names[this.#identifier]!.slice(0, 40)}" holds numbers`;
    const { controls } = this.#options;
    throw this.#reading.fault(this.#header.place(this.#identifier), problem, {
      hint: 'Name the column of the numbers.',
      control: controls.columns,
    });
  }

  #read(row: DelimitedRow, columns: readonly number[]): void {
    const identifier = row.cells[this.#identifier]!;
    if (identifier === '') {
      this.#reading.leaveOut(row, this.#identifier, 'the identifier is empty');
      return;
    }
    const numbers = columns.map((column) => this.#number(row, column));
    const known = this.#values.get(identifier);
    if (known === undefined) {
      this.#values.set(ownText(identifier), { line: row.line, numbers });
      return;
    }
    const control = this.#options.controls.file;
    const twice = `"${identifier.slice(0, 80)}" stands on line ${known.line} already`;
    if (known.numbers.some((number, i) => number !== numbers[i])) {
      const problem = `${twice}, with another number`;
      throw this.#reading.cellFault(row, this.#identifier, problem, { hint: 'Keep one row per identifier.', control });
    }
    this.#reading.warn(row.place(this.#identifier), `${twice}; the row adds nothing`);
  }

  #number(row: DelimitedRow, column: number): number | null {
    const cell = row.cells[column]!;
    const counts = this.#options.values === 'counts';
    if (!counts && isUnknown(cell)) return null;
    const number = parseDecimal(cell);
    if (Number.isFinite(number) && (number >= 0 || !counts)) return number;
    const problem = `in column "${this.#header.names[column]!.slice(0, 40)}", this is not a ${counts ? 'count' : 'number'}`;
    const hint = counts
      ? 'Write a number that is 0 or more, or remove the row.'
      : 'Write a number with a decimal point, or leave the cell empty where it is unknown.';
    throw this.#reading.cellFault(row, column, problem, { hint, control: this.#options.controls.file });
  }
}
