/**
 * How a reader of text says that a file is wrong: file, line, column, what is wrong, the text itself (shortened), what to do.
 * Must not know: any format.
 */
import { LabError, type LabErrorCode } from './errors';

const SHOWN_CHARACTERS = 80;

/** Text for a message: one line, unprintable characters made visible, at most 80 characters. */
export function shorten(text: string): string {
  const cut = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
  return cut.replace(/\p{Cc}/gu, (c) => (c === '\t' ? '→' : `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`));
}

/** Where something stands in a text: both 1-based, columns in UTF-16 code units. */
export interface Place {
  line: number;
  column: number;
}

export interface Fault {
  code: Extract<LabErrorCode, 'ontology-malformed' | 'ontology-empty' | 'table-malformed'>;
  file: string;
  /** 1-based. */
  line: number;
  /** 1-based, in UTF-16 code units; left out where the whole line is meant. */
  column?: number;
  problem: string;
  /** The offending text; left out where the line says it all. */
  text?: string;
  hint: string;
  control?: string;
}

export function malformed({ code, file, line, column, problem, text, hint, control }: Fault): LabError {
  const shown = text === undefined ? '' : `: "${shorten(text)}"`;
  const place = column === undefined ? `line ${line}` : `line ${line}, column ${column}`;
  return new LabError(code, `${file}, ${place}: ${problem}${shown}`, { hint, ...(control ? { control } : {}) });
}

/** True for text that was never text: NUL bytes, or many characters that no UTF-8 text file holds. */
export function looksBinary(head: string): boolean {
  if (head.includes('\0')) return true;
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  const odd = head.match(/[\x01-\x08\x0e-\x1f\ufffd]/g)?.length ?? 0;
  return odd > head.length / 50;
}
