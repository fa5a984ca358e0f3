/**
 * Tab-, comma- or semicolon-separated text → rows with their places, piece by piece.
 *
 * Promises: fields in quotes as in RFC 4180 (`""` for a quote; delimiters and line ends inside); a quote inside an unquoted
 * field is an ordinary character; blank lines are skipped; comment lines are kept apart; every row has as many fields as
 * the first. Holds the current row, never the text, in time linear in the text, wherever it is cut. Broken input →
 * `table-malformed` with file, line, column and remedy; what was read otherwise than it stood is told.
 * Must not know: what the columns mean.
 */
import type { NamedText } from './files';
import { LineSplitter } from './lines';
import { looksBinary, malformed, type Place } from './text-fault';

export const DELIMITER_NAMES = { '\t': 'tab', ',': 'comma', ';': 'semicolon' } as const;
export type Delimiter = keyof typeof DELIMITER_NAMES;

/** No real row comes near it; a quotation mark that is never closed, or binary data without line ends, does. */
const LONGEST_ROW = 16 * 1024 * 1024;

export interface DelimitedOptions {
  /** Left out: the one that stands most often in the first line of data. */
  delimiter?: Delimiter;
  /** Whether fields may stand in quotation marks. Default true. */
  quotes?: boolean;
  /** Character that begins a comment line; null: none does. Default `#`. */
  comment?: string | null;
  /** Whether a row with other than as many fields as the first is an error. Default true. */
  sameWidth?: boolean;
  /** Told of each comment, its mark removed. */
  onComment?: (text: string, line: number) => void;
  /** Told of each row that was read otherwise than it stood. */
  onOddity?: (place: Place, message: string) => void;
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

/** One row. Its cells are trimmed slices of the text: copy with `ownText` what is kept from a long text. */
export class DelimitedRow {
  /** 1-based line on which the row starts. */
  readonly line: number;
  readonly cells: string[];
  /** The row's line as it stands; of a row over several lines, the last. */
  readonly text: string;
  readonly #delimiter: Delimiter;
  readonly #places: readonly Place[] | null;

  /** `places`: where each field begins, and where the row ends; null where `text` cut at the delimiters tells. */
  constructor(line: number, cells: string[], text: string, delimiter: Delimiter, places: readonly Place[] | null) {
    this.line = line;
    this.cells = cells;
    this.text = text;
    this.#delimiter = delimiter;
    this.#places = places;
  }

