/** Small ontologies in memory: what readers return, without a reader. */
import { bareTerm } from '../../../../src/ontology/bare-term';
import type { Mapping, Mappings, Ontology, Term } from '../../../../src/ontology/types';

export function term(id: string, label: string, more: Partial<Term> = {}): Term {
  return bareTerm({ id, label, ...more });
}

const header = {
  formatVersion: null,
  version: '2024-01-01',
  licence: null,
  warnings: [],
  warningCount: 0,
};

/** Roots are the live terms without a live parent, as readers find them; none for a flat list. */
export function ontology(terms: Term[], format = 'obo'): Ontology {
  const live = new Set(terms.filter((each) => !each.obsolete).map((each) => each.id));
  const roots = terms.filter((each) => live.has(each.id) && !each.parents.some((parent) => live.has(parent)));
  return {
    ...header,
    kind: 'ontology',
    format,
    name: 'test.file',
    terms,
    roots: format === 'obo' ? roots.map(({ id }) => id) : [],
  };
}

export function mappings(rows: [string, string | null, string, string | null][]): Mappings {
  return {
    ...header,
    kind: 'mappings',
    format: 'sssom',
    name: 'set',
    rows: rows.map(([subjectId, subjectLabel, objectId, objectLabel]): Mapping => ({
      subjectId,
      subjectLabel,
      predicate: 'skos:exactMatch',
      objectId,
      objectLabel,
    })),
  };
}

export const PHENOTYPES = [
  term('HP:0000001', 'All'),
  term('HP:0000118', 'Phenotypic abnormality', { parents: ['HP:0000001'] }),
  term('HP:0000707', 'Abnormality of the nervous system', { parents: ['HP:0000118'] }),
  term('HP:0000478', 'Abnormality of the eye', { parents: ['HP:0000118'] }),
  term('HP:0001250', 'Seizure', {
    parents: ['HP:0000707'],
    altIds: ['HP:0001275'],
    definition: 'An intermittent abnormality.',
    synonyms: [
      { text: 'Epileptic  seizure', scope: 'EXACT' },
      { text: 'Seizure', scope: 'EXACT' },
      { text: 'Epilepsy', scope: 'RELATED' },
    ],
  }),
  term('HP:0000006', 'Autosomal dominant inheritance', { parents: ['HP:0000005'] }),
  term('HP:0000005', 'Mode of inheritance', { parents: ['HP:0000001'] }),
  term('HP:0000024', 'Prostatitis (old)', { obsolete: true }),
];

export const GENES = [
  term('HGNC:11998', 'tumor protein p53', {
    symbol: 'TP53',
    synonyms: [
      { text: 'p53', scope: 'EXACT' },
      { text: 'tumor suppressor p53', scope: 'EXACT' },
    ],
  }),
  term('HGNC:6081', 'insulin', { symbol: 'INS' }),
  term('HGNC:4931', 'major histocompatibility complex, class I, A', { symbol: 'HLA-A' }),
  term('HGNC:28950', 'KIAA0040', { symbol: 'KIAA0040' }),
  term('HGNC:25565', 'chromosome 1 open reading frame 112', { symbol: 'C1orf112' }),
];
