/**
 * A CSV or TSV as the statistics need it: columns by name, checked cell by cell, rows with gaps left out and counted.
 *
 * Promises: whatever cannot be read is a LabError with file, line and column. Must not know: any statistic.
 */
import { parseDelimited, type DelimitedRow } from '../../core/delimited';
import { LabError } from '../../core/errors';
import { malformed } from '../../core/text-fault';
import { readNamedText } from '../node-folder';

export type Cell = string | number | null;

const MISSING = new Set(['', 'NA', 'NaN', 'nan', 'null', '.']);
const YES = new Set(['1', 'true', 'TRUE', 'True', 'T', 'yes']);
const NO = new Set(['0', 'false', 'FALSE', 'False', 'F', 'no']);

export class DataTable {
  readonly file: string;
  readonly columns: string[];
  rows: DelimitedRow[];

  constructor(file: string, header: DelimitedRow, rows: DelimitedRow[]) {
    this.file = file;
    this.columns = header.cells;
    this.rows = rows;
    const twice = this.columns.find((name, i) => name !== '' && this.columns.indexOf(name) !== i);
    if (twice === undefined) return;
    throw malformed({
      code: 'table-malformed',
      file,
      line: header.line,
      column: 1,
      problem: `two columns are named "${twice}"`,
      hint: 'Give each column a name of its own.',
    });
  }

  index(name: string, option: string): number {
    const index = this.columns.indexOf(name);
    if (index >= 0) return index;
    throw new LabError('table-malformed', `${this.file} has no column "${name}" (--${option}).`, {
      hint: `Its columns are: ${this.columns
        .filter((column) => column !== '')
        .slice(0, 30)
        .join(', ')}.`,
    });
  }

  /** Keeps the rows whose cell is this text. */
  where(condition: string): void {
    const at = condition.indexOf('=');
    if (at < 1)
      throw new LabError('usage', `--where takes column=value, not “${condition}”.`, {
        hint: 'For instance --where seen=true.',
      });
    const column = this.index(condition.slice(0, at), 'where');
    this.rows = this.rows.filter(({ cells }) => cells[column] === condition.slice(at + 1));
  }

  /** Numbers of a column; null where missing. */
  numbers(name: string, option: string): (number | null)[] {
    const column = this.index(name, option);
    return this.rows.map((row) => {
      const text = row.cells[column]!;
      if (MISSING.has(text)) return null;
      const value = Number(text);
      if (Number.isFinite(value)) return value;
      throw this.fault(
        row,
        column,
        `"${name}" holds "${text.slice(0, 40)}", not a number`,
        `Give numbers, or name it with --factor ${name}.`,
      );
    });
  }

  /** 0/1, true/false, yes/no; 1/2 as R reads a status, 2 being the event. */
  events(name: string, option: string): (number | null)[] {
    const column = this.index(name, option);
    const texts = this.rows.map(({ cells }) => cells[column]!);
    const present = texts.filter((text) => !MISSING.has(text));
    const oneTwo = present.every((text) => text === '1' || text === '2') && present.includes('2');
    return this.rows.map((row, i) => {
      const text = texts[i]!;
      if (MISSING.has(text)) return null;
      if (oneTwo) return text === '2' ? 1 : 0;
      if (YES.has(text)) return 1;
      if (NO.has(text)) return 0;
      throw this.fault(
        row,
        column,
        `"${name}" holds "${text.slice(0, 40)}", no event mark`,
        'Write 1 for an event and 0 for none.',
      );
    });
  }

  /** Text as it stands; null where missing. */
  labels(name: string, option: string): (string | null)[] {
    const column = this.index(name, option);
    return this.rows.map(({ cells }) => (MISSING.has(cells[column]!) ? null : cells[column]!));
  }

  /** True where every present cell is a number. */
  isNumeric(name: string, option: string): boolean {
    const column = this.index(name, option);
    return this.rows.every(({ cells }) => MISSING.has(cells[column]!) || Number.isFinite(Number(cells[column])));
  }

  fault(row: DelimitedRow, column: number, problem: string, hint: string): LabError {
    return malformed({ code: 'table-malformed', file: this.file, ...row.place(column), problem, hint });
  }
}

export async function readTable(path: string): Promise<DataTable> {
  const { rows } = parseDelimited(await readNamedText(path));
  const [header, ...below] = rows;
  if (below.length === 0) {
    throw new LabError('table-malformed', `${path} has no row below its header.`, { hint: 'Give a table with data.' });
  }
  return new DataTable(path, header!, below);
}

export interface Complete {
  /** Indices of the rows without a gap. */
  rows: number[];
  /** How many rows each column made leave. */
  dropped: Record<string, number>;
}

/** Rows on which every one of these columns has a value. Throws `stats-input` where none is left. */
export function complete(columns: Readonly<Record<string, readonly Cell[]>>): Complete {
  const names = Object.keys(columns);
  const n = columns[names[0]!]!.length;
  const dropped: Record<string, number> = {};
  const rows: number[] = [];
  for (let i = 0; i < n; i++) {
    const gap = names.find((name) => columns[name]![i] === null);
    if (gap === undefined) rows.push(i);
    else dropped[gap] = (dropped[gap] ?? 0) + 1;
  }
  if (rows.length > 0) return { rows, dropped };
  throw new LabError('stats-input', 'No row has a value in every column that is needed.', {
    hint: `Gaps: ${Object.entries(dropped)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')}.`,
  });
}

export const pick = <T>(values: readonly T[], rows: readonly number[]): NonNullable<T>[] => rows.map((i) => values[i]!);
