/** Gene Ontology: one terminology for each aspect, and one for all three. Names and arbitrary codes. */
import type { Ontology } from '../types';
import { BRANCH_SENTENCE, hasPrefix, LABEL_RULES, mostly } from './common';
import type { Terminology } from './types';

const isGo = (ontology: Ontology) => mostly(ontology, hasPrefix('GO:'));

const common = {
  fields: { term: 'label', identifier: 'id' },
  grammar: {
    class: 'arbitrary-code',
    pattern: '^GO:[0-9]{7}$',
    example: 'GO:0005634',
    description: 'GO, a colon and seven digits.',
  },
  formats: ['obo', 'obographs', 'table'],
  aboveBranches: ['GO:0005575', 'GO:0003674', 'GO:0008150'],
  entity: { kind: 'branch', sentence: BRANCH_SENTENCE },
  oneToMany: LABEL_RULES,
  source: {
    home: 'https://geneontology.org',
    licence: 'CC BY 4.0',
    licenceUrl: 'https://creativecommons.org/licenses/by/4.0/',
    attribution:
      'Gene Ontology data from the Gene Ontology Consortium (the release is shown with the file), CC BY 4.0. ' +
      'Ashburner et al., Nature Genetics 25 (2000) 25; Gene Ontology Consortium, Genetics 224 (2023) iyad031.',
    mayBeShipped: true,
    shipping: 'CC BY 4.0 allows copies and subsets with attribution and a note of what was changed.',
  },
} satisfies Partial<Terminology>;

function aspectOf(
  name: 'go-cc' | 'go-mf' | 'go-bp',
  words: string,
  namespace: string,
  root: string,
  what: string,
): Terminology {
  return {
    ...common,
    name,
    title: `Gene Ontology: ${words}`,
    description: `Names of ${what} and their GO identifiers, which say nothing of the name.`,
    nouns: { term: words, identifier: 'GO identifier' },
    matches: (ontology) =>
      isGo(ontology) &&
      ontology.terms.every((term) => term.obsolete || !term.id.startsWith('GO:') || term.namespace === namespace),
    membership: `Every live GO term of the aspect ${words}: by its namespace, or by its root where the file states none.`,
    aspect: { namespace, root },
  };
}

export const goCellularComponent = aspectOf(
  'go-cc',
  'cellular component',
  'cellular_component',
  'GO:0005575',
  'parts of cells and complexes',
);
export const goMolecularFunction = aspectOf(
  'go-mf',
  'molecular function',
  'molecular_function',
  'GO:0003674',
  'activities of gene products',
);
export const goBiologicalProcess = aspectOf(
  'go-bp',
  'biological process',
  'biological_process',
  'GO:0008150',
  'processes that gene products take part in',
);

export const go: Terminology = {
  ...common,
  name: 'go',
  title: 'Gene Ontology: all aspects',
  description: 'Names of cellular components, molecular functions and biological processes with their GO identifiers.',
  nouns: { term: 'Gene Ontology term', identifier: 'GO identifier' },
  matches: isGo,
  membership: 'Every live GO term, whatever its aspect, roots included.',
  aspect: null,
};
