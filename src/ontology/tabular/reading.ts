/**
 * What the readers of rows share: text in, rows out to the reader of a format; faults and warnings with their place.
 *
 * Promises: whoever uses it names file, line and column in every message. Must not know: any format.
 */
import { DelimitedParser, type DelimitedOptions, type DelimitedRow, type Delimiter } from '../../core/delimited';
import type { LabError } from '../../core/errors';
import { malformed, type Place } from '../../core/text-fault';
import type { Source, SourceHeader } from '../types';
import { WarningLog } from '../warnings';

/** One reading of one file. */
export class Reading {
  readonly file: string;
  readonly log = new WarningLog();

  constructor(file: string) {
    this.file = file;
  }

  fault(place: Place, problem: string, details: { text?: string; hint: string; control?: string }): LabError {
    return malformed({ code: 'table-malformed', file: this.file, ...place, problem, ...details });
  }

  /** A fault of one field. */
  cellFault(row: DelimitedRow, field: number, problem: string, how: { hint: string; control: string }): LabError {
    return this.fault(row.place(field), problem, { text: row.cells[field] ?? row.text, ...how });
  }

  /** A document in which nothing was found; `what` in the plural. */
  empty(end: Place, what: string, hint: string): LabError {
    const problem = `the file ends and no ${what} were found`;
    return malformed({ code: 'ontology-empty', file: this.file, ...end, problem, hint, control: 'ontology.path' });
  }

  warn({ line, column }: Place, message: string): void {
    this.log.add(line, column, message);
  }

  /** A row that cannot be used, for a reason that one of its fields shows. */
  leaveOut(row: DelimitedRow, field: number, reason: string): void {
    this.warn(row.place(field), `${reason}; the row was left out`);
  }
}

/** Rows of one format → what they hold. */
export interface RowReader<R = Source> {
  /** A comment line, its mark removed. */
  comment?(text: string, line: number): void;
  row(row: DelimitedRow): void;
  /** `end`: the end of the file. */
  finish(end: Place): R;
  readonly records: number;
}

/** A SourceParser, where the rows make a source. */
export class TabularParser<R = Source> {
  readonly #reader: RowReader<R>;
  readonly #parser: DelimitedParser;

  constructor(reading: Reading, reader: RowReader<R>, options: DelimitedOptions) {
    this.#reader = reader;
    this.#parser = new DelimitedParser(reading.file, {
      ...options,
      onComment: (text, line) => reader.comment?.(text, line),
      onOddity: (place, message) => reading.warn(place, message),
    });
  }

  get records(): number {
    return this.#reader.records;
  }

  push(text: string): void {
    for (const row of this.#parser.push(text)) this.#reader.row(row);
  }

  finish(): R {
    for (const row of this.#parser.finish()) this.#reader.row(row);
    return this.#reader.finish(this.#parser.end);
  }
}

/** The first rows of a text that may be cut anywhere, and the comments before and between them. */
export function firstRows(
  head: string,
  most: number,
  options: DelimitedOptions,
): { rows: DelimitedRow[]; comments: string[]; delimiter: Delimiter | null } {
  const rows: DelimitedRow[] = [];
  const comments: string[] = [];
  const parser = new DelimitedParser('', { ...options, sameWidth: false, onComment: (text) => comments.push(text) });
  try {
    for (let at = 0; at < head.length && rows.length < most;) {
      const end = head.indexOf('\n', at);
      if (end === -1) rows.push(...parser.push(head.slice(at)), ...parser.finish());
      else rows.push(...parser.push(head.slice(at, end + 1)));
      at = end === -1 ? head.length : end + 1;
    }
  } catch {
    // A head that breaks off, or is no table: whoever asked decides by the rows there are.
  }
  return { rows, comments, delimiter: parser.delimiter };
}

const FACT = /^\s?([A-Za-z][\w .-]{0,40}?)\s*:(?!\/\/)\s*(\S.*)$/;
const LONGEST_FACT = 500;

/** What a file says of itself in comments of the form `key: value`; the first value of a key counts. */
export class CommentFacts {
  readonly #values = new Map<string, string>();

  take(comment: string): void {
    const [, key, value] = FACT.exec(comment.slice(0, LONGEST_FACT)) ?? [];
    if (key === undefined || value === undefined || this.#values.has(key.toLowerCase())) return;
    const bare = /^(["'])(.*)\1$/.exec(value.trim())?.[2] ?? value.trim();
    if (bare !== '') this.#values.set(key.toLowerCase(), bare);
  }

  /** Value of the first of these keys, in small letters, that the file states. */
  get(...keys: string[]): string | null {
    for (const key of keys) {
      const value = this.#values.get(key);
      if (value !== undefined) return value;
    }
    return null;
  }

  get licence(): string | null {
    return this.get('license', 'licence', 'dcterms.license', 'rights');
  }
}

/** Header of a source that states nothing of itself but what is given. */
export function sourceHeader(reading: Reading, format: string, stated: Partial<SourceHeader> = {}): SourceHeader {
  return { format, formatVersion: null, version: null, name: null, licence: null, ...stated, ...reading.log.fields };
}
