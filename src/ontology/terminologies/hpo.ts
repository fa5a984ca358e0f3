/** Human Phenotype Ontology: phenotype names and arbitrary codes. Its licence forbids altered copies, so none is shipped. */
import { BRANCH_SENTENCE, hasPrefix, LABEL_RULES, mostly } from './common';
import type { Terminology } from './types';

export const hpo: Terminology = {
  name: 'hpo',
  title: 'Human Phenotype Ontology',
  description: 'Names of clinical abnormalities and their HPO identifiers, which say nothing of the name.',
  nouns: { term: 'phenotype', identifier: 'HPO identifier' },
  fields: { term: 'label', identifier: 'id' },
  grammar: {
    class: 'arbitrary-code',
    pattern: '^HP:[0-9]{7}$',
    example: 'HP:0001250',
    description: 'HP, a colon and seven digits.',
  },
  formats: ['obo', 'obographs', 'table'],
  matches: (ontology) => mostly(ontology, hasPrefix('HP:')),
  membership: 'Every live term with an HP identifier, roots and modifiers included.',
  aspect: null,
  aboveBranches: ['HP:0000001', 'HP:0000118'],
  entity: { kind: 'branch', sentence: `${BRANCH_SENTENCE} Branches of phenotypic abnormality are the organ systems.` },
  oneToMany: LABEL_RULES,
  source: {
    home: 'https://hpo.jax.org',
    licence: 'HPO licence',
    licenceUrl: 'https://hpo.jax.org/license',
    attribution:
      'This product uses the Human Phenotype Ontology (the release is shown with the file). ' +
      'Find out more at https://hpo.jax.org. Gargano et al., Nucleic Acids Research 52 (2024) D1333.',
    mayBeShipped: false,
    shipping: 'The licence asks that neither content nor relations be altered, which rules out bundled subsets.',
  },
};
