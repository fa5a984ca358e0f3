/** Mapping sets: the side that a terminology is on, as an ontology. */
import { describe, expect, it } from 'vitest';
import {
  asOntology,
  entriesOf,
  mappingSideOf,
  mappingTerms,
  terminology,
} from '../../../../src/ontology/terminologies';
import { mappings, ontology, PHENOTYPES } from './fixtures';

const set = mappings([
  ['MONDO:0000088', 'precocious puberty', 'ICD10CM:E30.1', 'Precocious puberty'],
  ['MONDO:0000190', 'ventricular fibrillation', 'ICD10CM:I49.01', 'Ventricular fibrillation'],
  ['MONDO:0000191', 'early puberty', 'ICD10CM:E30.1', 'Early puberty'],
  ['MONDO:0000192', 'no label there', 'ICD10CM:I50', null],
]);

describe('a mapping set', () => {
  it('holds diseases on one side and codes on the other', () => {
    expect(mappingSideOf(set, terminology('mondo'))).toBe('subject');
    expect(mappingSideOf(set, terminology('icd-10-cm'))).toBe('object');
  });

  it('is refused for a terminology that is on neither side', () => {
    expect(() => mappingSideOf(set, terminology('hpo'))).toThrow(
      expect.objectContaining({ code: 'terminology-mismatch' }) as Error,
    );
  });

  it('gives each identifier once, with its first label as the name and others as synonyms', () => {
    const codes = mappingTerms(set, 'object');
    expect(codes).toMatchObject({ kind: 'ontology', format: 'sssom', version: '2024-01-01', roots: [] });
    expect(entriesOf(codes, terminology('icd-10-cm')).entries).toMatchObject([
      { identifier: 'E30.1', term: 'Precocious puberty', synonyms: [{ text: 'Early puberty', scope: 'RELATED' }] },
      { identifier: 'I49.01', term: 'Ventricular fibrillation', synonyms: [] },
    ]);
  });

  it('without labels on a side says so', () => {
    const bare = mappings([['MONDO:0000088', 'precocious puberty', 'ICD10CM:E30.1', null]]);
    expect(() => mappingTerms(bare, 'object')).toThrow(expect.objectContaining({ code: 'ontology-empty' }) as Error);
    expect(mappingSideOf(bare, terminology('mondo'))).toBe('subject');
  });
});

describe('what was read, as an ontology', () => {
  it('is an ontology as it is', () => {
    const given = ontology(PHENOTYPES);
    expect(asOntology(given, null, 'hp.obo')).toBe(given);
  });

  it('is the side of a mapping set that was asked for, or else the first that is known', () => {
    const ids = (name: string | null) =>
      asOntology(set, name === null ? null : terminology(name), 'set.tsv').terms.map(({ id }) => id);
    expect(ids('icd-10-cm')).toEqual(['ICD10CM:E30.1', 'ICD10CM:I49.01']);
    expect(ids(null)[0]).toBe('MONDO:0000088');
    expect(() => ids('hpo')).toThrow(expect.objectContaining({ code: 'terminology-mismatch' }) as Error);
  });

  it('knows an unknown set by its codes on the far side, and takes the near side where it knows neither', () => {
    const known = mappings([['DOID:1', 'one', 'ICD10CM:E30.1', 'Precocious puberty']]);
    expect(asOntology(known, null, 'set.tsv').terms).toMatchObject([{ id: 'ICD10CM:E30.1' }]);
    const unknown = mappings([['DOID:1', 'one', 'X:2', 'two']]);
    expect(asOntology(unknown, null, 'set.tsv').terms).toMatchObject([{ id: 'DOID:1' }]);
    const farOnly = mappings([['DOID:1', null, 'X:2', 'two']]);
    expect(asOntology(farOnly, null, 'set.tsv').terms).toMatchObject([{ id: 'X:2' }]);
  });

  it('is refused for counts and associations, saying where they belong', () => {
    const { rows: _rows, kind: _kind, ...header } = set;
    const counts = {
      ...header,
      kind: 'annotations',
      counts: new Map(),
      rows: 0,
      denied: 0,
      unit: 'genes (GAF)',
    } as const;
    expect(() => asOntology(counts, null, 'goa.gaf')).toThrow('goa.gaf holds counts of genes (GAF), not terms.');
    const pairs = { ...header, kind: 'associations', rows: [], subject: 'gene', object: 'disease' } as const;
    expect(() => asOntology({ ...pairs, rows: [] }, null, 'ctd.csv')).toThrow('associations of genes and diseases');
  });
});
