/**
 * Reader for OBO Graphs JSON: text → terms.
 *
 * Promises: a document streams through and only its terms are held. A term is a node of type CLASS with a label;
 * deprecated ones need none. Properties, individuals and nodes without a type are left out in silence (they are no
 * classes), live classes without a label with a warning (they are only mentioned). All graphs of a document are joined.
 * What cannot be trusted is `ontology-malformed` with line and column; a document without terms `ontology-empty`.
 * Must not know: where the text comes from, what terms are used for.
 */
import { LabError } from '../../core/errors';
import { malformed } from '../../core/text-fault';
import type { SourceParser } from '../reader';
import { liveRoots } from '../roots';
import type { Ontology, Synonym, Term } from '../types';
import { WarningLog } from '../warnings';
import { localName, ontologyName, toCurie } from './iri';
import { JsonPicker, type ObjectShape } from './json-picker';
import { JsonFault, JsonScanner, type Place } from './json-scanner';

interface Property {
  pred?: string;
  val?: string;
}

interface Node {
  id?: string;
  lbl?: string;
  type?: string;
  meta?: {
    definition?: { val?: string };
    synonyms?: { pred?: string; val?: string }[];
    xrefs?: { val?: string }[];
    deprecated?: boolean;
    basicPropertyValues?: Property[];
  };
}

interface Graph {
  id?: string;
  meta?: { version?: string; basicPropertyValues?: Property[] };
}

interface Edge {
  sub?: string;
  pred?: string;
  obj?: string;
}

const PROPERTIES = { items: { fields: { pred: 'text', val: 'scalar' } } } as const;
const SCOPES: Record<string, Synonym['scope']> = {
  hasExactSynonym: 'EXACT',
  hasBroadSynonym: 'BROAD',
  hasNarrowSynonym: 'NARROW',
  hasRelatedSynonym: 'RELATED',
};
const IS_A = new Set(['is_a', 'subClassOf']);
/** Characters that are no text: NUL, and halves of surrogate pairs. */
const NO_TEXT = /\0|\p{Surrogate}/gu;
const FRESH_COPY = 'Correct it, or take the file fresh from where it is published.';

export class ObographsParser implements SourceParser {
  readonly #file: string;
  readonly #scanner: JsonScanner;
  readonly #warnings = new WarningLog();
  readonly #terms: Term[] = [];
  readonly #places = new Map<string, { term: Term; line: number; graph: number }>();
  /** Parents of classes whose node has not come. */
  readonly #waiting = new Map<string, string[]>();
  #graphs = 0;
  #termsBefore = 0;
  #name: string | null = null;
  #version: string | null = null;
  #licence: string | null = null;

  constructor(file: string) {
    this.#file = file;
    const node: ObjectShape = {
      fields: {
        id: 'text',
        lbl: 'text',
        type: 'text',
        meta: {
          fields: {
            definition: { fields: { val: 'text' } },
            synonyms: { items: { fields: { pred: 'text', val: 'text' } } },
            xrefs: { items: { fields: { val: 'text' } } },
            deprecated: 'flag',
            basicPropertyValues: PROPERTIES,
          },
        },
      },
      emit: (value, place) => this.#readNode(value, place),
    };
    const edge: ObjectShape = {
      fields: { sub: 'text', pred: 'text', obj: 'text' },
      emit: (value, place) => this.#readEdge(value, place),
    };
    const graph: ObjectShape = {
      fields: {
        id: 'text',
        meta: { fields: { version: 'text', basicPropertyValues: PROPERTIES } },
        nodes: { items: node },
        edges: { items: edge },
      },
      begin: () => {
        this.#graphs += 1;
        this.#termsBefore = this.#terms.length;
      },
      emit: (value, place) => this.#endGraph(value, place),
    };
    const warn = ({ line, column }: Place, message: string) => this.#warnings.add(line, column, message);
    this.#scanner = new JsonScanner(new JsonPicker({ fields: { graphs: { items: graph } } }, warn));
  }

  get records(): number {
    return this.#terms.length;
  }

  push(text: string): void {
    this.#placed(() => this.#scanner.push(text));
  }

