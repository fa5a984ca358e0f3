/** Genes and diseases of CTD, and mapping sets of SSSOM. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ctdFormat } from '../../../../src/ontology/tabular/ctd';
import { sssomFormat } from '../../../../src/ontology/tabular/sssom';
import { parsed } from '../sources';
import { thrownBy } from '../thrown';
import { inAnyShape, lines, name, plainName, quoted, read } from './documents';

const COMMENTS = `# The Comparative Toxicogenomics Database (CTD) - http://example.org/
#
# Use is governed by terms found at http://example.org/about/legal
# Report created: Wed May 6 07:08:09 EDT 2031
#
# Fields:
# GeneSymbol,GeneID,DiseaseName,DiseaseID,DirectEvidence,OmimIDs,PubMedIDs
#
`;
const HEADER = 'GeneSymbol,GeneID,DiseaseName,DiseaseID,DirectEvidence,OmimIDs,PubMedIDs\n';
const ROWS = `A2M,2,"Diabetes Mellitus, Type 2",MESH:D003924,marker/mechanism|therapeutic,,8146154|1
ABCB1,5243,Neoplasms,MESH:D009369,marker/mechanism,,2
A2M,2,Neoplasms,MESH:D009369,,151623,3
`;

describe('genes and diseases of CTD', () => {
  it('give associations with their kinds of evidence, release and terms of use', () => {
    const associations = read('associations', ctdFormat, COMMENTS + ROWS);
    expect(associations.rows).toEqual([
      {
        subjectId: 'NCBIGene:2',
        subjectLabel: 'A2M',
        objectId: 'MESH:D003924',
        objectLabel: 'Diabetes Mellitus, Type 2',
        evidence: ['marker/mechanism', 'therapeutic'],
      },
      expect.objectContaining({ subjectId: 'NCBIGene:5243', evidence: ['marker/mechanism'] }),
      expect.objectContaining({ subjectId: 'NCBIGene:2', objectId: 'MESH:D009369', evidence: [] }),
    ]);
    expect(associations).toMatchObject({
      subject: 'gene',
      object: 'disease',
      name: 'Comparative Toxicogenomics Database',
      version: 'Wed May 6 07:08:09 EDT 2031',
      licence: 'http://example.org/about/legal',
      warningCount: 0,
    });
  });

  it('are the same with the header in a row, and without any header', () => {
    const { rows } = read('associations', ctdFormat, COMMENTS + ROWS);
    for (const text of [COMMENTS + HEADER + ROWS, HEADER + ROWS, ROWS]) {
      expect(read('associations', ctdFormat, text).rows).toEqual(rows);
    }
  });

  it('may be inferred over chemicals: nine columns, one association with all evidence for each two', () => {
    const inferred = 'A2M,2,Edema,MESH:D004487,,Aspirin,4.1,,1\nA2M,2,Edema,MESH:D004487,therapeutic,,,,2\n';
    expect(read('associations', ctdFormat, inferred).rows).toMatchObject([{ evidence: ['therapeutic'] }]);
  });

  it('leave out rows without a gene or a disease, and say where', () => {
    const text = `${HEADER}${ROWS}A2M,,Edema,MESH:D004487,,,1\nA2M,2,Edema,D004487,,,1\nA2M,2,,MESH:D004487,,,1\n`;
    expect(read('associations', ctdFormat, text).warnings).toMatchObject([
      { line: 5, column: 5, message: expect.stringContaining('no NCBI gene identifier') },
      { line: 6, column: 13, message: expect.stringContaining('no disease identifier') },
      { line: 7, column: 7, message: expect.stringContaining('the name is empty') },
    ]);
  });

  it('are refused where a row breaks off, and where no row is left', () => {
    const cut = COMMENTS + ROWS.slice(0, ROWS.indexOf(',marker/mechanism,,2'));
    expect(thrownBy(() => read('associations', ctdFormat, cut)).message).toMatch(
      /^file, line 10, column \d+: this row has 4/,
    );
    expect(thrownBy(() => read('associations', ctdFormat, COMMENTS + HEADER)).code).toBe('ontology-empty');
  });

  it('survive whole, wherever the text is cut', () => {
    const association = fc.record({
      gene: fc.nat(9999),
      symbol: plainName,
      disease: name,
      number: fc.nat(9999),
      evidence: fc.subarray(['marker/mechanism', 'therapeutic']),
    });
    inAnyShape(
      fc.uniqueArray(association, { minLength: 1, maxLength: 6, selector: ({ gene, number }) => `${gene} ${number}` }),
      (rows) =>
        HEADER +
        rows
          .map(({ gene, symbol, disease, number, evidence }) =>
            [symbol, `${gene}`, disease, `OMIM:${number}`, evidence.join('|'), '', '1|2'].map(quoted).join(','),
          )
          .join('\n') +
        '\n',
      (rows, text, cuts) => {
        const associations = read('associations', ctdFormat, text, {}, cuts);
        expect(associations.rows).toEqual(
          rows.map(({ gene, symbol, disease, number, evidence }) => ({
            subjectId: `NCBIGene:${gene}`,
            subjectLabel: symbol,
            objectId: `OMIM:${number}`,
            objectLabel: disease,
            evidence,
          })),
        );
        expect(associations.warningCount).toBe(0);
      },
    );
  });
});

const SSSOM_COLUMNS = [
  'subject_id',
  'subject_label',
  'predicate_id',
  'object_id',
  'object_label',
  'mapping_justification',
];
const METADATA = `#curie_map:
#  license: not this one
# license: "https://example.org/licence"
# mapping_set_id: https://example.org/set
# mapping_set_version: 2031-05-06
`;

describe('an SSSOM mapping set', () => {
  it('gives its rows, with version and licence of the embedded metadata', () => {
    const text = METADATA + lines(SSSOM_COLUMNS, ['A:1', 'one', 'skos:exactMatch', 'B:1', '', 'semapv:Manual']);
    expect(read('mappings', sssomFormat, text)).toMatchObject({
      version: '2031-05-06',
      licence: 'https://example.org/licence',
      name: 'https://example.org/set',
      rows: [
        { subjectId: 'A:1', subjectLabel: 'one', predicate: 'skos:exactMatch', objectId: 'B:1', objectLabel: null },
      ],
      warnings: [],
    });
  });

  it('leaves out rows that deny a mapping or lack a side, and says where', () => {
    const text = lines(
      ['subject_id', 'predicate_modifier', 'predicate_id', 'object_id'],
      ['A:1', '', 'skos:exactMatch', 'B:1'],
      ['A:2', 'Not', 'skos:exactMatch', 'B:2'],
      ['A:3', '', 'skos:exactMatch', 'sssom:NoTermFound'],
      ['A:4', '', '', 'B:4'],
    );
    const { rows, warnings } = read('mappings', sssomFormat, text);
    expect(rows).toHaveLength(1);
    expect(warnings).toMatchObject([
      { line: 3, column: 5, message: expect.stringContaining('denies') },
      { line: 4, column: 22, message: expect.stringContaining('no mapping') },
      { line: 5, column: 6, message: expect.stringContaining('empty') },
    ]);
  });

  it('is refused without a column of objects, listing those there are', () => {
    const error = thrownBy(() => parsed(sssomFormat.open('m', {}), 'subject_id\tpredicate_id\nA:1\tp\n'));
    expect(error.message).toBe(
      'm, line 1, column 1: there is no column "object_id"; its columns are "subject_id", "predicate_id"',
    );
  });

  it('survives whole, wherever the text is cut', () => {
    const label = fc.option(name, { nil: null });
    const id = fc.nat(999).map((number) => `X:${number}`);
    const row = fc.record({
      subjectId: id,
      subjectLabel: label,
      predicate: fc.constantFrom('skos:exactMatch', 'skos:broadMatch'),
      objectId: id,
      objectLabel: label,
    });
    const quote = (text: string) => (text.includes('"') ? `"${text.replaceAll('"', '""')}"` : text);
    inAnyShape(
      fc.array(row, { minLength: 1, maxLength: 6 }),
      (rows) =>
        METADATA +
        lines(
          SSSOM_COLUMNS,
          ...rows.map(({ subjectId, subjectLabel, predicate, objectId, objectLabel }) =>
            [subjectId, subjectLabel ?? '', predicate, objectId, objectLabel ?? '', 'semapv:Manual'].map(quote),
          ),
        ),
      (rows, text, cuts) => {
        expect(read('mappings', sssomFormat, text, {}, cuts)).toMatchObject({ rows, warningCount: 0 });
      },
    );
  });
});
