/**
 * A CSV or TSV as the statistics need it: columns by name, their cells as numbers, event marks or labels.
 *
 * Promises: whatever cannot be read is a LabError with file, line and column; rows that were passed over are told.
 * Must not know: any statistic.
 */
import { parseDecimal } from '../../core/decimal';
import { DELIMITER_NAMES, parseDelimited, type DelimitedRow } from '../../core/delimited';
import { LabError } from '../../core/errors';
import type { StatsWarning } from '../../core/estimate';
import type { NamedText } from '../../core/files';
import { malformed, shorten } from '../../core/text-fault';
import { usageError } from '../arguments';

export type Cell = string | number | null;

const MISSING = new Set(['', 'NA', 'N/A', 'NaN', 'nan', 'null', '.']);
const YES = new Set(['1', '1.0', 'true', 't', 'yes']);
const NO = new Set(['0', '0.0', 'false', 'f', 'no']);
const SHOWN_NAMES = 30;

export class DataTable {
  readonly file: string;
  readonly columns: readonly string[];
  readonly warnings: readonly StatsWarning[];
  /** The rows that `where` left. */
  rows: readonly DelimitedRow[];
  /** What a column's marks mean is decided on all of it: some rows alone may hold one of two marks. */
  readonly #all: readonly DelimitedRow[];
  readonly #headerLine: number;

  constructor(file: string, header: DelimitedRow, rows: readonly DelimitedRow[], warnings: readonly StatsWarning[]) {
    this.file = file;
    this.columns = header.cells;
    this.rows = rows;
    this.#all = rows;
    this.#headerLine = header.line;
    this.warnings = warnings;
    const twice = this.columns.findIndex((name, i) => name !== '' && this.columns.indexOf(name) !== i);
    if (twice === -1) return;
    throw malformed({
      code: 'table-malformed',
      file,
      ...header.place(twice),
      problem: `two columns are named "${shorten(this.columns[twice]!)}"`,
      hint: 'Give each column a name of its own.',
    });
  }

  index(name: string, option: string): number {
    const index = this.columns.indexOf(name);
    if (index >= 0) return index;
    const named = this.columns.filter((column) => column !== '');
    const more = named.length > SHOWN_NAMES ? ` and ${named.length - SHOWN_NAMES} more` : '';
    throw new LabError(
      'table-malformed',
      `${this.file}, line ${this.#headerLine}: no column is named "${shorten(name)}" (--${option}).`,
      {
        hint: `Its columns are: ${named.slice(0, SHOWN_NAMES).map(shorten).join(', ')}${more}.`,
      },
    );
  }

  /** Keeps the rows whose cell is this text. Throws where none is left. */
  where(condition: string, command: string): void {
    const at = condition.indexOf('=');
    if (at < 1) throw usageError(`--where takes column=value, not “${condition}”.`, command);
    const [name, value] = [condition.slice(0, at), condition.slice(at + 1)];
    const column = this.index(name, 'where');
    const left = this.rows.filter(({ cells }) => cells[column] === value);
    if (left.length === 0) {
      const present = [...new Set(this.rows.map(({ cells }) => cells[column]!))].slice(0, 10).map(shorten);
      throw new LabError('table-malformed', `${this.file}: no row is left with ${shorten(condition)} (--where).`, {
        hint: `In "${shorten(name)}" there is, for instance: ${present.join(', ')}.`,
      });
    }
    this.rows = left;
  }

  /** Finite decimal numbers; null where missing. */
  numbers(name: string, option: string): (number | null)[] {
    const column = this.index(name, option);
    return this.rows.map((row) => {
      const text = row.cells[column]!;
      if (MISSING.has(text)) return null;
      const value = parseDecimal(text);
      if (Number.isFinite(value)) return value;
      const hint =
        option === 'covariates'
          ? `Give numbers, or name it with --factor ${name}.`
          : `Give numbers, or another column with --${option}.`;
      throw this.#fault(row, column, `"${shorten(name)}" holds "${shorten(text)}", not a number`, hint);
    });
  }

  /** 0/1, true/false, yes/no. With `oneTwo`: a column of 1 and 2 only is a status as R reads it, 2 being the event. */
  events(name: string, option: string, { oneTwo = false } = {}): (number | null)[] {
    const column = this.index(name, option);
    const marks = new Set(this.#all.map(({ cells }) => cells[column]!).filter((text) => !MISSING.has(text)));
    const status = oneTwo && marks.has('2') && [...marks].every((text) => text === '1' || text === '2');
    return this.rows.map((row) => {
      const text = row.cells[column]!;
      if (MISSING.has(text)) return null;
      if (status) return text === '2' ? 1 : 0;
      if (YES.has(text.toLowerCase())) return 1;
      if (NO.has(text.toLowerCase())) return 0;
      const what = oneTwo ? '1 for an event and 0 for none' : '1 for right and 0 for wrong';
      throw this.#fault(
        row,
        column,
        `"${shorten(name)}" holds "${shorten(text)}", neither yes nor no`,
        `Write ${what} (true and false, yes and no do as well).`,
      );
    });
  }

  /** Text as it stands; null where missing. */
  labels(name: string, option: string): (string | null)[] {
    const column = this.index(name, option);
    return this.rows.map(({ cells }) => (MISSING.has(cells[column]!) ? null : cells[column]!));
  }

  /** Labels for a factor: numbers where all are, so that 9 sorts before 10. */
  levels(name: string, option: string): Cell[] {
    const labels = this.labels(name, option);
    const numeric = labels.every((label) => label === null || String(Number(label)) === label);
    return numeric ? labels.map((label) => (label === null ? null : Number(label))) : labels;
  }

  #fault(row: DelimitedRow, column: number, problem: string, hint: string): LabError {
    return malformed({ code: 'table-malformed', file: this.file, ...row.place(column), problem, hint });
  }
}

/** The first row holds the names; R's nameless column of row names is a column without a name. */
export function parseTable(text: NamedText): DataTable {
  const comments: number[] = [];
  const oddities: string[] = [];
  const { rows, delimiter } = parseDelimited(text, {
    onComment: (_, line) => comments.push(line),
    onOddity: ({ line, column }, message) => oddities.push(`line ${line}, column ${column}: ${message}`),
  });
  const [header, ...below] = rows;
  if (below.length === 0) {
    const { line } = header!;
    throw malformed({
      code: 'table-malformed',
      file: text.name,
      line,
      problem: `there is no row below the first, whose ${DELIMITER_NAMES[delimiter]}-separated fields are the names`,
      hint: 'Give a table with a header row and rows below it.',
    });
  }
  const inside = comments.filter((line) => line > header!.line);
  const warnings: StatsWarning[] = [];
  if (inside.length > 0) {
    warnings.push({
      code: 'comment-lines',
      message: `${inside.length} of the lines below the header begin with # and were read as comments, the first is line ${inside[0]}.`,
      hint: 'Put the first field in quotation marks if they are rows.',
    });
  }
  if (oddities.length > 0) {
    const more = oddities.length > 1 ? ` And ${oddities.length - 1} more rows like it.` : '';
    warnings.push({ code: 'odd-rows', message: `${oddities[0]}.${more}`, hint: 'Check these rows.' });
  }
  return new DataTable(text.name, header!, below, warnings);
}
