/**
 * Code files of ICD-10-CM: `icd10cm-codes` (code, description) and `icd10cm-order` (order number, code, flag, short and
 * long description, in fixed columns; CMS and NCHS, Read Me of the yearly release).
 *
 * Promises: one term for each code, written with its point; its parent is the longest code of the file that it begins with.
 * The files state no release: the year is taken from a file name such as `icd10cm-codes-2025.txt`.
 * Must not know: chapters and blocks, which these files do not hold.
 */
import { LineSplitter } from '../../core/lines';
import type { SourceFormat, SourceParser } from '../reader';
import { liveRoots } from '../roots';
import type { Ontology } from '../types';
import { Reading } from './reading';
import { TermList } from './term-list';

const CODE_LINE = /^([A-Z]\d[0-9A-Z]\.?[0-9A-Z]{0,4})[ \t]+(\S.*)$/;
const ORDER_LINE = /^\d{5} ([A-Z]\d[0-9A-Z][0-9A-Z]{0,4}) {1,5}[01] (?=\S)/;
/** Where the descriptions of an order file begin. */
const SHORT_AT = 16;
const LONG_AT = 77;
const LONGEST_LINE = 1024 * 1024;
const SIGHTED_LINES = 20;

function readLine(line: string): { code: string; description: string; column: number } | null {
  const ordered = ORDER_LINE.exec(line);
  if (ordered !== null) {
    const short = line.slice(SHORT_AT, LONG_AT);
    const description = line.slice(LONG_AT).trim();
    if (!short.endsWith(' ') || short.trim() === '' || description === '') return null;
    return { code: ordered[1]!, description, column: 7 };
  }
  const [, code, description] = CODE_LINE.exec(line) ?? [];
  if (code === undefined || description === undefined) return null;
  return { code: code.replace('.', ''), description: description.trim(), column: 1 };
}

/** The code as people write it: `A000` is `A00.0`. */
function withPoint(code: string): string {
  return code.length > 3 ? `${code.slice(0, 3)}.${code.slice(3)}` : code;
}

class Icd10cmParser implements SourceParser {
  readonly #reading: Reading;
  readonly #splitter = new LineSplitter();
  readonly #list: TermList;
  #line = 0;
  #lastLength = 0;

  constructor(file: string) {
    this.#reading = new Reading(file);
    this.#list = new TermList(this.#reading);
  }

  get records(): number {
    return this.#list.terms.length;
  }

  push(text: string): void {
    for (const line of this.#splitter.push(text)) this.#take(line);
    if (this.#splitter.unfinished > LONGEST_LINE) throw this.#notACode(this.#line + 1, '');
  }

  finish(): Ontology {
    for (const line of this.#splitter.finish()) this.#take(line);
    const { terms } = this.#list;
    if (terms.length === 0) {
      const end = { line: Math.max(1, this.#line), column: this.#lastLength + 1 };
      throw this.#reading.empty(end, 'codes', 'Choose a code file or an order file of ICD-10-CM.');
    }
    const codes = new Set(terms.map(({ id }) => id));
    for (const term of terms) term.parents = parentsOf(term.id, codes);
    const version = /icd[-_]?10[-_]?cm.*?((?:20)\d\d)/i.exec(this.#reading.file)?.[1] ?? null;
    return this.#list.ontology('icd10cm', { version }, liveRoots(terms));
  }

  #take(line: string): void {
    this.#line += 1;
    this.#lastLength = line.length;
    if (line.trim() === '') return;
    const read = readLine(line);
    if (read === null || line.includes('\0')) throw this.#notACode(this.#line, line);
    const { code, description, column } = read;
    this.#list.add({ id: withPoint(code), label: description }, { line: this.#line, column });
  }

  #notACode(line: number, text: string) {
    return this.#reading.fault({ line, column: 1 }, 'this line does not begin with a code and a description', {
      text,
      hint: 'Correct the line, or take the file fresh from where it is published.',
    });
  }
}

function parentsOf(id: string, codes: ReadonlySet<string>): string[] {
  const code = id.replace('.', '');
  for (let length = code.length - 1; length >= 3; length--) {
    const parent = withPoint(code.slice(0, length));
    if (codes.has(parent)) return [parent];
  }
  return [];
}

export const icd10cmFormat: SourceFormat = {
  format: 'icd10cm',
  kind: 'ontology',
  title: 'a code file of ICD-10-CM',
  detects: (head) => {
    const lines = head.split('\n', SIGHTED_LINES + 1);
    // The last line of a head may be cut; one line alone is all there is.
    const whole = (lines.length > 1 ? lines.slice(0, -1) : lines).filter((line) => line.trim() !== '');
    return whole.length > 0 && whole.every((line) => readLine(line.replace(/\r$/, '')) !== null);
  },
  open: (file) => new Icd10cmParser(file),
};
