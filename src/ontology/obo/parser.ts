/**
 * Reader for OBO 1.0–1.4: text → terms.
 *
 * Promises: works line by line, so a file of any size can be fed in chunks; keeps what the lab uses of [Term] stanzas,
 * checks the form of all others and skips them; refuses what it cannot trust with `ontology-malformed` (file, line,
 * column, text, remedy), and a file without terms with `ontology-empty`.
 * Must not know: where the text comes from, what terms are used for.
 */
import { LabError } from '../../core/errors';
import { LineSplitter } from '../../core/lines';
import { ownText } from '../../core/own-text';
import { malformed } from '../../core/text-fault';
import { bareTerm } from '../bare-term';
import type { SourceParser } from '../reader';
import { liveRoots } from '../roots';
import type { Ontology, Term } from '../types';
import { WarningLog } from '../warnings';
import { readStanzaTag, type Stanza } from './tags';
import { continues, OboFault, plainText, quoted, reference } from './text';

/** No real line comes near it (release headers hold some 10⁵ characters); binary data without line ends does. */
const LONGEST_LINE = 16 * 1024 * 1024;
const KEPT_HEADER_TAGS = new Set([
  'format-version',
  'data-version',
  'version',
  'date',
  'ontology',
  'default-namespace',
]);
/** Stanza kinds that must carry an id. */
const NAMED_STANZAS = new Set(['Term', 'Typedef', 'Instance']);
const FRESH_COPY = 'Correct the line, or take the file fresh from where it is published.';

/** One line as it counts: lines that end with a backslash are joined. */
interface LogicalLine {
  /** Trimmed. */
  text: string;
  /** Characters trimmed from its start. */
  indent: number;
  /** Where each line of the file begins in the untrimmed text. */
  pieces: { from: number; line: number }[];
}

interface Place {
  line: number;
  column: number;
}

/** 1-based place of a character of a logical line. */
function placeOf({ indent, pieces }: LogicalLine, offset: number): Place {
  const at = indent + offset;
  const piece = pieces.findLast(({ from }) => from <= at) ?? pieces[0]!;
  return { line: piece.line, column: at - piece.from + 1 };
}

/** Push text in, take the ontology out. One instance reads one file. */
export class OboParser implements SourceParser {
  readonly #file: string;
  readonly #splitter = new LineSplitter();
  readonly #header = new Map<string, string>();
  readonly #terms: Term[] = [];
  readonly #lineOfId = new Map<string, number>();
  readonly #warnings = new WarningLog();
  #licence: string | null = null;
  #stanza: (Stanza & { place: Place }) | null = null;
  #line = 0;
  #held: string[] = [];
  #heldLength = 0;
  #pieces: LogicalLine['pieces'] = [];
  #lastLength = 0;

  constructor(file: string) {
    this.#file = file;
  }

  get records(): number {
    return this.#terms.length;
  }

  push(text: string): void {
    for (const line of this.#splitter.push(text)) this.#pushLine(line);
    if (this.#splitter.unfinished + this.#heldLength > LONGEST_LINE) throw this.#notText(this.#line + 1, 1, '');
  }

  finish(): Ontology {
    for (const line of this.#splitter.finish()) this.#pushLine(line);
    if (this.#pieces.length > 0) this.#readLine('');
    this.#closeStanza();
    if (this.#terms.length === 0) {
      const place = `line ${Math.max(1, this.#line)}, column ${this.#lastLength + 1}`;
      throw new LabError('ontology-empty', `${this.#file}, ${place}: the file ends and no [Term] stanza was found.`, {
        hint: 'Choose an OBO file with [Term] stanzas.',
        control: 'ontology.path',
      });
    }
    const header = (tag: string) => this.#header.get(tag) ?? null;
    return {
      kind: 'ontology',
      format: 'obo',
      formatVersion: header('format-version'),
      version: header('data-version') ?? header('version') ?? header('date'),
      name: header('ontology') ?? header('default-namespace'),
      licence: this.#licence,
      ...this.#warnings.fields,
      terms: this.#terms,
      roots: liveRoots(this.#terms),
    };
  }

  #pushLine(text: string): void {
    this.#line += 1;
    this.#lastLength = text.length;
    const nul = text.indexOf('\0');
    if (nul !== -1 || text.length > LONGEST_LINE) throw this.#notText(this.#line, Math.max(0, nul) + 1, text);
    this.#pieces.push({ from: this.#heldLength, line: this.#line });
    if (continues(text)) {
      this.#held.push(text.slice(0, -1));
      this.#heldLength += text.length - 1;
    } else this.#readLine(text);
  }

  /** Ends the logical line with this text. */
  #readLine(text: string): void {
    const joined = this.#held.length === 0 ? text : this.#held.join('') + text;
    const start = joined.trimStart();
    const line: LogicalLine = {
      text: ownText(start.trimEnd()),
      indent: joined.length - start.length,
      pieces: this.#pieces,
    };
    this.#held = [];
    this.#heldLength = 0;
    this.#pieces = [];
    if (line.text === '' || line.text.startsWith('!')) return;
    if (line.text.startsWith('[')) this.#openStanza(line);
    else this.#readTag(line);
  }

  #notText(line: number, column: number, text: string): LabError {
    return this.#fault({ line, column }, 'this is not a line of text', text, 'Choose the OBO file itself, unpacked.');
  }

  #fault({ line, column }: Place, problem: string, text: string, hint: string): LabError {
    return malformed({
      code: 'ontology-malformed',
      file: this.#file,
      line,
      column,
      problem,
      text,
      hint,
      control: 'ontology.path',
    });
  }

  #openStanza(line: LogicalLine): void {
    this.#closeStanza();
    const place = placeOf(line, 0);
    const kind = /^\[\s*([^[\]\s]+)\s*\]\s*(?:!.*)?$/.exec(line.text)?.[1];
    if (kind === undefined) {
      throw this.#fault(
        place,
        'a stanza header must be a name in brackets',
        line.text,
        'Write it like [Term], alone on its line.',
      );
    }
    this.#stanza = {
      kind,
      place,
      id: null,
      name: null,
      anonymous: false,
      term: bareTerm({ id: '', label: '', namespace: this.#header.get('default-namespace') ?? null }),
    };
  }

