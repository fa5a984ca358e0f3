/**
 * Reader for OBO 1.0–1.4: text → terms.
 *
 * Promises: works line by line, so a file of any size can be fed in chunks; keeps what the lab uses of [Term] stanzas,
 * checks the form of all others and skips them; refuses what it cannot trust with `ontology-malformed` (file, 1-based
 * line, text, remedy), and a file without terms with `ontology-empty`.
 * Must not know: where the text comes from, what terms are used for.
 */
import { LabError } from '../core/errors';
import type { NamedText } from '../core/files';
import { LineSplitter } from './lines';
import { malformed } from './malformed';
import { checkXrefs, continues, flag, OboFault, plainText, quoted, reference } from './obo-text';
import type { OntologyReader } from './reader';
import { liveRoots } from './roots';
import type { Ontology, Synonym, Term } from './types';

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
const SCOPES = new Set<string>(['EXACT', 'BROAD', 'NARROW', 'RELATED'] satisfies Synonym['scope'][]);
/** Synonym tags of OBO 1.0, which carry the scope in their name. */
const OLD_SYNONYMS: Record<string, Synonym['scope']> = {
  exact_synonym: 'EXACT',
  broad_synonym: 'BROAD',
  narrow_synonym: 'NARROW',
  related_synonym: 'RELATED',
};
const FRESH_COPY = 'Correct the line, or take the file fresh from where it is published.';

export interface OboProgress {
  characters: number;
  lines: number;
  terms: number;
}

interface Stanza {
  kind: string;
  /** Line of its header. */
  line: number;
  id: string | null;
  name: string | null;
  anonymous: boolean;
  term: Omit<Term, 'id' | 'label'>;
}

/** Push lines in, take the ontology out. One instance reads one file. */
export class OboParser {
  readonly #file: string;
  readonly #header = new Map<string, string>();
  readonly #terms: Term[] = [];
  readonly #lineOfId = new Map<string, number>();
  #licence: string | null = null;
  #stanza: Stanza | null = null;
  #line = 0;
  #held = '';
  #heldFrom = 0;

  constructor(file: string) {
    this.#file = file;
  }

  get lines(): number {
    return this.#line;
  }

  get terms(): number {
    return this.#terms.length;
  }

  pushLine(text: string): void {
    this.#line += 1;
    if (text.length > LONGEST_LINE || text.includes('\0')) {
      throw this.#fault(this.#line, 'this is not a line of text', text, 'Choose the OBO file itself, unpacked.');
    }
    if (continues(text)) {
      if (this.#held === '') this.#heldFrom = this.#line;
      this.#held += text.slice(0, -1);
      return;
    }
    const whole = (this.#held + text).trim();
    const line = this.#held === '' ? this.#line : this.#heldFrom;
    this.#held = '';
    if (whole === '' || whole.startsWith('!')) return;
    if (whole.startsWith('[')) this.#openStanza(whole, line);
    else this.#readTag(whole, line);
  }

  finish(): Ontology {
    if (this.#held !== '') this.pushLine('');
    this.#closeStanza();
    if (this.#terms.length === 0) {
      throw new LabError('ontology-empty', `${this.#file} holds no terms: no [Term] stanza was found.`, {
        hint: 'Choose an OBO file with [Term] stanzas.',
        control: 'ontology.path',
      });
    }
    const header = (tag: string) => this.#header.get(tag) ?? null;
    return {
      format: 'obo',
      formatVersion: header('format-version'),
      version: header('data-version') ?? header('version') ?? header('date'),
      name: header('ontology') ?? header('default-namespace'),
      licence: this.#licence,
      terms: this.#terms,
      roots: liveRoots(this.#terms),
    };
  }

  #fault(line: number, problem: string, text: string, hint: string): LabError {
    return malformed({
      code: 'ontology-malformed',
      file: this.#file,
      line,
      problem,
      text,
      hint,
      control: 'ontology.path',
    });
  }

  #openStanza(text: string, line: number): void {
    this.#closeStanza();
    const kind = /^\[\s*([^[\]\s]+)\s*\]\s*(?:!.*)?$/.exec(text)?.[1];
    if (kind === undefined) {
      throw this.#fault(
        line,
        'a stanza header must be a name in brackets',
        text,
        'Write it like [Term], alone on its line.',
      );
    }
    this.#stanza = {
      kind,
      line,
      id: null,
      name: null,
      anonymous: false,
      term: {
        definition: null,
        synonyms: [],
        parents: [],
        altIds: [],
        obsolete: false,
        replacedBy: [],
        namespace: this.#header.get('default-namespace') ?? null,
      },
    };
  }

