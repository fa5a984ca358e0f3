/** Mondo Disease Ontology: disease names and arbitrary codes. */
import { BRANCH_SENTENCE, hasPrefix, LABEL_RULES, mostly } from './common';
import type { Terminology } from './types';

export const mondo: Terminology = {
  name: 'mondo',
  title: 'Mondo Disease Ontology',
  description: 'Names of diseases and their MONDO identifiers, which say nothing of the name.',
  nouns: { term: 'disease', identifier: 'MONDO identifier' },
  fields: { term: 'label', identifier: 'id' },
  grammar: {
    class: 'arbitrary-code',
    pattern: '^MONDO:[0-9]{7}$',
    example: 'MONDO:0005148',
    description: 'MONDO, a colon and seven digits.',
  },
  formats: ['obo', 'obographs', 'sssom', 'table'],
  matches: (ontology) => mostly(ontology, hasPrefix('MONDO:')),
  membership: 'Every live term with a MONDO identifier; terms imported from other ontologies are left out.',
  aspect: null,
  aboveBranches: ['MONDO:0000001', 'MONDO:0700096'],
  entity: { kind: 'branch', sentence: `${BRANCH_SENTENCE} Branches of human disease are counted one by one.` },
  oneToMany: LABEL_RULES,
  source: {
    home: 'https://mondo.monarchinitiative.org',
    licence: 'CC BY 4.0',
    licenceUrl: 'https://creativecommons.org/licenses/by/4.0/',
    attribution:
      'Mondo Disease Ontology, Monarch Initiative (the release is shown with the file), CC BY 4.0. ' +
      'Vasilevsky et al., medRxiv (2022) 2022.04.13.22273750.',
    mayBeShipped: true,
    shipping: 'CC BY 4.0 allows copies and subsets with attribution; none is bundled.',
  },
};
