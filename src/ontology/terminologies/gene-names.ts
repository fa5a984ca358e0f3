/** Gene names and symbols: the terminology whose identifiers are taken from their terms. */
import { carriesSymbols, FAMILY, GENE_SOURCE, SYMBOL_GRAMMAR } from './genes';
import type { Terminology } from './types';

export const geneNames: Terminology = {
  name: 'gene-names',
  title: 'Gene names and symbols',
  description: 'Full names of human genes or their proteins and the symbols made from them, such as TP53.',
  nouns: { term: 'gene name', identifier: 'gene symbol' },
  fields: { term: 'label', identifier: 'symbol' },
  grammar: SYMBOL_GRAMMAR,
  formats: ['hgnc', 'ncbi-gene', 'table'],
  matches: carriesSymbols,
  membership:
    'Every live gene with a name and a symbol; a gene whose name is its symbol has nothing to ask and is left out.',
  aspect: null,
  aboveBranches: [],
  entity: FAMILY,
  oneToMany: {
    duplicateNames: 'all-identifiers-accepted',
    furtherNames: 'label-synonyms',
    alternativeIdentifiers: 'kept-not-accepted',
    sentence:
      'Where several genes have one name, each of their symbols is a right answer; former and alias names count as names ' +
      'if chosen; alias symbols do not count.',
  },
  source: GENE_SOURCE,
};