  #closeStanza(): void {
    const stanza = this.#stanza;
    this.#stanza = null;
    if (stanza === null || !NAMED_STANZAS.has(stanza.kind)) return;
    const { kind, line, id, name, anonymous, term } = stanza;
    if (id === null) throw this.#fault(line, 'this stanza has no id', `[${kind}]`, 'Add a line "id: …" to it.');
    if (kind !== 'Term') return;
    if (name === null && !term.obsolete && !anonymous) {
      throw this.#fault(line, 'this term has no name', id, 'Add a line "name: …", or mark it "is_obsolete: true".');
    }
    this.#terms.push({ id, label: name ?? '', ...term });
  }

  #readTag(text: string, line: number): void {
    const colon = text.indexOf(':');
    const tag = text.slice(0, Math.max(colon, 0)).trimEnd();
    if (!/^[^\s"[\]]+$/.test(tag)) throw this.#fault(line, 'a line "tag: value" was expected', text, FRESH_COPY);
    const value = text.slice(colon + 1).trim();
    try {
      if (this.#stanza === null) this.#readHeader(tag, value);
      else this.#readStanzaTag(this.#stanza, tag, value, line);
    } catch (error) {
      if (error instanceof OboFault) throw this.#fault(line, error.problem, text, `${error.hint} ${FRESH_COPY}`);
      throw error;
    }
  }

  #readHeader(tag: string, value: string): void {
    if (tag === 'property_value') {
      const match = /^(\S*\blicen[cs]e)\s+(\S.*)$/i.exec(value);
      if (match?.[2] !== undefined && this.#licence === null) {
        this.#licence = match[2].startsWith('"')
          ? quoted(match[2]).text
          : plainText(match[2]).replace(/\s+xsd:\w+$/, '');
      }
      return;
    }
    if (!KEPT_HEADER_TAGS.has(tag)) return;
    const text = plainText(value);
    if (tag === 'format-version' && !/^1(\.\d+)*$/.test(text)) {
      throw new LabError('ontology-format', `${this.#file} says it is OBO ${text}; OBO 1.0 to 1.4 can be read.`, {
        hint: 'Export the ontology as OBO 1.2 or 1.4.',
        control: 'ontology.path',
      });
    }
    if (text !== '' && !this.#header.has(tag)) this.#header.set(tag, text);
  }

  #readStanzaTag(stanza: Stanza, tag: string, value: string, line: number): void {
    const { term } = stanza;
    switch (tag) {
      case 'id':
        return this.#readId(stanza, reference(value), line);
      case 'name': {
        if (stanza.name !== null)
          throw new OboFault('this stanza has a second name', 'Keep one name; others are synonyms.');
        const name = plainText(value);
        if (name === '') throw new OboFault('the name is empty', 'Write the name after "name:".');
        stanza.name = name;
        return;
      }
      case 'def': {
        const { text, rest } = quoted(value);
        checkXrefs(rest);
        term.definition ??= text;
        return;
      }
      case 'synonym':
        return void term.synonyms.push(readSynonym(value, null));
      case 'exact_synonym':
      case 'broad_synonym':
      case 'narrow_synonym':
      case 'related_synonym':
        return void term.synonyms.push(readSynonym(value, OLD_SYNONYMS[tag]!));
      case 'is_a':
        return void term.parents.push(reference(value));
      case 'alt_id':
        return void term.altIds.push(reference(value));
      case 'replaced_by':
        return void term.replacedBy.push(reference(value));
      case 'is_obsolete':
        term.obsolete = flag(value);
        return;
      case 'is_anonymous':
        stanza.anonymous = flag(value);
        return;
      case 'namespace':
        term.namespace = plainText(value) || term.namespace;
        return;
      default: // other tags are not used here
    }
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

function readSynonym(value: string, scopeOfTag: Synonym['scope'] | null): Synonym {
  const { text, rest } = quoted(value);
  const bracket = rest.indexOf('[');
  const words = (bracket === -1 ? rest : rest.slice(0, bracket)).trim();
  if (bracket !== -1) checkXrefs(rest.slice(bracket));
  const scope = scopeOfTag ?? (/^[^\s{!]+/.exec(words)?.[0] || 'RELATED'); // OBO 1.2: without a scope it is related
  if (!SCOPES.has(scope)) {
    throw new OboFault(`"${scope}" is no synonym scope`, 'Use EXACT, BROAD, NARROW or RELATED.');
  }
  return { text, scope: scope as Synonym['scope'] };
}

/** Reads a whole OBO text. Throws `ontology-malformed`, `ontology-format`, `ontology-empty`. */
export function readObo(file: NamedText): Ontology {
  const parser = new OboParser(file.name);
  const splitter = new LineSplitter();
  for (const line of splitter.push(file.text)) parser.pushLine(line);
  for (const line of splitter.finish()) parser.pushLine(line);
  return parser.finish();
}

/** The same from chunks of text, cut anywhere; `onProgress` is called after each chunk and may throw to stop. */
export async function readOboChunks(
  name: string,
  chunks: Iterable<string> | AsyncIterable<string>,
  onProgress?: (progress: OboProgress) => void,
): Promise<Ontology> {
  const parser = new OboParser(name);
  const splitter = new LineSplitter();
  let characters = 0;
  for await (const chunk of chunks) {
    characters += chunk.length;
    for (const line of splitter.push(chunk)) parser.pushLine(line);
    onProgress?.({ characters, lines: parser.lines, terms: parser.terms });
  }
  for (const line of splitter.finish()) parser.pushLine(line);
  return parser.finish();
}

export const oboReader: OntologyReader = {
  format: 'obo',
  title: 'OBO 1.2/1.4',
  detects: (head) => /^[ \t]*(?:format-version[ \t]*:|\[(?:Term|Typedef|Instance)\b)/m.test(head),
  read: (file) => readObo(file),
};
