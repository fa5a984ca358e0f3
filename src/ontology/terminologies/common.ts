/** What several terminologies share: predicates over content and the sentences that they have in common. */
import type { Ontology, Term } from '../types';
import type { OneToMany } from './types';

/** Share of live terms that must carry the mark of a terminology; a file may hold imported terms of others. */
const MAJORITY = 0.5;

/** True if more than half of the live terms are so. */
export function mostly(ontology: Ontology, is: (term: Term) => boolean): boolean {
  let live = 0;
  let marked = 0;
  for (const term of ontology.terms) {
    if (term.obsolete) continue;
    live += 1;
    if (is(term)) marked += 1;
  }
  return marked > live * MAJORITY;
}

export function hasPrefix(prefix: string): (term: Term) => boolean {
  return (term) => term.id.startsWith(prefix);
}

/** Rules of ontologies whose terms have labels and synonyms. */
export const LABEL_RULES: OneToMany = {
  duplicateNames: 'all-identifiers-accepted',
  furtherNames: 'label-synonyms',
  alternativeIdentifiers: 'kept-not-accepted',
  sentence:
    'Where several terms have one name (letter case and spacing aside), each of their identifiers is a right answer; ' +
    'the label is the right name, exact or all synonyms count too if chosen; identifiers of merged terms do not count.',
};

/** Stanza of `entity` for ontologies with a hierarchy. */
export const BRANCH_SENTENCE =
  'A term belongs to the branch below the root that its first parents lead to; a root is a branch of its own.';
