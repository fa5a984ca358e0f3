/**
 * Terms as rows of a table give them, one for each identifier.
 *
 * Promises: an identifier that comes again with another name has that name as an exact synonym, with a warning; the same
 * row again is a warning. Must not know: columns.
 */
import { bareTerm } from '../bare-term';
import { ownText } from '../../core/own-text';
import type { Place } from '../../core/text-fault';
import type { Ontology, Synonym, Term } from '../types';
import { sourceHeader, type Reading } from './reading';

export type GivenTerm = Pick<Term, 'id' | 'label'> & Partial<Term>;

/** Synonyms of one scope, none twice, none empty. */
export function synonymsOf(texts: readonly string[], scope: Synonym['scope']): Synonym[] {
  const distinct = new Set(texts.map((text) => text.trim()).filter((text) => text !== ''));
  return [...distinct].map((text) => ({ text: ownText(text), scope }));
}

export class TermList {
  readonly terms: Term[] = [];
  readonly #reading: Reading;
  readonly #first = new Map<string, { term: Term; line: number }>();

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  /** `place`: of the identifier. */
  add(given: GivenTerm, place: Place): void {
    const id = ownText(given.id);
    const known = this.#first.get(id);
    if (known !== undefined) {
      this.#addNames(known.term, known.line, given, place);
      return;
    }
    const term = bareTerm({ ...given, id, label: ownText(given.label) });
    this.#first.set(id, { term, line: place.line });
    this.terms.push(term);
  }

  #addNames(term: Term, line: number, given: GivenTerm, place: Place): void {
    const names = [{ text: given.label, scope: 'EXACT' as const }, ...(given.synonyms ?? [])];
    const known = new Set([term.label, ...term.synonyms.map(({ text }) => text)]);
    const further = names.filter(({ text }) => text !== '' && !known.has(text));
    term.synonyms.push(...further.map(({ text, scope }) => ({ text: ownText(text), scope })));
    const named =
      further.length === 0 ? 'the row adds nothing' : `"${further[0]!.text.slice(0, 80)}" is kept as a synonym`;
    this.#reading.warn(place, `"${term.id.slice(0, 80)}" stands on line ${line} already; ${named}`);
  }

  /** A flat list has no hierarchy, so no roots. */
  ontology(format: string, stated: Parameters<typeof sourceHeader>[2] = {}, roots: string[] = []): Ontology {
    return { kind: 'ontology', ...sourceHeader(this.#reading, format, stated), terms: this.terms, roots };
  }
}
