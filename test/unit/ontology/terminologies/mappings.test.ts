/** Mapping sets: the side that a terminology is on, as an ontology. */
import { describe, expect, it } from 'vitest';
import {
  asOntology,
  entriesOf,
  mappingSideOf,
  mappingTerms,
  mappingTermsFor,
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

describe('the terms of a mapping set', () => {
  it('are of the side that was asked for, or else of the first that is known', () => {
    const ids = (name: string | null) =>
      mappingTermsFor(set, name === null ? null : terminology(name)).terms.map(({ id }) => id);
    expect(ids('icd-10-cm')).toEqual(['ICD10CM:E30.1', 'ICD10CM:I49.01']);
    expect(ids('mondo')).toHaveLength(4);
    expect(ids(null)).toEqual(ids('mondo'));
    expect(() => ids('hpo')).toThrow(expect.objectContaining({ code: 'terminology-mismatch' }) as Error);
  });

  it('are the known codes on the far side before unknown ones on the near side', () => {
    const known = mappings([['DOID:1', 'one', 'ICD10CM:E30.1', 'Precocious puberty']]);
    expect(mappingTermsFor(known, null).terms).toMatchObject([{ id: 'ICD10CM:E30.1' }]);
  });

  it('are of the near side where neither is known, and of the far side where only that has labels', () => {
    const unknown = mappings([['DOID:1', 'one', 'X:2', 'two']]);
    expect(mappingTermsFor(unknown, null).terms).toMatchObject([{ id: 'DOID:1' }]);
    const farOnly = mappings([['DOID:1', null, 'X:2', 'two']]);
    expect(mappingTermsFor(farOnly, null).terms).toMatchObject([{ id: 'X:2' }]);
    const bare = mappings([['DOID:1', null, 'X:2', null]]);
    expect(() => mappingTermsFor(bare, null)).toThrow(expect.objectContaining({ code: 'ontology-empty' }) as Error);
  });
});

describe('what was read, as an ontology', () => {
  it('is an ontology as it is, and the terms of a mapping set', () => {
    const given = ontology(PHENOTYPES);
    expect(asOntology(given, null, 'hp.obo')).toBe(given);
    expect(asOntology(set, terminology('icd-10-cm'), 'set.tsv')).toEqual(mappingTerms(set, 'object'));
  });

  it('is refused for counts and associations, saying where they belong', () => {
    const { rows: _rows, kind: _kind, ...header } = set;
    const counts = { ...header, counts: new Map<string, number>(), rows: 0, denied: 0, unit: 'genes (GAF)' };
    expect(() => asOntology({ ...counts, kind: 'annotations' }, null, 'goa.gaf')).toThrow(
      expect.objectContaining({
        code: 'ontology-format',
        message: 'goa.gaf holds annotations (genes (GAF)), not terms.',
        hint: expect.stringContaining('ontology.counts') as string,
      }) as Error,
    );
    const pairs = { ...header, rows: [], subject: 'gene', object: 'disease' };
    expect(() => asOntology({ ...pairs, kind: 'associations' }, null, 'ctd.csv')).toThrow(
      'ctd.csv holds associations of genes and diseases',
    );
  });
});
