/** Ontologies as terminologies see them: which terms belong, under which names, in which branch. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../../src/core/errors';
import { entriesOf, symbolStem, terminology, type Terminology } from '../../../../src/ontology/terminologies';
import type { Ontology } from '../../../../src/ontology/types';
import { GENES, ontology, PHENOTYPES, term } from './fixtures';

const byIdentifier = (given: Ontology, as: Terminology) =>
  new Map(entriesOf(given, as).entries.map((entry) => [entry.identifier, entry]));

describe('phenotypes', () => {
  const entries = byIdentifier(ontology(PHENOTYPES), terminology('hpo'));

  it('has every live term, roots included, and counts the obsolete one', () => {
    expect(entries.size).toBe(7);
    expect(entriesOf(ontology(PHENOTYPES), terminology('hpo')).leftOut).toEqual([
      { reason: 'obsolete', count: 1, examples: ['HP:0000024 Prostatitis (old)'] },
    ]);
  });

  it('keeps synonyms other than the label, on one line, and identifiers of merged terms apart', () => {
    expect(entries.get('HP:0001250')).toEqual({
      identifier: 'HP:0001250',
      term: 'Seizure',
      synonyms: [
        { text: 'Epileptic seizure', scope: 'EXACT' },
        { text: 'Epilepsy', scope: 'RELATED' },
      ],
      otherIdentifiers: ['HP:0001275'],
      entity: 'HP:0000707',
      cells: null,
      definition: 'An intermittent abnormality.',
    });
  });

  it('counts organ systems and the other children of the root as branches', () => {
    const branch = (id: string) => entries.get(id)?.entity;
    expect(branch('HP:0000478')).toBe('HP:0000478');
    expect(branch('HP:0000006')).toBe('HP:0000005');
    expect(branch('HP:0000118')).toBe('HP:0000118');
    expect(branch('HP:0000001')).toBe('HP:0000001');
  });

  it('leaves out terms of other ontologies and repeated identifiers, with a reason and three examples', () => {
    const foreign = Array.from({ length: 4 }, (_, i) => term(`BFO:${i}`, `entity ${i}`));
    const again = term('HP:0001250', 'Fit');
    const { entries: kept, leftOut } = entriesOf(ontology([...PHENOTYPES, ...foreign, again]), terminology('hpo'));
    expect(kept).toHaveLength(7);
    expect(leftOut.slice(1)).toEqual([
      {
        reason: 'HPO identifier not of the form HP:0001250',
        count: 4,
        examples: ['BFO:0 entity 0', 'BFO:1 entity 1', 'BFO:2 entity 2'],
      },
      { reason: 'HPO identifier stands on an earlier term', count: 1, examples: ['HP:0001250 Fit'] },
    ]);
  });
});

describe('branches', () => {
  const go = (id: number, parents: number[], more = {}) =>
    term(`GO:000000${id}`, `part ${id}`, {
      parents: parents.map((parent) => `GO:000000${parent}`),
      namespace: 'cellular_component',
      ...more,
    });

  it('pass by a root while another parent is there', () => {
    const entries = byIdentifier(ontology([go(1, []), go(2, [1]), go(3, [1, 2])]), terminology('go-cc'));
    expect(entries.get('GO:0000003')?.entity).toBe('GO:0000002');
  });

  it('are null in a cycle and skip obsolete parents', () => {
    const terms = [go(1, []), go(2, [3]), go(3, [2]), go(4, [5, 6]), go(5, [1], { obsolete: true }), go(6, [1])];
    const entries = byIdentifier(ontology(terms), terminology('go-cc'));
    expect(entries.get('GO:0000002')?.entity).toBeNull();
    expect(entries.get('GO:0000003')?.entity).toBeNull();
    expect(entries.get('GO:0000004')?.entity).toBe('GO:0000006');
  });

  it('are null in a flat list', () => {
    expect(byIdentifier(ontology([term('a', 'b')], 'table'), terminology('table')).get('a')?.entity).toBeNull();
  });

  it('need no recursion: a chain of 20,000 terms', () => {
    const chain = Array.from({ length: 20_000 }, (_, i) =>
      term(`X:${i}`, `x${i}`, { parents: i === 0 ? [] : [`X:${i - 1}`] }),
    ).reverse();
    const entries = byIdentifier(ontology(chain), terminology('table'));
    expect(entries.get('X:19999')?.entity).toBe('X:1');
  });
});

describe('an aspect of GO', () => {
  const terms = [
    term('GO:0005575', 'cellular_component', { namespace: 'cellular_component' }),
    term('GO:0005634', 'nucleus', { namespace: 'cellular_component', parents: ['GO:0005575'] }),
    term('GO:0003677', 'DNA binding', { namespace: 'molecular_function' }),
    term('GO:0005737', 'cytoplasm', { namespace: 'gene_ontology', parents: ['GO:0005575'] }),
  ];

  it('is told by the namespace, or by the root where the namespace is none of the three', () => {
    const { entries, leftOut } = entriesOf(ontology(terms), terminology('go-cc'));
    expect(entries.map((entry) => entry.term)).toEqual(['cellular_component', 'nucleus', 'cytoplasm']);
    expect(leftOut).toEqual([{ reason: 'not a cellular component', count: 1, examples: ['GO:0003677 DNA binding'] }]);
    expect(entriesOf(ontology(terms), terminology('go')).entries).toHaveLength(4);
  });
});

describe('genes', () => {
  it('are names with symbols: alias names are names, alias symbols are not', () => {
    const { entries, leftOut } = entriesOf(ontology(GENES, 'hgnc'), terminology('gene-names'));
    expect(entries[0]).toMatchObject({
      identifier: 'TP53',
      term: 'tumor protein p53',
      synonyms: [{ text: 'tumor suppressor p53', scope: 'EXACT' }],
      otherIdentifiers: ['p53'],
      entity: 'TP',
    });
    expect(entries.map((entry) => entry.entity)).toEqual(['TP', 'INS', 'HLA', 'orf']);
    expect(leftOut).toEqual([
      { reason: 'gene name and gene symbol are the same', count: 1, examples: ['HGNC:28950 KIAA0040'] },
    ]);
  });

  it('are symbols with HGNC identifiers: alias symbols are synonyms', () => {
    const { entries } = entriesOf(ontology(GENES, 'hgnc'), terminology('hgnc'));
    expect(entries).toHaveLength(5);
    expect(entries[0]).toMatchObject({
      identifier: 'HGNC:11998',
      term: 'TP53',
      synonyms: [{ text: 'p53', scope: 'EXACT' }],
      entity: 'TP',
    });
  });

  it('have their HGNC identifier among the cross-references of NCBI Gene', () => {
    const ncbi = [
      term('1', 'alpha-1-B glycoprotein', { symbol: 'A1BG', xrefs: ['MIM:138670', 'HGNC:HGNC:5'] }),
      term('2', 'without one', { symbol: 'X1' }),
    ];
    const { entries, leftOut } = entriesOf(ontology(ncbi, 'ncbi-gene'), terminology('hgnc'));
    expect(entries).toMatchObject([{ identifier: 'HGNC:5', term: 'A1BG' }]);
    expect(leftOut).toMatchObject([{ count: 1, examples: ['2 without one'] }]);
  });

  it('come from a plain table by the columns that were chosen', () => {
    const table = ontology([term('TP53', 'tumor protein p53'), term('n/a', 'nothing')], 'table');
    expect(entriesOf(table, terminology('gene-names')).entries).toMatchObject([{ identifier: 'TP53' }]);
  });

  it.each([
    ['ABCA1', 'ABCA'],
    ['HLA-DRB1', 'HLA'],
    ['C1orf112', 'orf'],
    ['CXorf51A', 'orf'],
    ['C1QA', 'C'],
    ['42', null],
  ])('%s is of the family %s', (symbol, stem) => expect(symbolStem(symbol)).toBe(stem));
});

describe('ICD-10-CM', () => {
  it('spells codes with the point, without the prefix, and leaves out ranges', () => {
    const given = ontology(
      [
        term('ICD10CM:E30.1', 'Precocious puberty'),
        term('C4A9', 'Merkel cell carcinoma, unspecified'),
        term('L52', 'Erythema nodosum'),
        term('ICD10CM:A00-A09', 'Intestinal infectious diseases'),
      ],
      'icd10cm',
    );
    const { entries, leftOut } = entriesOf(given, terminology('icd-10-cm'));
    expect(entries.map((entry) => [entry.identifier, entry.entity])).toEqual([
      ['E30.1', 'E30'],
      ['C4A.9', 'C4A'],
      ['L52', 'L52'],
    ]);
    expect(leftOut).toMatchObject([{ reason: 'ICD-10-CM code not of the form E30.1', count: 1 }]);
  });
});

describe('a file of another terminology', () => {
  it('is refused with what was found and the name that would fit', () => {
    try {
      entriesOf(ontology(PHENOTYPES), terminology('mondo'));
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(LabError);
      expect(error).toMatchObject({ code: 'terminology-mismatch', control: 'ontology.terminology' });
      expect((error as LabError).message).toBe(
        'test.file has no term of Mondo Disease Ontology among its 8: ' +
          '7 MONDO identifier not of the form MONDO:0005148 (HP:0000001 All); 1 obsolete (HP:0000024 Prostatitis (old)).',
      );
      expect((error as LabError).hint).toContain('"hpo"');
    }
  });

  it('is not blamed on the terminology when all of its terms are obsolete', () => {
    const given = ontology([term('HP:0000024', 'Prostatitis', { obsolete: true })]);
    expect(() => entriesOf(given, terminology('table'))).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('live terms') }) as Error,
    );
  });
});

describe('any ontology', () => {
  const anyTerm = fc
    .record({
      id: fc.oneof(fc.constantFrom('HP:0000001', 'HP:0000002', 'GO:0000003', 'E30.1'), fc.string({ maxLength: 12 })),
      label: fc.string({ maxLength: 12 }),
      symbol: fc.option(fc.constantFrom('TP53', 'INS', 'x')),
      obsolete: fc.boolean(),
      parents: fc.array(fc.constantFrom('HP:0000001', 'HP:0000002', 'GO:0000003'), { maxLength: 2 }),
    })
    .map(({ id, label, ...more }) => term(id, label, more));

  it('gives entries and reasons that add up to its terms, with identifiers once each and within the grammar', () => {
    fc.assert(
      fc.property(
        fc.array(anyTerm, { maxLength: 12 }),
        fc.constantFrom('hpo', 'go', 'gene-names', 'hgnc', 'icd-10-cm', 'table'),
        (terms, name) => {
          const as = terminology(name);
          const given = ontology(terms);
          let result;
          try {
            result = entriesOf(given, as);
          } catch (error) {
            expect(error).toMatchObject({ code: 'terminology-mismatch' });
            return;
          }
          const { entries, leftOut } = result;
          expect(leftOut.reduce((sum, { count }) => sum + count, entries.length)).toBe(terms.length);
          expect(new Set(entries.map((entry) => entry.identifier)).size).toBe(entries.length);
          for (const entry of entries) {
            expect(entry.identifier).toMatch(new RegExp(as.grammar.pattern));
            expect(entry.term).toBe(entry.term.trim());
            expect(entry.synonyms.map((synonym) => synonym.text)).not.toContain(entry.term);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
