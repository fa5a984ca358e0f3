/**
 * Rows of a table → numbers per identifier: what counts and covariates have in common.
 *
 * Promises: an identifier that comes twice with other numbers, and a cell that is no number, → `table-malformed` with its
 * place; the same row again is a warning. Must not know: what the numbers mean.
 */
import { parseDecimal } from '../../core/decimal';
import type { DelimitedRow } from '../../core/delimited';
import type { LabError } from '../../core/errors';
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
  /** The one that is read where none is named; null where that is none, or was not looked for. */
  firstColumn: string | null;
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
  #first: string | null = null;
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
      firstColumn: this.#first,
      header: this.#header.names,
      rows: this.#rows,
      reading: this.#reading,
    };
  }

  #choose(): void {
    const { columns, controls } = this.#options;
    const first = this.#numericAfter();
    const numeric = columns === 'all' ? this.#allNumeric() : first;
    if (numeric.length === 0) throw this.#noNumbers();
    this.#first = first[0] === undefined ? null : this.#header.names[first[0]]!;
    this.#columns = columns === 'all' ? numeric : numeric.slice(0, 1);
    for (const column of this.#columns) {
      const name = this.#header.names[column]!;
      if (!Number.isFinite(parseDecimal(name))) continue;
      throw this.#reading.fault(this.#header.place(column), 'this table has no header: the first row holds a number', {
        text: name,
        hint: 'Give it a first row with the names of the columns.',
        control: controls.file,
      });
    }
    // Each will be asked for by its name.
    if (columns === 'all') {
      for (const column of [this.#identifier, ...numeric])
        this.#header.column(this.#header.names[column]!, this.#reading, controls.columns);
    }
    for (const row of this.#sighted) this.#read(row, this.#columns);
    this.#sighted = [];
  }

  /** Columns after the identifiers most of whose cells are numbers. */
  #numericAfter(): number[] {
    return this.#mostlyNumbers(() => true).filter((column) => column > this.#identifier);
  }

  /** Columns with a name most of whose known cells are numbers: those are taken, too, that are known of few. */
  #allNumeric(): number[] {
    const numeric = this.#mostlyNumbers((cell) => !isUnknown(cell));
    return numeric.filter((column) => column !== this.#identifier && this.#header.names[column] !== '');
  }

  /** Most, not all: one bad cell must be reported, not silently move the choice to the next column. */
  #mostlyNumbers(counts: (cell: string) => boolean): number[] {
    return this.#header.names.flatMap((_, column) => {
      const cells = this.#sighted.map((row) => row.cells[column]!).filter(counts);
      const numbers = cells.filter((cell) => Number.isFinite(parseDecimal(cell))).length;
      return numbers > cells.length / 2 ? [column] : [];
    });
  }

  #noNumbers(): LabError {
    const problem = `no column after "${this.#header.names[this.#identifier]!.slice(0, 40)}" holds numbers`;
    const { controls } = this.#options;
    return this.#reading.fault(this.#header.place(this.#identifier), problem, {
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
