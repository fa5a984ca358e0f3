/** Files of annotations: GAF, HPOA, genes and phenotypes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gafFormat } from '../../../../src/ontology/tabular/gaf';
import { hpoaFormat, hpoGenesFormat } from '../../../../src/ontology/tabular/hpoa';
import { parsed } from '../sources';
import { thrownBy } from '../thrown';
import { inAnyShape, lines, name, plainName, read } from './documents';

const gafRow = (object: string, term: string, qualifier = 'located_in', columns = 17) =>
  ['UniProtKB', object, 'SYM', qualifier, term, 'PMID:1', 'IDA', '', 'C', 'a name', 'x|y', 'protein', 'taxon:9606']
    .concat(['20240101', 'UniProt', '', ''])
    .slice(0, columns);
const GAF = `!gaf-version: 2.2
!date-generated: 2031-05-06T07:08
!generated-by: Example
!license: CC BY 4.0
${lines(
  gafRow('P1', 'GO:0005634'),
  gafRow('P1', 'GO:0005634', 'part_of'),
  gafRow('P2', 'GO:0005634', 'NOT|located_in'),
  gafRow('P3', 'GO:0005634'),
  gafRow('P3', 'GO:0005737', 'located_in', 15),
)}`;

describe('a GAF file', () => {
  it('gives the number of different gene products for each term, denied annotations dropped', () => {
    const annotations = read('annotations', gafFormat, GAF);
    expect([...annotations.counts]).toEqual([
      ['GO:0005634', 2],
      ['GO:0005737', 1],
    ]);
    expect(annotations).toMatchObject({
      rows: 5,
      denied: 1,
      unit: 'gene products (GAF)',
      formatVersion: '2.2',
      version: '2031-05-06T07:08',
      name: 'Example',
      licence: 'CC BY 4.0',
      warningCount: 0,
    });
  });

  it('tells objects of different databases apart', () => {
    const other = ['RNAcentral', ...gafRow('P1', 'GO:0005634').slice(1)];
    const { counts } = read('annotations', gafFormat, lines(gafRow('P1', 'GO:0005634'), other));
    expect(counts.get('GO:0005634')).toBe(2);
  });

  it('knows the NOT of older versions', () => {
    const text = lines(gafRow('P1', 'GO:0005634', 'NOT', 15), gafRow('P2', 'GO:0005634', '', 15));
    expect(read('annotations', gafFormat, text)).toMatchObject({ denied: 1, counts: new Map([['GO:0005634', 1]]) });
  });

  it('leaves out rows without a term or a gene product, and says where', () => {
    const text = lines(gafRow('P1', 'GO:0005634'), gafRow('', 'GO:0005634'), gafRow('P1', 'nucleus'));
    expect(read('annotations', gafFormat, text).warnings).toEqual([
      { line: 2, column: 11, message: 'the gene product has no identifier; the row was left out' },
      { line: 3, column: 29, message: 'this is no identifier of a term, such as GO:0005634; the row was left out' },
    ]);
  });

  it('keeps quotation marks in names as they are', () => {
    const row = gafRow('P1', 'GO:0005634').map((cell) => (cell === 'a name' ? '"alpha" chain' : cell));
    expect(read('annotations', gafFormat, lines(row)).counts.size).toBe(1);
  });

  it.each([
    [
      'too few columns',
      lines(gafRow('P1', 'GO:0005634'), gafRow('P1', 'GO:0005634', '', 14)),
      'line 2, column 82: this row has 14',
    ],
    [
      'too many columns',
      lines(gafRow('P1', 'GO:0005634'), [...gafRow('P1', 'GO:0005634'), 'x']),
      'line 2, column 103: this row has 18',
    ],
    ['only denied annotations', lines(gafRow('P1', 'GO:0005634', 'NOT')), 'line 1, column'],
    ['only a header', '!gaf-version: 2.2\n', 'line 1, column 18: the file ends and no annotations'],
  ])('with %s is refused with its place', (_, text, message) => {
    expect(thrownBy(() => read('annotations', gafFormat, text)).message).toContain(`file, ${message}`);
  });

  it('counts distinct pairs, whatever the other columns hold and wherever it is cut', () => {
    const row = fc.record({
      object: fc.constantFrom('A', 'B', 'C'),
      term: fc.constantFrom('GO:0000001', 'GO:0000002', 'PO:0000003'),
      not: fc.boolean(),
      symbol: name,
      columns: fc.integer({ min: 15, max: 17 }),
    });
    inAnyShape(
      fc.array(row, { minLength: 1, maxLength: 12 }).filter((rows) => rows.some(({ not }) => !not)),
      (rows) =>
        `!gaf-version: 2.1\n${lines(
          ...rows.map(({ object, term, not, symbol, columns }) => {
            const cells = gafRow(object, term, not ? 'NOT|part_of' : 'part_of', columns);
            cells[2] = cells[9] = symbol;
            return cells;
          }),
        )}`,
      (rows, text, cuts) => {
        const pairs = new Set(rows.filter(({ not }) => !not).map(({ object, term }) => `${term} ${object}`));
        const expected: Record<string, number> = {};
        for (const pair of pairs) expected[pair.split(' ')[0]!] = (expected[pair.split(' ')[0]!] ?? 0) + 1;
        const annotations = read('annotations', gafFormat, text, {}, cuts);
        expect(Object.fromEntries(annotations.counts)).toEqual(expected);
        expect(annotations).toMatchObject({ rows: rows.length, denied: rows.filter(({ not }) => not).length });
        expect(annotations.warningCount).toBe(0);
      },
    );
  });
});

const HPOA_COLUMNS =
  'database_id disease_name qualifier hpo_id reference evidence onset frequency sex modifier aspect biocuration';
const hpoaRow = (disease: string, id: string, qualifier = '', diseaseName = 'a disease') => [
  disease,
  diseaseName,
  qualifier,
  id,
  'PMID:1',
  'PCS',
  '',
  '1/2',
  '',
  '',
  'P',
  'HPO:x[2020-01-01]',
];
const HPOA = `#description: "HPO annotations for rare diseases [2: OMIM]"
#version: 2031-05-06
#tracker: https://example.org/issues
${lines(
  HPOA_COLUMNS.split(' '),
  hpoaRow('OMIM:1', 'HP:0001250'),
  hpoaRow('OMIM:1', 'HP:0001250'),
  hpoaRow('ORPHA:2', 'HP:0001250', 'NOT'),
  hpoaRow('ORPHA:2', 'HP:0000007'),
)}`;

describe('an HPOA file', () => {
  it('gives the number of different diseases for each phenotype, denied annotations dropped', () => {
    const annotations = read('annotations', hpoaFormat, HPOA);
    expect([...annotations.counts]).toEqual([
      ['HP:0001250', 1],
      ['HP:0000007', 1],
    ]);
    expect(annotations).toMatchObject({
      rows: 4,
      denied: 1,
      unit: 'diseases (HPOA)',
      version: '2031-05-06',
      name: 'HPO annotations for rare diseases [2: OMIM]',
    });
  });

  it('may have its header in a comment, with names as older releases spell them', () => {
    const old = HPOA.replace(
      HPOA_COLUMNS.replaceAll(' ', '\t'),
      '#DatabaseID\tDiseaseName\tQualifier\tHPO_ID\tReference' +
        '\tEvidence\tOnset\tFrequency\tSex\tModifier\tAspect\tBiocuration',
    ).replace('#version', '#date');
    const annotations = read('annotations', hpoaFormat, old);
    expect(annotations).toMatchObject({ rows: 4, denied: 1, version: '2031-05-06' });
  });

  it('may be of the old layout without a header, where database and number stand apart', () => {
    const row = (db: string, id: string, qualifier: string) => [
      db,
      id,
      'A DISEASE',
      qualifier,
      'HP:0001250',
      `${db}:${id}`,
      'IEA',
      '',
      '',
      '',
      'O',
      '',
      '2009.02.17',
      'HPO:x',
    ];
    const text = lines(row('OMIM', '1', ''), row('DECIPHER', '1', ''), row('OMIM', '2', 'NOT'), row('OMIM', '1', ''));
    const annotations = read('annotations', hpoaFormat, text);
    expect(annotations).toMatchObject({ rows: 4, denied: 1 });
    expect(annotations.counts.get('HP:0001250')).toBe(2);
  });

  it('leaves out rows with another kind of identifier, and says where', () => {
    const text = HPOA + lines(hpoaRow('OMIM:3', 'MP:0001250'), hpoaRow('', 'HP:0001250'));
    expect(read('annotations', hpoaFormat, text).warnings).toMatchObject([
      { line: 9, column: 19, message: expect.stringContaining('no HPO identifier') },
      { line: 10, column: 1, message: expect.stringContaining('the disease has no identifier') },
    ]);
  });

  it('is refused at a row that breaks off', () => {
    const text = HPOA + hpoaRow('OMIM:3', 'HP:0001250').slice(0, 4).join('\t');
    expect(thrownBy(() => read('annotations', hpoaFormat, text)).message).toMatch(
      /^file, line 9, column 29: this row has 4 fields, the first row has 12/,
    );
  });

  it('counts distinct pairs wherever it is cut', () => {
    const row = fc.record({
      disease: fc.constantFrom('OMIM:1', 'OMIM:2', 'ORPHA:1'),
      id: fc.constantFrom('HP:0000001', 'HP:0000002'),
      not: fc.boolean(),
      called: plainName,
    });
    inAnyShape(
      fc.array(row, { minLength: 1, maxLength: 10 }).filter((rows) => rows.some(({ not }) => !not)),
      (rows) =>
        lines(
          HPOA_COLUMNS.split(' '),
          ...rows.map(({ disease, id, not, called }) => hpoaRow(disease, id, not ? 'NOT' : '', called)),
        ),
      (rows, text, cuts) => {
        const kept = rows.filter(({ not }) => !not);
        const annotations = read('annotations', hpoaFormat, text, {}, cuts);
        for (const [id, count] of annotations.counts) {
          expect(count).toBe(new Set(kept.filter((each) => each.id === id).map(({ disease }) => disease)).size);
        }
        expect(annotations.counts.size).toBe(new Set(kept.map(({ id }) => id)).size);
        expect(annotations).toMatchObject({ rows: rows.length, denied: rows.length - kept.length, warningCount: 0 });
      },
    );
  });
});

describe('a file of genes and phenotypes', () => {
  const counts = (text: string) => Object.fromEntries(read('annotations', hpoGenesFormat, text).counts);

  it('gives the number of different genes for each phenotype, in either order of columns', () => {
    const byGene = lines(
      ['ncbi_gene_id', 'gene_symbol', 'hpo_id', 'hpo_name', 'frequency', 'disease_id'],
      ['10', 'NAT2', 'HP:0000007', 'Recessive', '-', 'OMIM:1'],
      ['10', 'NAT2', 'HP:0000007', 'Recessive', '-', 'OMIM:2'],
      ['16', 'AARS1', 'HP:0000007', 'Recessive', '-', 'OMIM:1'],
    );
    expect(counts(byGene)).toEqual({ 'HP:0000007': 2 });
    const byPhenotype = lines(
      ['hpo_id', 'hpo_name', 'ncbi_gene_id', 'gene_symbol', 'disease_id'],
      ['HP:0000007', 'Recessive', '10', 'NAT2', 'OMIM:1'],
    );
    expect(counts(byPhenotype)).toEqual({ 'HP:0000007': 1 });
  });

  it('may describe its columns in a comment only, as older releases do', () => {
    const text =
      '#Format: HPO-id<tab>HPO label<tab>entrez-gene-id<tab>entrez-gene-symbol<tab>Additional Info<tab>G-D source<tab>disease-ID for link\n' +
      lines(['HP:0000007', 'Recessive', '10', 'NAT2', '', 'mim2gene', 'OMIM:1']);
    expect(counts(text)).toEqual({ 'HP:0000007': 1 });
  });

  it('is refused without rows, with the place where it ends', () => {
    const error = thrownBy(() => parsed(hpoGenesFormat.open('g', {}), 'hpo_id\tncbi_gene_id\tgene_symbol\n'));
    expect(error).toMatchObject({ code: 'ontology-empty', message: expect.stringMatching(/^g, line 1, column 32: /) });
  });
});
