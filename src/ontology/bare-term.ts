/** A term of which nothing is known but what is given: every list its own, so readers may fill them. */
import type { Term } from './types';

export function bareTerm(known: Partial<Term> & Pick<Term, 'id' | 'label'>): Term {
  return {
    symbol: null,
    definition: null,
    synonyms: [],
    parents: [],
    altIds: [],
    obsolete: false,
    replacedBy: [],
    namespace: null,
    xrefs: [],
    cells: null,
    ...known,
  };
}