  finish(): Ontology {
    const end = this.#placed(() => this.#scanner.finish());
    if (this.#terms.length === 0) {
      const place = `line ${end.line}, column ${end.column}`;
      throw new LabError(
        'ontology-empty',
        `${this.#file}, ${place}: the file ends and no class with a label was found.`,
        {
          hint: 'Choose an OBO Graphs file with nodes of type CLASS.',
          control: 'ontology.path',
        },
      );
    }
    for (const [id, parents] of this.#waiting) {
      const known = this.#places.get(id);
      if (known) addNew(known.term.parents, parents);
    }
    return {
      kind: 'ontology',
      format: 'obographs',
      formatVersion: null,
      version: this.#version,
      name: this.#name,
      licence: this.#licence,
      ...this.#warnings.fields,
      terms: this.#terms,
      roots: liveRoots(this.#terms),
    };
  }

  #placed<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (error instanceof JsonFault) throw this.#fault(error.place, error.problem);
      throw error;
    }
  }

  #fault({ line, column }: Place, problem: string): LabError {
    return malformed({
      code: 'ontology-malformed',
      file: this.#file,
      line,
      column,
      problem,
      hint: FRESH_COPY,
      control: 'ontology.path',
    });
  }

  #readNode({ id: iri, lbl, type, meta = {} }: Node, place: Place): void {
    const warn = (message: string) => this.#warnings.add(place.line, place.column, message);
    const clean = (text: string) => this.#clean(text, place);
    const id = toCurie(clean(iri ?? ''));
    if (id === '') throw this.#fault(place, 'this node has no id');
    if (type !== 'CLASS') return;
    const label = clean(lbl ?? '');
    const obsolete = meta.deprecated === true;
    if (label === '' && !obsolete) return warn(`the class ${id} has no label and was left out`);
    const properties = (name: string) =>
      (meta.basicPropertyValues ?? [])
        .filter(({ pred }) => pred !== undefined && localName(pred) === name)
        .map(({ val }) => clean(val ?? ''))
        .filter((value) => value !== '');
    const synonyms: Synonym[] = [];
    for (const { pred, val } of meta.synonyms ?? []) {
      const text = clean(val ?? '');
      const scope = SCOPES[localName(pred ?? '')];
      if (text === '') warn(`${id} has an empty synonym, which was left out`);
      else synonyms.push({ text, scope: scope ?? 'RELATED' });
      if (text !== '' && scope === undefined) {
        warn(`the synonym "${text.slice(0, 80)}" of ${id} has no scope that is known; it is read as RELATED`);
      }
    }
    const term: Term = {
      id,
      label,
      symbol: null,
      definition: clean(meta.definition?.val ?? '') || null,
      synonyms,
      parents: this.#waiting.get(id) ?? [],
      altIds: properties('hasAlternativeId').map(toCurie),
      obsolete,
      replacedBy: properties('IAO_0100001').map(toCurie),
      namespace: properties('hasOBONamespace')[0] ?? null,
      xrefs: (meta.xrefs ?? []).map(({ val }) => clean(val ?? '')).filter((xref) => xref !== ''),
      cells: null,
    };
    this.#waiting.delete(id);
    const known = this.#places.get(id);
    if (known === undefined) {
      this.#places.set(id, { term, line: place.line, graph: this.#graphs });
      this.#terms.push(term);
      return;
    }
    if (known.graph === this.#graphs || known.term.label !== label) {
      warn(`${id} stands on line ${known.line} already; the two were joined under the first one's label`);
    }
    join(known.term, term);
  }

  #readEdge({ sub, pred, obj }: Edge, place: Place): void {
    if (!pred) throw this.#fault(place, 'this edge has no "pred"');
    if (!IS_A.has(localName(pred))) return;
    const [child, parent] = [sub, obj].map((iri) => toCurie(this.#clean(iri ?? '', place)));
    if (!child || !parent) throw this.#fault(place, `this edge has no "${child ? 'obj' : 'sub'}"`);
    const known = this.#places.get(child);
    if (known) addNew(known.term.parents, [parent]);
    else {
      const waiting = this.#waiting.get(child);
      if (waiting) addNew(waiting, [parent]);
      else this.#waiting.set(child, [parent]);
    }
  }

  #endGraph({ id, meta = {} }: Graph, place: Place): void {
    const text = (value: string | undefined) => this.#clean(value ?? '', place) || null;
    const property = (name: RegExp) =>
      text(meta.basicPropertyValues?.find(({ pred, val }) => val && pred && name.test(localName(pred)))?.val);
    this.#name ??= id ? ontologyName(this.#clean(id, place)) || null : null;
    this.#version ??= text(meta.version) ?? property(/^versionInfo$/);
    this.#licence ??= property(/^licen[cs]e$/i);
    const namespace = property(/^default-namespace$/);
    if (namespace === null) return;
    for (const term of this.#terms.slice(this.#termsBefore)) term.namespace ??= namespace;
  }

  /** Text as it is kept: without white space around it, and without characters that no text has. */
  #clean(text: string, { line, column }: Place): string {
    const cleaned = text.replace(NO_TEXT, '\ufffd');
    if (cleaned !== text) {
      this.#warnings.add(line, column, 'this object has characters that are no text; they were replaced by \ufffd');
    }
    return cleaned.trim();
  }
}

function addNew(list: string[], more: readonly string[]): void {
  for (const item of more) if (!list.includes(item)) list.push(item);
}

/** Adds to a term what another account of it says. */
function join(term: Term, other: Term): void {
  term.label ||= other.label;
  term.definition ??= other.definition;
  term.namespace ??= other.namespace;
  term.obsolete &&= other.obsolete;
  for (const { text, scope } of other.synonyms) {
    if (term.synonyms.every((known) => known.text !== text || known.scope !== scope))
      term.synonyms.push({ text, scope });
  }
  addNew(term.parents, other.parents);
  addNew(term.altIds, other.altIds);
  addNew(term.replacedBy, other.replacedBy);
  addNew(term.xrefs, other.xrefs);
}