  #closeStanza(): void {
    const stanza = this.#stanza;
    this.#stanza = null;
    if (stanza === null || !NAMED_STANZAS.has(stanza.kind)) return;
    const { kind, place, id, name, anonymous, term } = stanza;
    if (id === null) throw this.#fault(place, 'this stanza has no id', `[${kind}]`, 'Add a line "id: …" to it.');
    if (kind !== 'Term') return;
    if (name === null && !term.obsolete && !anonymous) {
      throw this.#fault(place, 'this term has no name', id, 'Add a line "name: …", or mark it "is_obsolete: true".');
    }
    this.#terms.push({ ...term, id, label: name ?? '' });
  }

  #readTag(line: LogicalLine): void {
    const colon = line.text.indexOf(':');
    const tag = line.text.slice(0, Math.max(colon, 0)).trimEnd();
    if (!/^[^\s"[\]]+$/.test(tag)) {
      throw this.#fault(placeOf(line, 0), 'a line "tag: value" was expected', line.text, FRESH_COPY);
    }
    const after = line.text.slice(colon + 1);
    const value = after.trim();
    const valueAt = value === '' ? line.text.length : line.text.length - after.trimStart().length;
    try {
      if (this.#stanza === null) this.#readHeader(tag, value, placeOf(line, valueAt));
      else if (tag === 'id') this.#readId(this.#stanza, reference(value), placeOf(line, 0).line);
      else {
        readStanzaTag(this.#stanza, tag, value, (offset, message) => {
          const place = placeOf(line, valueAt + offset);
          this.#warnings.add(place.line, place.column, message);
        });
      }
    } catch (error) {
      if (!(error instanceof OboFault)) throw error;
      const place = placeOf(line, valueAt + error.offset);
      throw this.#fault(place, error.problem, line.text, `${error.hint} ${FRESH_COPY}`);
    }
  }

  #readHeader(tag: string, value: string, { line, column }: Place): void {
    if (tag === 'property_value') {
      const match = /^(\S*\blicen[cs]e)\s+(\S.*)$/i.exec(value);
      if (match?.[2] !== undefined && this.#licence === null) {
        const licence = match[2].startsWith('"')
          ? quoted(match[2]).text
          : plainText(match[2]).replace(/\s+xsd:\w+$/, '');
        this.#licence = licence.trim() || null;
      }
      return;
    }
    if (!KEPT_HEADER_TAGS.has(tag)) return;
    const text = plainText(value);
    if (tag === 'format-version' && !/^1(\.\d+)*$/.test(text)) {
      const place = `${this.#file}, line ${line}, column ${column}`;
      throw new LabError('ontology-format', `${place}: the file says it is OBO ${text}; OBO 1.0 to 1.4 can be read.`, {
        hint: 'Export the ontology as OBO 1.2 or 1.4.',
        control: 'ontology.path',
      });
    }
    if (text !== '' && !this.#header.has(tag)) this.#header.set(tag, text);
  }

  #readId(stanza: Stanza, id: string, line: number): void {
    if (stanza.id !== null) throw new OboFault('this stanza has a second id', 'Keep one id; others are "alt_id: …".');
    stanza.id = id;
    if (!NAMED_STANZAS.has(stanza.kind)) return;
    const key = `${stanza.kind} ${id}`;
    const earlier = this.#lineOfId.get(key);
    if (earlier !== undefined) {
      throw new OboFault(`this id stands on line ${earlier} already`, 'Keep one stanza per id.');
    }
    this.#lineOfId.set(key, line);
  }
}
