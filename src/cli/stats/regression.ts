/** Covariates of a table as a design matrix: what the regressions share. */
import { modelMatrix, type Column, type DesignMatrix, type Level } from '../../stats';
import type { Columns, CompleteRows } from './columns';
import type { DataTable } from './table';
import type { Given } from './values';

export const REGRESSION_OPTIONS = {
  covariates: { type: 'string', multiple: true },
  factor: { type: 'string', multiple: true },
  interaction: { type: 'string', multiple: true },
  cluster: { type: 'string' },
  weights: { type: 'string' },
  offset: { type: 'string' },
} as const;

export const REGRESSION_HELP = `  --covariates a,b     columns to regress on; text needs --factor. A name with a comma in quotes: '"a,b",c'
  --factor c[=LEVEL]   a categorical covariate, with its reference level (default: the first, sorted)
  --interaction a:b    product of two covariates, or more
  --cluster ID         rows of one value are not independent: grouped robust standard errors
  --weights W          case weights
  --offset O           known part of the linear predictor`;

export interface Regression {
  rows: CompleteRows;
  design: DesignMatrix;
}

/** `columns`: those that the regression needs besides. */
export function regressionOf(given: Given, table: DataTable, columns: Columns): Regression {
  const factors = new Map<string, { reference?: Level }>();
  for (const text of given.list('factor')) {
    const at = text.indexOf('=');
    factors.set(at < 0 ? text : text.slice(0, at), at < 0 ? {} : { reference: text.slice(at + 1) });
  }
  const covariates = [...new Set([...given.list('covariates'), ...factors.keys()])];
  if (covariates.length === 0) throw given.fault(`${given.command} needs --covariates.`);
  const interactions = given.list('interaction').map((text) => text.split(':'));
  for (const parts of interactions) {
    const absent = parts.find((name) => !covariates.includes(name));
    if (absent === undefined && parts.length > 1 && new Set(parts).size === parts.length) continue;
    const problem = absent === undefined ? 'two different covariates' : `“${absent}” among --covariates`;
    throw given.fault(`--interaction ${parts.join(':')} needs ${problem}.`);
  }
  columns.labels('cluster').numbers('weights').numbers('offset');
  const part = (name: string) => `covariate ${name}`;
  for (const name of covariates) {
    const cells = factors.has(name) ? table.levels(name, 'factor') : table.numbers(name, 'covariates');
    columns.add(part(name), { name, cells });
  }
  const rows = columns.complete();
  const picked = Object.fromEntries(covariates.map((name) => [name, rows.cells(part(name)) as Column]));
  const design = rows.run(() =>
    modelMatrix(picked, { covariates, factors: Object.fromEntries(factors), interactions }),
  );
  return { rows, design };
}
