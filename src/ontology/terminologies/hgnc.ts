/** Gene symbols and HGNC identifiers: the same genes as gene-names, with an arbitrary code as identifier. */
import { mostly } from './common';
import { carriesSymbols, FAMILY, GENE_SOURCE, isGeneSymbol } from './genes';
import type { Terminology } from './types';

const PATTERN = '^HGNC:[0-9]{1,6}$';
const IDENTIFIER = new RegExp(PATTERN);

export const hgnc: Terminology = {
  name: 'hgnc',
  title: 'HGNC identifiers',
  description: 'Symbols of human genes and their HGNC identifiers, which say nothing of the symbol.',
  nouns: { term: 'gene symbol', identifier: 'HGNC identifier' },
  fields: { term: 'symbol', identifier: 'id' },
  identifierAmongXrefs: true,
  grammar: {
    class: 'arbitrary-code',
    pattern: PATTERN,
    example: 'HGNC:11998',
    description: 'HGNC, a colon and up to six digits without leading zeros.',
  },
  // NCBI's cross-references repeat the prefix: HGNC:HGNC:5.
  spell: (identifier) => identifier.replace(/^(HGNC:)+/i, 'HGNC:'),
  formats: ['hgnc', 'ncbi-gene', 'table'],
  matches: (ontology) =>
    (carriesSymbols(ontology) && mostly(ontology, (term) => IDENTIFIER.test(term.id))) ||
    mostly(ontology, ({ id, label }) => IDENTIFIER.test(id) && isGeneSymbol(label)),
  membership: 'Every live gene with a symbol and an HGNC identifier, its own or among its cross-references.',
  aspect: null,
  aboveBranches: [],
  entity: FAMILY,
  oneToMany: {
    duplicateNames: 'all-identifiers-accepted',
    furtherNames: 'symbol-synonyms',
    alternativeIdentifiers: 'kept-not-accepted',
    sentence:
      'Where one symbol stands with several identifiers, each of them is a right answer; alias and former symbols count as ' +
      'symbols if chosen.',
  },
  source: GENE_SOURCE,
};
