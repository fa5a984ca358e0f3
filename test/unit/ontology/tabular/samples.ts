/** One small document of each tabular format, with what it should give. */
import type { SourceFormat } from '../../../../src/ontology/reader';
import { countsFormat, TABULAR_FORMATS } from '../../../../src/ontology/tabular';
import { lines } from './documents';

const gaf = (object: string, qualifier: string, term: string) => [
  'DB',
  object,
  'SYM',
  qualifier,
  term,
  'PMID:1',
  'IDA',
  '',
  'C',
  'name',
  'x|y',
  'protein',
  'taxon:9606',
  '20310506',
  'DB',
  '',
  '',
];
const hpoa = (disease: string, qualifier: string, id: string) => [
  disease,
  'a disease',
  qualifier,
  id,
  'PMID:1',
  'PCS',
  '',
  '1/2',
  '',
  '',
  'P',
  'HPO:x[2031-05-06]',
];
const ncbi = (taxon: string, gene: string, symbol: string, xrefs: string) => [
  taxon,
  gene,
  symbol,
  '-',
  'OLD|OLDER',
  xrefs,
  '1',
  '1p1',
  'a gene',
  'protein-coding',
  symbol,
  `gene ${gene}`,
  'O',
  '-',
  '20310506',
  '-',
];
const order = (number: number, code: string, text: string) =>
  `${String(number).padStart(5, '0')} ${code.padEnd(7)} 1 ${text.padEnd(60)} ${text}\n`;

export const SAMPLES: Record<string, string> = {
  gaf: `!gaf-version: 2.2\n!date-generated: 2031-05-06\n${lines(
    gaf('P1', 'part_of', 'GO:0005634'),
    gaf('P2', 'NOT|part_of', 'GO:0005634'),
    gaf('P2', 'located_in', 'GO:0005737'),
  )}`,
  hpoa: `#version: 2031-05-06\n${lines(
    'database_id disease_name qualifier hpo_id reference evidence onset frequency sex modifier aspect biocuration'.split(
      ' ',
    ),
    hpoa('OMIM:1', '', 'HP:0001250'),
    hpoa('OMIM:2', 'NOT', 'HP:0001250'),
    hpoa('ORPHA:3', '', 'HP:0000007'),
  )}`,
  'hpo-genes': lines(
    ['hpo_id', 'hpo_name', 'ncbi_gene_id', 'gene_symbol', 'disease_id'],
    ['HP:0000007', 'Recessive', '10', 'NAT2', 'OMIM:1'],
    ['HP:0001250', 'Seizure', '16', 'AARS1', 'OMIM:1'],
  ),
  sssom: `#license: https://example.org/l\n#mapping_set_version: 2031-05-06\n${lines(
    ['subject_id', 'subject_label', 'predicate_id', 'object_id', 'object_label', 'mapping_justification'],
    ['A:1', 'one', 'skos:exactMatch', 'B:1', '"the ""one"""', 'semapv:Manual'],
    ['A:2', '', 'skos:exactMatch', 'sssom:NoTermFound', '', 'semapv:Manual'],
  )}`,
  ctd:
    '# Report created: Wed May 6 2031\n# GeneSymbol,GeneID,DiseaseName,DiseaseID,DirectEvidence,OmimIDs,PubMedIDs\n#\n' +
    'A2M,2,"Diabetes, Type 2",MESH:D003924,marker/mechanism|therapeutic,,8146154|1\n' +
    'ABCB1,5243,Neoplasms,MESH:D009369,marker/mechanism,151623,2\n',
  'ncbi-gene': lines(
    '#tax_id GeneID Symbol LocusTag Synonyms dbXrefs chromosome map_location description type_of_gene'
      .split(' ')
      .concat('Symbol_from_nomenclature_authority', 'Full_name_from_nomenclature_authority', 'Nomenclature_status')
      .concat('Other_designations', 'Modification_date', 'Feature_type'),
    ncbi('9606', '1', 'A1BG', 'MIM:138670|HGNC:HGNC:5'),
    ncbi('10090', '2', 'A1bg', '-'),
  ),
  hgnc: lines(
    ['hgnc_id', 'symbol', 'name', 'status', 'alias_symbol', 'prev_name'],
    ['HGNC:5', 'A1BG', 'alpha-1-B glycoprotein', 'Approved', '"A1B|ABG"', ''],
    ['HGNC:1', 'A12', 'symbol withdrawn, see HGNC:8', 'Symbol Withdrawn', '', ''],
  ),
  icd10cm: order(1, 'A00', 'Cholera') + order(2, 'A000', 'Cholera due to Vibrio') + order(3, 'B01', 'Varicella'),
  table: 'term,identifier,n\nheart,X:1,5\n"blood, whole",X:2,\nliver,X:3,7\n',
  counts: 'label;id;how many\nheart;X:1;5\nblood;X:2;0\nliver;X:3;7.5\n',
};

/** All formats, counts among them. */
export const SAMPLED_FORMATS: readonly SourceFormat[] = [
  ...TABULAR_FORMATS,
  countsFormat({ identifierColumn: 'id', countColumn: 'how many' }),
];
