/**
 * Which pairs of an ontology can be asked at all.
 *
 * Promises: every live term with a label is a candidate, roots included; nothing else is dropped. A label that several
 * identifiers share stays one-to-many: each of them accepts all.
 * Must not know: popularity, sampling, prompts.
 */
import type { Ontology } from '../ontology/types';

export interface Candidate {
  identifier: string;
  term: string;
  /** Names that count as right for the identifier; the label first. */
  acceptedTerms: string[];
  /** Identifiers that count as right for the label; the term's own first. */
  acceptedIdentifiers: string[];
}

export interface CandidateOptions {
  /** Exact synonyms count as right names, too. Default false. */
  acceptSynonyms?: boolean;
}

/** White space as single spaces, none at the ends: what can be asked and answered on one line. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Labels that differ in letter case or white space only are one name: the scoring rule cannot tell them apart. */
export function nameKey(term: string): string {
  return oneLine(term).toLowerCase();
}

/** In file order. */
export function candidatesFrom(ontology: Ontology, options: CandidateOptions = {}): Candidate[] {
  const askable = ontology.terms.filter((term) => !term.obsolete && oneLine(term.label) !== '');
  const identifiersOf = new Map<string, string[]>();
  for (const { id, label } of askable) {
    const key = nameKey(label);
    const known = identifiersOf.get(key);
    if (known) known.push(id);
    else identifiersOf.set(key, [id]);
  }
  return askable.map(({ id, label, synonyms }) => {
    const exact = options.acceptSynonyms
      ? synonyms.filter((synonym) => synonym.scope === 'EXACT').map((synonym) => oneLine(synonym.text))
      : [];
    const term = oneLine(label);
    return {
      identifier: id,
      term,
      acceptedTerms: [...new Set([term, ...exact.filter((text) => text !== '')])],
      acceptedIdentifiers: [id, ...identifiersOf.get(nameKey(label))!.filter((other) => other !== id)],
    };
  });
}