  /** Where a field begins; past the last field, where the row ends. */
  place(field: number): Place {
    if (this.#places !== null) return this.#places[Math.min(field, this.#places.length - 1)]!;
    let at = 0;
    for (let before = field; before > 0; before--) {
      const end = this.text.indexOf(this.#delimiter, at);
      if (end === -1) return { line: this.line, column: this.text.length + 1 };
      at = end + 1;
    }
    return { line: this.line, column: at + 1 };
  }
}

/** A row whose last field is in quotes and goes on in the next line. */
interface OpenRow {
  line: number;
  cells: string[];
  places: Place[];
  /** The open field, line by line. */
  pieces: string[];
  length: number;
}

/** Reads one text. Use it once: `push` any number of times, then `finish`. */
export class DelimitedParser {
  readonly #file: string;
  readonly #options: DelimitedOptions;
  readonly #comment: string | null;
  readonly #splitter = new LineSplitter();
  #delimiter: Delimiter | null;
  #width: number | null = null;
  #open: OpenRow | null = null;
  #line = 0;
  #lastLength = 0;

  constructor(file: string, options: DelimitedOptions = {}) {
    this.#file = file;
    this.#options = options;
    this.#delimiter = options.delimiter ?? null;
    this.#comment = options.comment === undefined ? '#' : options.comment;
  }

  /** Null until the first row has been read. */
  get delimiter(): Delimiter | null {
    return this.#delimiter;
  }

  /** Just behind the last line that was read. */
  get end(): Place {
    return { line: Math.max(1, this.#line), column: this.#lastLength + 1 };
  }

  /** Rows completed by this piece of text. */
  push(text: string): DelimitedRow[] {
    const rows: DelimitedRow[] = [];
    for (const line of this.#splitter.push(text)) this.#takeLine(line, rows);
    if (this.#splitter.unfinished + (this.#open?.length ?? 0) > LONGEST_ROW) {
      throw this.#open === null ? this.#tooLong() : this.#neverClosed(this.#open);
    }
    return rows;
  }

  /** The last row, where the text does not end with a line end. */
  finish(): DelimitedRow[] {
    const rows: DelimitedRow[] = [];
    for (const line of this.#splitter.finish()) this.#takeLine(line, rows);
    if (this.#open !== null) throw this.#neverClosed(this.#open);
    return rows;
  }

  #takeLine(text: string, rows: DelimitedRow[]): void {
    this.#line += 1;
    this.#lastLength = text.length;
    const nul = text.indexOf('\0');
    if (nul !== -1) {
      throw this.#fault({ line: this.#line, column: nul + 1 }, 'this is binary data, not a table', text);
    }
    let row: DelimitedRow | null;
    if (this.#open !== null) row = this.#readQuoted(text, this.#open);
    else if (this.#comment !== null && text.startsWith(this.#comment)) {
      this.#options.onComment?.(text.slice(this.#comment.length), this.#line);
      return;
    } else if (text.trim() === '') return;
    else {
      // One column alone is still a table: whoever asks for columns says which one is missing.
      this.#delimiter ??= detectDelimiter(text) ?? '\t';
      if ((this.#options.quotes ?? true) && text.includes('"')) {
        row = this.#readQuoted(text, { line: this.#line, cells: [], places: [], pieces: [], length: 0 });
      } else row = new DelimitedRow(this.#line, text.split(this.#delimiter), text, this.#delimiter, null);
    }
    if (row === null) return;
    const { cells } = row;
    for (let i = 0; i < cells.length; i++) cells[i] = cells[i]!.trim();
    if (this.#options.sameWidth ?? true) this.#checkWidth(row);
    rows.push(row);
  }

  /** Goes on with a row that has quotes; null, and the row kept open, where a quoted field is not at its end. */
  #readQuoted(text: string, row: OpenRow): DelimitedRow | null {
    const delimiter = this.#delimiter!;
    let inQuotes = this.#open !== null;
    this.#open = null;
    for (let at = 0; ;) {
      let start = at; // of the field, where it stands in this line alone
      if (!inQuotes) {
        row.places.push({ line: this.#line, column: at + 1 });
        if (text[at] !== '"') {
          const end = text.indexOf(delimiter, at);
          row.cells.push(text.slice(at, end === -1 ? text.length : end));
          if (end === -1) return this.#closeRow(text, row);
          at = end + 1;
          continue;
        }
        at += 1;
      } else start = -1;
      inQuotes = false;
      let close = text.indexOf('"', at);
      while (close !== -1 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
      if (close === -1) {
        row.pieces.push(text.slice(at));
        row.length += text.length + 1;
        if (row.length > LONGEST_ROW) throw this.#neverClosed(row);
        this.#open = row;
        return null;
      }
      row.pieces.push(text.slice(at, close));
      let end = close + 1;
      while (text[end] === ' ') end += 1;
      if (end < text.length && text[end] !== delimiter) {
        end = this.#literalEnd(text, start, end);
        row.cells.push(text.slice(start, end));
      } else row.cells.push(row.pieces.join('\n').replaceAll('""', '"'));
      row.pieces = [];
      if (end >= text.length) return this.#closeRow(text, row);
      at = end + 1;
    }
  }

  /** Tabs need no quotes, so a field like `"Big" toe` is a text with quotes in it; with other delimiters nobody can tell. */
  #literalEnd(text: string, start: number, after: number): number {
    if (this.#delimiter !== '\t' || start === -1) {
      throw this.#fault(
        { line: this.#line, column: after + 1 },
        'text follows a closing quotation mark',
        text.slice(Math.max(0, start)),
        'Put the whole field in quotation marks, and write those inside it as "".',
      );
    }
    const place = { line: this.#line, column: start + 1 };
    this.#options.onOddity?.(
      place,
      'text follows a closing quotation mark; the field was read with its quotation marks',
    );
    const end = text.indexOf('\t', start);
    return end === -1 ? text.length : end;
  }

  #closeRow(text: string, { line, cells, places }: OpenRow): DelimitedRow {
    places.push({ line: this.#line, column: text.length + 1 });
    return new DelimitedRow(line, cells, text, this.#delimiter!, places);
  }

  /** Fields beyond the first row's are dropped if they are empty: spreadsheets leave such behind. */
  #checkWidth(row: DelimitedRow): void {
    const { cells } = row;
    this.#width ??= cells.length;
    if (cells.length === this.#width) return;
    const place = row.place(this.#width);
    if (cells.length > this.#width && cells.slice(this.#width).every((cell) => cell === '')) {
      cells.length = this.#width;
      this.#options.onOddity?.(
        place,
        'empty fields at the end of the row, beyond those of the first row, were left out',
      );
      return;
    }
    const separated = DELIMITER_NAMES[this.#delimiter!];
    const fields = `${cells.length} field${cells.length === 1 ? '' : 's'}`;
    throw this.#fault(
      place,
      `this row has ${fields}, the first row has ${this.#width} (separated by ${separated}s)`,
      row.text,
      `Give every row ${this.#width} fields, and put fields that hold a ${separated} in quotation marks.`,
    );
  }

  #neverClosed({ places, pieces }: OpenRow) {
    return this.#fault(
      places.at(-1)!,
      'a quotation mark is opened and never closed',
      `"${pieces[0] ?? ''}`,
      'Close it, and write quotation marks inside a field as "".',
    );
  }

  #tooLong() {
    return this.#fault({ line: this.#line + 1, column: 1 }, 'this line goes on without end, as no table does');
  }

  #fault(place: Place, problem: string, text?: string, hint = 'Choose a TSV or CSV text file.') {
    return malformed({
      code: 'table-malformed',
      file: this.#file,
      ...place,
      problem,
      ...(text === undefined ? {} : { text }),
      hint,
    });
  }
}

export interface DelimitedTable {
  delimiter: Delimiter;
  /** The header among them, if there is one. */
  rows: DelimitedRow[];
}

/** A text that is in memory already. Throws `table-malformed`, also for a text without a row. */
export function parseDelimited({ name, text }: NamedText, options: DelimitedOptions = {}): DelimitedTable {
  const fault = (place: Place, problem: string, hint: string) =>
    malformed({ code: 'table-malformed', file: name, ...place, problem, hint });
  if (looksBinary(text.slice(0, 65536))) {
    const hint = 'Choose a TSV or CSV text file, unpacked.';
    throw fault({ line: 1, column: 1 }, 'this is binary data, not a table', hint);
  }
  const parser = new DelimitedParser(name, options);
  const rows = [...parser.push(text), ...parser.finish()];
  if (rows.length === 0) {
    const hint = 'Choose a TSV or CSV file with a header row and rows below it.';
    throw fault(parser.end, 'the file ends and no row was found', hint);
  }
  return { delimiter: parser.delimiter!, rows };
}
