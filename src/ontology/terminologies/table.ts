/** Everything else: a table of the user's own, or an ontology that no other descriptor knows. */
import { BRANCH_SENTENCE, LABEL_RULES } from './common';
import type { Terminology } from './types';

export const table: Terminology = {
  name: 'table',
  title: 'Own table or other ontology',
  description:
    'Any terms with any identifiers: a table whose columns you name, or an ontology without an entry of its own.',
  nouns: { term: 'term', identifier: 'identifier' },
  fields: { term: 'label', identifier: 'id' },
  grammar: {
    class: null,
    pattern: '^\\S(.*\\S)?$',
    example: 'X-042',
    description: 'Anything on one line.',
  },
  formats: ['table', 'obo', 'obographs', 'hgnc', 'ncbi-gene', 'sssom', 'icd10cm'],
  matches: () => true,
  membership: 'Every live term with a name and an identifier.',
  aspect: null,
  aboveBranches: [],
  entity: { kind: 'branch', sentence: `${BRANCH_SENTENCE} A plain table has none: name a column of it instead.` },
  oneToMany: LABEL_RULES,
  source: {
    home: '',
    licence: 'as the file says',
    licenceUrl: null,
    attribution: 'Your own file.',
    mayBeShipped: false,
    shipping: 'It stays on your machine; check its licence before you share a run that names its terms.',
  },
};
