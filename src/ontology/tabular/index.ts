/** Formats of rows and columns, and the numbers that tables hold per identifier. */
import type { SourceFormat } from '../reader';
import { ctdFormat } from './ctd';
import { gafFormat } from './gaf';
import { hgncFormat } from './hgnc';
import { hpoaFormat, hpoGenesFormat } from './hpoa';
import { icd10cmFormat } from './icd10cm';
import { ncbiGeneFormat } from './ncbi-gene';
import { sssomFormat } from './sssom';
import { tableFormat } from './table';

/** The strictest signature first, plain tables last. */
export const TABULAR_FORMATS: readonly SourceFormat[] = [
  gafFormat,
  hpoaFormat,
  hpoGenesFormat,
  sssomFormat,
  ctdFormat,
  ncbiGeneFormat,
  hgncFormat,
  icd10cmFormat,
  tableFormat,
];

export { countsFormat, readCounts, type Counts, type CountsOptions } from './counts';
export { inspectTable, type TableColumn, type TableInspection } from './inspect';
export { readNumberColumns, type NumberColumns, type NumberColumnsOptions } from './number-columns';
