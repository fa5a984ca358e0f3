/** Gene tables: HGNC's complete set, smaller ones with HGNC identifiers, NCBI's gene_info. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hgncFormat } from '../../../../src/ontology/tabular/hgnc';
import { ncbiGeneFormat } from '../../../../src/ontology/tabular/ncbi-gene';
import { inAnyShape, lines, name, plainName, read, several } from './documents';

const COMPLETE = lines(
  'hgnc_id symbol name locus_group locus_type status alias_symbol alias_name prev_symbol prev_name entrez_id omim_id'.split(
    ' ',
  ),
  ['HGNC:11998', 'TP53', 'tumor protein p53', 'protein-coding gene', 'gene with protein product', 'Approved'].concat([
    '"p53|LFS1"',
    '"Li-Fraumeni syndrome"',
    '',
    '"tumor suppressor, old"',
    '7157',
    '191170|999999',
  ]),
  ['HGNC:1', 'A12M1', '"symbol withdrawn, see HGNC:8"', '', 'unknown', 'Symbol Withdrawn', '', '', '', '', '', ''],
);

describe('the complete set of HGNC', () => {
  const { terms, warningCount } = read('ontology', hgncFormat, COMPLETE);

  it('gives names, symbols, their aliases and former forms, the type of locus and cross-references', () => {
    expect(terms[0]).toEqual({
      id: 'HGNC:11998',
      label: 'tumor protein p53',
      symbol: 'TP53',
      definition: null,
      synonyms: [
        { text: 'Li-Fraumeni syndrome', scope: 'EXACT' },
        { text: 'p53', scope: 'EXACT' },
        { text: 'LFS1', scope: 'EXACT' },
        { text: 'tumor suppressor, old', scope: 'RELATED' },
      ],
      parents: [],
      altIds: [],
      obsolete: false,
      replacedBy: [],
      namespace: 'gene with protein product',
      xrefs: ['NCBIGene:7157', 'OMIM:191170', 'OMIM:999999'],
      cells: null,
    });
    expect(warningCount).toBe(0);
  });

  it('marks withdrawn entries as obsolete, with what replaced them', () => {
    expect(terms[1]).toMatchObject({ id: 'HGNC:1', obsolete: true, replacedBy: ['HGNC:8'] });
  });
});

describe('a table with hgnc_id, symbol and name', () => {
  const TABLE = 'symbol,name,hgnc_id,pubs\nA1BG,"alpha-1-B glycoprotein",HGNC:5,12\nA2M,"a, b",HGNC:7,0\n';

  it('is read in any order of columns', () => {
    expect(read('ontology', hgncFormat, TABLE).terms.map(({ id, symbol, label }) => [id, symbol, label])).toEqual([
      ['HGNC:5', 'A1BG', 'alpha-1-B glycoprotein'],
      ['HGNC:7', 'A2M', 'a, b'],
    ]);
  });

  it('keeps the columns that are asked for', () => {
    const { terms } = read('ontology', hgncFormat, TABLE, { keepColumns: ['pubs'] });
    expect(terms.map(({ cells }) => cells)).toEqual([{ pubs: '12' }, { pubs: '0' }]);
  });

  it('is left to the plain table where its columns are named', () => {
    expect(hgncFormat.detects(TABLE, { termColumn: 'name', identifierColumn: 'symbol' })).toBe(false);
    expect(hgncFormat.detects(TABLE, { termColumn: 'term', identifierColumn: 'identifier' })).toBe(true);
  });

  it('leaves out rows without identifier, symbol or name, and keeps further names of a repeated identifier', () => {
    const text = `${TABLE}X,x,5,1\n,y,HGNC:8,1\nA1BG,another name,HGNC:5,12\n`;
    const { terms, warnings } = read('ontology', hgncFormat, text);
    expect(terms).toHaveLength(2);
    expect(terms[0]!.synonyms).toEqual([{ text: 'another name', scope: 'EXACT' }]);
    expect(warnings).toMatchObject([
      { line: 4, column: 5, message: expect.stringContaining('no HGNC identifier') },
      { line: 5, column: 1, message: expect.stringContaining('no symbol or no name') },
      { line: 6, column: 19, message: '"HGNC:5" stands on line 2 already; "another name" is kept as a synonym' },
    ]);
  });

  it('keeps every gene wherever the text is cut', () => {
    const gene = fc.record({ number: fc.nat(99_999), symbol: plainName, called: name, aliases: several(name) });
    const genes = fc.uniqueArray(gene, { minLength: 1, maxLength: 6, selector: ({ number }) => number });
    const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
    inAnyShape(
      genes,
      (rows) =>
        lines(
          ['hgnc_id', 'symbol', 'name', 'alias_name'],
          ...rows.map(({ number, symbol, called, aliases }) =>
            [`HGNC:${number}`, symbol, called, aliases.join('|')].map(quote),
          ),
        ),
      (rows, text, cuts) => {
        const { terms, warningCount } = read('ontology', hgncFormat, text, {}, cuts);
        expect(terms.map(({ id, symbol, label, synonyms }) => [id, symbol, label, synonyms])).toEqual(
          rows.map(({ number, symbol, called, aliases }) => [
            `HGNC:${number}`,
            symbol,
            called,
            aliases.map((each) => ({ text: each, scope: 'EXACT' })),
          ]),
        );
        expect(warningCount).toBe(0);
      },
    );
  });
});

const NCBI_COLUMNS =
  '#tax_id GeneID Symbol LocusTag Synonyms dbXrefs chromosome map_location description type_of_gene ' +
  'Symbol_from_nomenclature_authority Full_name_from_nomenclature_authority Nomenclature_status Other_designations ' +
  'Modification_date Feature_type';
interface NcbiGene {
  taxon?: string;
  gene: string;
  symbol: string;
  synonyms?: string;
  xrefs?: string;
  description?: string;
  authority?: [symbol: string, name: string];
  designations?: string;
}
const ncbiRow = ({ taxon = '9606', gene, symbol, synonyms = '-', xrefs = '-', description = '-', ...more }: NcbiGene) =>
  [taxon, gene, symbol, '-', synonyms, xrefs, '1', '1p1', description, 'protein-coding']
    .concat(more.authority ?? ['-', '-'])
    .concat(['O', more.designations ?? '-', '20310506', '-']);

describe('gene_info of NCBI Gene', () => {
  const { terms, warnings } = read(
    'ontology',
    ncbiGeneFormat,
    lines(
      NCBI_COLUMNS.split(' '),
      ncbiRow({
        gene: '1',
        symbol: 'A1BG',
        synonyms: 'A1B|ABG',
        xrefs: 'MIM:138670|HGNC:HGNC:5|Ensembl:ENSG01',
        description: 'a description',
        authority: ['A1BG', 'alpha-1-B "glyco" protein'],
        designations: 'epididymis protein|HEL-S-163pA',
      }),
      ncbiRow({
        taxon: '10090',
        gene: '117586',
        symbol: 'A1bg',
        xrefs: 'MGI:MGI:2152878',
        description: 'in the mouse',
      }),
      ncbiRow({ gene: '2', symbol: 'A1BGX', xrefs: 'HGNC:HGNC:5', description: 'doubtful' }),
      ncbiRow({ gene: '3', symbol: 'NEWENTRY', description: 'a record to be' }),
      ncbiRow({ gene: '4', symbol: 'NONAME' }),
    ),
  );

  it('gives the symbol and name of the authority, unofficial ones as related synonyms, and the HGNC identifier', () => {
    expect(terms[0]).toMatchObject({
      id: 'HGNC:5',
      label: 'alpha-1-B "glyco" protein',
      symbol: 'A1BG',
      namespace: 'NCBITaxon:9606',
      synonyms: ['A1B', 'ABG', 'epididymis protein', 'HEL-S-163pA'].map((text) => ({ text, scope: 'RELATED' })),
      xrefs: ['NCBIGene:1', 'MIM:138670', 'HGNC:HGNC:5', 'Ensembl:ENSG01'],
    });
  });

  it('keeps genes of other species under their GeneID, with the species as namespace', () => {
    expect(terms[1]).toMatchObject({ id: 'NCBIGene:117586', label: 'in the mouse', namespace: 'NCBITaxon:10090' });
  });

  it('lets one gene have an HGNC identifier, and leaves out what is no gene, each with a warning', () => {
    expect(terms.map(({ id }) => id)).toEqual(['HGNC:5', 'NCBIGene:117586', 'NCBIGene:2']);
    expect(warnings.map(({ line, message }) => [line, message])).toEqual([
      [4, "HGNC:5 is another gene's already; this gene is NCBIGene:2"],
      [5, 'the record stands for no gene yet; the row was left out'],
      [6, 'the gene has no symbol or no name; the row was left out'],
    ]);
  });

  it('may describe its columns in words, as older releases do', () => {
    const text = `#Format: ${NCBI_COLUMNS.slice(1)} (tab is used as a separator, pound sign - start of a comment)\n`;
    const row = lines(ncbiRow({ gene: '9', symbol: 'NAT1', description: 'N-acetyltransferase 1' }));
    const old = text.replace(/ \(.*\)/, '') + row;
    expect(read('ontology', ncbiGeneFormat, old).terms).toMatchObject([{ id: 'NCBIGene:9', symbol: 'NAT1' }]);
    expect(read('ontology', ncbiGeneFormat, text + row).terms).toMatchObject([{ id: 'NCBIGene:9' }]);
  });

  it('keeps every gene wherever the text is cut', () => {
    const gene = fc.record({ gene: fc.nat(99_999).map(String), symbol: plainName, description: plainName });
    inAnyShape(
      fc.uniqueArray(gene, { minLength: 1, maxLength: 6, selector: (each) => each.gene }),
      (rows) => lines(NCBI_COLUMNS.split(' '), ...rows.map(ncbiRow)),
      (rows, text, cuts) => {
        const { terms, warningCount } = read('ontology', ncbiGeneFormat, text, {}, cuts);
        expect(terms.map(({ id, symbol, label }) => [id, symbol, label])).toEqual(
          rows.map((row) => [`NCBIGene:${row.gene}`, row.symbol, row.description]),
        );
        expect(warningCount).toBe(0);
      },
    );
  });
});
