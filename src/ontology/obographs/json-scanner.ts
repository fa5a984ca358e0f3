/**
 * JSON as it streams in: text, cut anywhere → events, with the place of each.
 *
 * Promises: RFC 8259 to the letter; whatever is not throws with line and column. Holds the value it is inside of and the
 * open brackets, nothing else; work is linear in the text. Texts that nobody wants are checked but not kept.
 * Must not know: what the document is about.
 */
import { ownText } from '../../core/own-text';

/** 1-based; columns in UTF-16 code units. */
export interface Place {
  line: number;
  column: number;
}

export type Scalar = string | number | boolean | null;

/** Told of every value in the order of the text. A place is that of the value's or key's first character. */
export interface JsonEvents {
  /** False where the key that comes next is in a part that is left out: it arrives as ''. */
  readonly wantsKey: boolean;
  /** The same for a text as a value. */
  readonly wantsText: boolean;
  open(kind: 'object' | 'list', place: Place): void;
  key(name: string, place: Place): void;
  scalar(value: Scalar, place: Place): void;
  close(): void;
}

export class JsonFault extends Error {
  constructor(
    readonly problem: string,
    readonly place: Place,
  ) {
    super(problem);
  }
}

/** What may come next. */
const enum Expect {
  Value,
  ValueOrEnd,
  Key,
  KeyOrEnd,
  Colon,
  CommaOrEnd,
  Nothing,
}

const EXPECTED: Record<Expect, string> = {
  [Expect.Value]: 'a value was expected here',
  [Expect.ValueOrEnd]: 'a value or "]" was expected here',
  [Expect.Key]: 'a key in quotation marks was expected here',
  [Expect.KeyOrEnd]: 'a key in quotation marks or "}" was expected here',
  [Expect.Colon]: 'a colon was expected here',
  [Expect.CommaOrEnd]: 'a comma or a closing bracket was expected here',
  [Expect.Nothing]: 'nothing more was expected here: the document has ended',
};

/** Inside of what the last piece of text ended. */
const enum Inside {
  Nothing,
  Text,
  Escape,
  Word,
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const DEEPEST = 500;
const LONGEST_TEXT = 16 * 1024 * 1024;
const LONGEST_WORD = 400;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const ESCAPES: Record<string, string> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Letters, digits and `+ - .`: numbers and literals. */
function isWordCode(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x2b && code <= 0x2e && code !== 0x2c)
  );
}

export class JsonScanner {
  readonly #events: JsonEvents;
  readonly #open: ('object' | 'list')[] = [];
  #expect = Expect.Value;
  #inside = Inside.Nothing;
  /** Of the text, key or word that is being read. */
  #place: Place = { line: 1, column: 1 };
  #wanted = true;
  #pieces: string[] = [];
  #length = 0;
  #escape = '';
  #line = 1;
  /** Absolute positions: first character of the piece, first character of the line. */
  #base = 0;
  #lineStart = 0;

  constructor(events: JsonEvents) {
    this.#events = events;
  }

