/**
 * The columns that a method asked for, each by the part it plays, and the rows on which all of them have a value.
 *
 * Promises: one column may play several parts; rows left out are counted by the column that lacks a value; what a
 * method refuses about a row is said of the file's line. Must not know: any statistic.
 */
import { LabError } from '../../core/errors';
import type { Cell, DataTable } from './table';
import type { Given } from './values';

interface Column {
  name: string;
  cells: readonly Cell[];
}

export class Columns {
  readonly #parts = new Map<string, Column>();

  constructor(
    private readonly given: Given,
    private readonly table: DataTable,
  ) {}

  /** A column under the option that names it; nothing where the option is absent. */
  numbers(option: string): this {
    return this.#take(option, (name) => this.table.numbers(name, option));
  }

  labels(option: string): this {
    return this.#take(option, (name) => this.table.labels(name, option));
  }

  /** Events of a survival time. */
  events(option: string): this {
    return this.#take(option, (name) => this.table.events(name, option, { oneTwo: true }));
  }

  /** Right and wrong. */
  marks(option: string): this {
    return this.#take(option, (name) => this.table.events(name, option));
  }

  add(part: string, column: Column): this {
    this.#parts.set(part, column);
    return this;
  }

  /** Throws `stats-input` where every row has a gap. */
  complete(): CompleteRows {
    const parts = [...this.#parts.values()];
    const gaps = new Map<string, number>();
    const rows: number[] = [];
    for (let i = 0; i < this.table.rows.length; i++) {
      const gap = parts.find(({ cells }) => cells[i] === null);
      if (gap === undefined) rows.push(i);
      else gaps.set(gap.name, (gaps.get(gap.name) ?? 0) + 1);
    }
    if (rows.length > 0) return new CompleteRows(this.table, this.#parts, rows, Object.fromEntries(gaps));
    throw new LabError(
      'stats-input',
      `${this.table.file}: no row has a value in every column that is needed (${droppedRows(gaps).join(', ')}).`,
      { hint: 'Leave out the column that is missing most.' },
    );
  }

  #take(option: string, read: (name: string) => readonly Cell[]): this {
    const name = this.given.text(option);
    return name === undefined ? this : this.add(option, { name, cells: read(name) });
  }
}

export class CompleteRows {
  constructor(
    private readonly table: DataTable,
    private readonly parts: ReadonlyMap<string, Column>,
    /** Indices into the table's rows. */
    private readonly rows: readonly number[],
    /** How many rows each column made leave. */
    readonly dropped: Readonly<Record<string, number>>,
  ) {}

  get count(): number {
    return this.rows.length;
  }

  numbers(part: string): number[] {
    return this.cells(part) as number[];
  }

  labels(part: string): string[] {
    return this.cells(part).map(String);
  }

  cells(part: string): (string | number)[] {
    const { cells } = this.parts.get(part)!;
    return this.rows.map((row) => cells[row]!);
  }

  /** Those of the parts that were given, as a method's optional fields. */
  someNumbers<K extends string>(...parts: K[]): Partial<Record<K, number[]>> {
    return this.#some(parts, (part) => this.numbers(part));
  }

  someLabels<K extends string>(...parts: K[]): Partial<Record<K, string[]>> {
    return this.#some(parts, (part) => this.labels(part));
  }

  /** Runs a method on these rows. What it refuses by the number of a row is named by file and line. */
  run<T>(method: () => T): T {
    try {
      return method();
    } catch (error) {
      throw error instanceof LabError && error.code === 'stats-input' ? this.#placed(error) : error;
    }
  }

  #placed(error: LabError): LabError {
    const named = /: (row|standard error) (\d+)(?=: | is )/.exec(error.message);
    const at = named === null ? undefined : this.rows[Number(named[2]) - 1];
    if (named === null || at === undefined) {
      return new LabError(error.code, `${this.table.file}: ${error.message}`, { hint: error.hint, cause: error });
    }
    const place = `${this.table.file}, line ${this.table.rows[at]!.line}`;
    const message = error.message.replace(named[0], named[1] === 'row' ? '' : ': the standard error');
    return new LabError(error.code, `${place}: ${message}`, { hint: error.hint, cause: error });
  }

  #some<K extends string, V>(parts: readonly K[], read: (part: K) => V): Partial<Record<K, V>> {
    const given = parts.filter((part) => this.parts.has(part)).map((part) => [part, read(part)]);
    return Object.fromEntries(given) as Partial<Record<K, V>>;
  }
}

/** `2 rows dropped: ph.ecog missing`, for each column. */
export function droppedRows(dropped: ReadonlyMap<string, number>): string[] {
  return [...dropped].map(([name, rows]) => `${rows} ${rows === 1 ? 'row' : 'rows'} dropped: ${name} missing`);
}

/** Values in their order: numbers in texts by size, so that `9` comes before `10`. */
export function inOrder(labels: Iterable<string>): string[] {
  return [...new Set(labels)].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}
