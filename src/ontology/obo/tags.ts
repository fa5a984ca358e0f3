/**
 * The tags of a term stanza: one line's value → a field of the term.
 *
 * Promises: a value that cannot be read throws `OboFault`; a part of one that is left out is told as a warning. Values
 * of tags that are not used are not looked at.
 * Must not know: lines, files, other stanzas.
 */
import type { Synonym, Term } from '../types';
import { checkXrefs, crossReference, flag, OboFault, plainText, quoted, reference } from './text';

/** A stanza while its lines come in. */
export interface Stanza {
  kind: string;
  id: string | null;
  name: string | null;
  anonymous: boolean;
  term: Omit<Term, 'id' | 'label'>;
}

/** `offset`: characters of the value before what the warning is about. */
export type Warn = (offset: number, message: string) => void;

const SCOPES = new Set<string>(['EXACT', 'BROAD', 'NARROW', 'RELATED'] satisfies Synonym['scope'][]);
/** Synonym tags of OBO 1.0, which carry the scope in their name. */
const OLD_SYNONYMS: Record<string, Synonym['scope']> = {
  exact_synonym: 'EXACT',
  broad_synonym: 'BROAD',
  narrow_synonym: 'NARROW',
  related_synonym: 'RELATED',
};

export function readStanzaTag(stanza: Stanza, tag: string, value: string, warn: Warn): void {
  const { term } = stanza;
  switch (tag) {
    case 'name': {
      if (stanza.name !== null)
        throw new OboFault('this stanza has a second name', 'Keep one name; others are synonyms.');
      const name = plainText(value).trim();
      if (name === '') throw new OboFault('the name is empty', 'Write the name after "name:".');
      stanza.name = name;
      return;
    }
    case 'def':
      return readDefinition(term, value, warn);
    case 'synonym':
      return readSynonym(term, value, null, warn);
    case 'exact_synonym':
    case 'broad_synonym':
    case 'narrow_synonym':
    case 'related_synonym':
      return readSynonym(term, value, OLD_SYNONYMS[tag]!, warn);
    case 'is_a':
      return void term.parents.push(reference(value));
    case 'alt_id':
      return void term.altIds.push(reference(value));
    case 'replaced_by':
      return void term.replacedBy.push(reference(value));
    case 'xref':
    case 'xref_analog': // OBO 1.0
    case 'xref_unk': {
      const xref = crossReference(value);
      if (xref === '') warn(0, 'this cross-reference is empty and was left out');
      else term.xrefs.push(xref);
      return;
    }
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

function readDefinition(term: Stanza['term'], value: string, warn: Warn): void {
  const { text, rest, restAt } = quoted(value);
  checkXrefs(rest, restAt);
  if (rest !== '' && !/^[[{!]/.test(rest)) {
    warn(restAt, 'the text after the closing quotation mark was left out; write quotation marks inside as \\"');
  }
  if (term.definition === null) term.definition = text;
  else warn(0, 'this term has a second definition; the first one counts');
}

function readSynonym(term: Stanza['term'], value: string, scopeOfTag: Synonym['scope'] | null, warn: Warn): void {
  const { text, rest, restAt } = quoted(value);
  const bracket = rest.indexOf('[');
  const words = (bracket === -1 ? rest : rest.slice(0, bracket)).trim();
  if (bracket !== -1) checkXrefs(rest.slice(bracket), restAt + bracket);
  const scope = scopeOfTag ?? (/^[^\s{!]+/.exec(words)?.[0] || 'RELATED'); // OBO 1.2: without a scope it is related
  if (!SCOPES.has(scope)) {
    throw new OboFault(`"${scope}" is no synonym scope`, 'Use EXACT, BROAD, NARROW or RELATED.', restAt);
  }
  if (text.trim() === '') warn(0, 'this synonym is empty and was left out');
  else term.synonyms.push({ text, scope: scope as Synonym['scope'] });
}
