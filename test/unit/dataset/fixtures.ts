/** Ontologies made of nothing but ids and labels. */
import type { Ontology, Term } from '../../../src/ontology/types';

export function term(id: string, label: string, more: Partial<Term> = {}): Term {
  return {
    id,
    label,
    definition: null,
    synonyms: [],
    parents: [],
    altIds: [],
    obsolete: false,
    replacedBy: [],
    namespace: null,
    ...more,
  };
}

export function ontologyOf(terms: Term[]): Ontology {
  return { format: 'obo', formatVersion: '1.2', version: null, name: null, licence: null, terms, roots: [] };
}

/** `n` live terms X:0 … X:n−1 with distinct labels. */
export function numbered(n: number): Ontology {
  return ontologyOf(Array.from({ length: n }, (_, i) => term(`X:${i}`, `thing number ${i}`)));
}