  push(text: string): void {
    let at = 0;
    while (at < text.length) {
      if (this.#inside === Inside.Text) at = this.#readText(text, at);
      else if (this.#inside === Inside.Escape) at = this.#readEscape(text, at);
      else if (this.#inside === Inside.Word) at = this.#readWord(text, at);
      else at = this.#readMark(text, at);
    }
    this.#base += text.length;
  }

  /** Where the text ends. Throws for a document that breaks off. */
  finish(): Place {
    if (this.#inside === Inside.Word) this.#endWord();
    const end = this.#placeAt(0);
    if (this.#inside !== Inside.Nothing)
      throw new JsonFault('the file ends inside a text that begins here', this.#place);
    if (this.#expect !== Expect.Nothing) throw new JsonFault(`the file ends early: ${EXPECTED[this.#expect]}`, end);
    return end;
  }

  #placeAt(at: number): Place {
    return { line: this.#line, column: this.#base + at - this.#lineStart + 1 };
  }

  /** White space, a bracket, a comma, a colon, or the first character of a text or word. */
  #readMark(text: string, at: number): number {
    const code = text.charCodeAt(at);
    switch (code) {
      case 0x0a:
        this.#line += 1;
        this.#lineStart = this.#base + at + 1;
        return at + 1;
      case 0x20: {
        let next = at + 1;
        while (text.charCodeAt(next) === 0x20) next += 1;
        return next;
      }
      case 0x09:
      case 0x0d:
        return at + 1;
      case 0x7b:
        this.#openBracket('object', at);
        return at + 1;
      case 0x5b:
        this.#openBracket('list', at);
        return at + 1;
      case 0x7d:
        this.#closeBracket('object', at);
        return at + 1;
      case 0x5d:
        this.#closeBracket('list', at);
        return at + 1;
      case 0x2c:
        if (this.#expect !== Expect.CommaOrEnd || this.#open.length === 0) throw this.#unexpected(at);
        this.#expect = this.#open.at(-1) === 'object' ? Expect.Key : Expect.Value;
        return at + 1;
      case 0x3a:
        if (this.#expect !== Expect.Colon) throw this.#unexpected(at);
        this.#expect = Expect.Value;
        return at + 1;
      case QUOTE:
        if (this.#expect === Expect.Colon || this.#expect >= Expect.CommaOrEnd) throw this.#unexpected(at);
        this.#begin(Inside.Text, at);
        this.#wanted = this.#expectsValue() ? this.#events.wantsText : this.#events.wantsKey;
        return at + 1;
      default:
        if (!this.#expectsValue() || !isWordCode(code)) throw this.#unexpected(at);
        this.#begin(Inside.Word, at);
        return at;
    }
  }

  #expectsValue(): boolean {
    return this.#expect === Expect.Value || this.#expect === Expect.ValueOrEnd;
  }

  #unexpected(at: number): JsonFault {
    return new JsonFault(EXPECTED[this.#expect], this.#placeAt(at));
  }

  #begin(inside: Inside, at: number): void {
    this.#place = this.#placeAt(at);
    this.#inside = inside;
    this.#pieces = [];
    this.#length = 0;
  }

  #openBracket(kind: 'object' | 'list', at: number): void {
    if (!this.#expectsValue()) throw this.#unexpected(at);
    if (this.#open.length === DEEPEST) {
      throw new JsonFault(`brackets are nested more than ${DEEPEST} deep`, this.#placeAt(at));
    }
    this.#open.push(kind);
    this.#expect = kind === 'object' ? Expect.KeyOrEnd : Expect.ValueOrEnd;
    this.#events.open(kind, this.#placeAt(at));
  }

  #closeBracket(kind: 'object' | 'list', at: number): void {
    const empty = kind === 'object' ? Expect.KeyOrEnd : Expect.ValueOrEnd;
    const ends = this.#expect === empty || this.#expect === Expect.CommaOrEnd;
    if (!ends || this.#open.at(-1) !== kind) throw this.#unexpected(at);
    this.#open.pop();
    this.#expect = this.#open.length === 0 ? Expect.Nothing : Expect.CommaOrEnd;
    this.#events.close();
  }

  #keep(piece: string): void {
    this.#length += piece.length;
    if (this.#length > LONGEST_TEXT) {
      throw new JsonFault(
        `a text of more than ${LONGEST_TEXT.toLocaleString('en-US')} characters begins here`,
        this.#place,
      );
    }
    if (this.#wanted) this.#pieces.push(piece);
  }

  #readText(text: string, from: number): number {
    let at = from;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === QUOTE || code === BACKSLASH) break;
      if (code < 0x20) {
        const name = code === 0x0a || code === 0x0d ? 'a line break' : 'a control character';
        throw new JsonFault(`${name} stands inside a text (is a quotation mark missing?)`, this.#placeAt(at));
      }
    }
    if (at > from) this.#keep(text.slice(from, at));
    if (at === text.length) return at;
    if (text.charCodeAt(at) === QUOTE) this.#endText();
    else {
      this.#inside = Inside.Escape;
      this.#escape = '';
    }
    return at + 1;
  }

  #readEscape(text: string, at: number): number {
    this.#escape += text[at]!;
    const escape = this.#escape;
    if (escape[0] !== 'u') {
      const character = ESCAPES[escape];
      if (character === undefined) throw new JsonFault(`\\${escape} is no escape of JSON`, this.#placeAt(at));
      this.#keep(character);
      this.#inside = Inside.Text;
    } else {
      if (!/^u[0-9a-fA-F]*$/.test(escape)) throw new JsonFault('four hex digits must follow \\u', this.#placeAt(at));
      if (escape.length === 5) {
        this.#keep(String.fromCharCode(parseInt(escape.slice(1), 16)));
        this.#inside = Inside.Text;
      }
    }
    return at + 1;
  }

  #endText(): void {
    const { length } = this.#pieces;
    const value = length === 1 ? this.#pieces[0]! : this.#pieces.join('');
    this.#inside = Inside.Nothing;
    if (this.#expect === Expect.Key || this.#expect === Expect.KeyOrEnd) {
      this.#expect = Expect.Colon;
      this.#events.key(value, this.#place);
    } else this.#endScalar(ownText(value));
  }

  #readWord(text: string, from: number): number {
    let at = from;
    while (at < text.length && isWordCode(text.charCodeAt(at))) at += 1;
    this.#length += at - from;
    if (this.#length > LONGEST_WORD) throw new JsonFault('this is no value of JSON', this.#place);
    this.#pieces.push(text.slice(from, at));
    if (at < text.length) this.#endWord();
    return at;
  }

  #endWord(): void {
    const word = this.#pieces.join('');
    this.#inside = Inside.Nothing;
    if (word === 'true') this.#endScalar(true);
    else if (word === 'false') this.#endScalar(false);
    else if (word === 'null') this.#endScalar(null);
    else if (NUMBER.test(word)) this.#endScalar(Number(word));
    else throw new JsonFault(`"${word.slice(0, 40)}" is no value of JSON`, this.#place);
  }

  #endScalar(value: Scalar): void {
    this.#expect = this.#open.length === 0 ? Expect.Nothing : Expect.CommaOrEnd;
    this.#events.scalar(value, this.#place);
  }
}
