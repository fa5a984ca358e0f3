/**
 * Tab-, comma- or semicolon-separated text → rows with their line numbers.
 *
 * Promises: fields in quotes as in RFC 4180 (`""` for a quote; delimiters and line ends inside); a quote inside an unquoted field
 * is an ordinary character; blank lines are skipped; lines that start with `#` are comments and kept apart; every row
 * has as many fields as the first. Broken input → `table-malformed` with file, 1-based line and remedy.
 * Must not know: what the columns mean.
 */
import { LabError } from '../core/errors';
import type { NamedText } from '../core/files';
import { looksBinary, malformed } from './malformed';

export const DELIMITER_NAMES = { '\t': 'tab', ',': 'comma', ';': 'semicolon' } as const;
export type Delimiter = keyof typeof DELIMITER_NAMES;

export interface TableRow {
  /** 1-based line on which the row starts. */
  line: number;
  cells: string[];
}

export interface DelimitedTable {
  delimiter: Delimiter;
  rows: TableRow[];
  /** The last comment before the first row, `#` removed: some releases keep their header there. */
  leadingComment: TableRow | null;
}

/** The delimiter that stands most often in a line outside quotes (ties: tab, comma, semicolon), or null. */
export function detectDelimiter(line: string): Delimiter | null {
  const bare = line.replace(/"(?:[^"]|"")*"?/g, '');
  let best: Delimiter | null = null;
  let most = 0;
  for (const delimiter of Object.keys(DELIMITER_NAMES) as Delimiter[]) {
    const found = bare.split(delimiter).length - 1;
    if (found > most) [best, most] = [delimiter, found];
  }
  return best;
}

const isComment = (line: string) => line.startsWith('#');

/** First line that is neither blank nor a comment, or null. */
export function firstDataLine(text: string): string | null {
  for (let at = text.startsWith('\ufeff') ? 1 : 0; at < text.length;) {
    let end = text.indexOf('\n', at);
    if (end === -1) end = text.length;
    const line = trimReturn(text.slice(at, end));
    if (!isComment(line) && line.trim() !== '') return line;
    at = end + 1;
  }
  return null;
}

export function parseDelimited({ name, text: raw }: NamedText): DelimitedTable {
  const text = raw.replace(/^\ufeff/, '');
  const fault = (line: number, problem: string, shown: string | undefined, hint: string) =>
    malformed({
      code: 'table-malformed',
      file: name,
      line,
      problem,
      ...(shown === undefined ? {} : { text: shown }),
      hint,
    });
  if (looksBinary(text.slice(0, 65536))) {
    throw fault(1, 'this is binary data, not a table', undefined, 'Choose a TSV or CSV text file, unpacked.');
  }
  const first = firstDataLine(text);
  if (first === null) {
    throw new LabError('table-malformed', `${name} is empty: it has no header row.`, {
      hint: 'Choose a TSV or CSV file with a header row and rows below it.',
    });
  }
  // One column alone is still a table: whoever asks for columns says which one is missing.
  const delimiter = detectDelimiter(first) ?? '\t';

  const rows: TableRow[] = [];
  let leadingComment: TableRow | null = null;
  let line = 1;
  for (let at = 0; at < text.length;) {
    let end = text.indexOf('\n', at);
    if (end === -1) end = text.length;
    const bare = trimReturn(text.slice(at, end));
    if (isComment(bare)) {
      if (rows.length === 0) leadingComment = { line, cells: trimCells(bare.replace(/^#+\s*/, '').split(delimiter)) };
    } else if (bare.trim() !== '') {
      const row = bare.includes('"')
        ? readQuotedRow(text, at, delimiter, (problem, hint) => fault(line, problem, bare, hint))
        : { cells: bare.split(delimiter), end, lineEnds: 0 };
      const cells = trimCells(row.cells);
      const width = rows[0]?.cells.length ?? cells.length;
      if (cells.length !== width) {
        throw fault(
          line,
          `this row has ${cells.length} field${cells.length === 1 ? '' : 's'}, the first row has ${width} (separated by ${DELIMITER_NAMES[delimiter]}s)`,
          bare,
          `Give every row ${width} fields, and put fields that hold a ${DELIMITER_NAMES[delimiter]} in quotation marks.`,
        );
      }
      rows.push({ line, cells });
      line += row.lineEnds;
      end = row.end;
    }
    line += 1;
    at = end + 1;
  }
  return { delimiter, rows, leadingComment };
}

const trimReturn = (line: string) => (line.endsWith('\r') ? line.slice(0, -1) : line);
const trimCells = (cells: string[]) => cells.map((cell) => cell.trim());

/** One row from `start`, which has quotes somewhere; `end` is the index of its line end or of the end of the text. */
function readQuotedRow(
  text: string,
  start: number,
  delimiter: Delimiter,
  fault: (problem: string, hint: string) => LabError,
): { cells: string[]; end: number; lineEnds: number } {
  const cells: string[] = [];
  let lineEnds = 0;
  for (let at = start; ;) {
    if (text[at] !== '"') {
      let end = at;
      while (end < text.length && text[end] !== delimiter && text[end] !== '\n') end += 1;
      cells.push(trimReturn(text.slice(at, end)));
      if (text[end] !== delimiter) return { cells, end, lineEnds };
      at = end + 1;
      continue;
    }
    let close = text.indexOf('"', at + 1);
    while (close !== -1 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
    if (close === -1) {
      throw fault(
        'a quotation mark is opened and never closed',
        'Close it, and write quotation marks inside a field as "".',
      );
    }
    const cell = text.slice(at + 1, close).replaceAll('""', '"');
    lineEnds += cell.split('\n').length - 1;
    cells.push(cell);
    at = text[close + 1] === '\r' ? close + 2 : close + 1;
    if (at >= text.length || text[at] === '\n') return { cells, end: at, lineEnds };
    if (text[at] !== delimiter) {
      throw fault(
        'text follows a closing quotation mark',
        'Put the whole field in quotation marks, and write those inside it as "".',
      );
    }
    at += 1;
  }
}
