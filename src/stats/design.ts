/**
 * Design matrices: table columns to the numbers a regression takes.
 *
 * Promises: treatment contrasts as R's model.matrix makes them; every factor says its levels, so that new rows can be
 * coded alike; rows with missing values are left out and counted. Must not know: which regression.
 */
import type { StatsWarning } from '../core/estimate';
import { badInput } from './checks';

export type Level = string | number | boolean;
/** One value per row; null (or NaN) is missing. */
export type Column = readonly (Level | null)[];
export type Table = Readonly<Record<string, Column>>;

export interface DesignSpec {
  /** Columns of the table: numbers enter as they are, text and true/false as factors. */
  covariates: readonly string[];
  /** Covariates to treat as factors although numeric, or with a chosen reference level (default: the first, sorted). */
  factors?: Readonly<Record<string, { reference?: Level }>>;
  /** Products of two or more covariates, each of them in `covariates` too. */
  interactions?: readonly (readonly string[])[];
  /** Other columns a row must have to be kept: times, events, weights. */
  required?: readonly string[];
  /** Begin with a column of ones. Default false: a Cox model has none. */
  intercept?: boolean;
  /** Levels of factors from an earlier matrix, the reference first: codes new rows alike. */
  levels?: Readonly<Record<string, readonly Level[]>>;
}

export interface DesignMatrix {
  /** n × p, row-major, rows in the table's order. */
  x: Float64Array;
  n: number;
  p: number;
  /** `age`, `sex=2`, `age:sex=2`. */
  names: string[];
  /** The covariate or interaction that each column belongs to: `sex`, `age:sex`. */
  terms: string[];
  /** Row of the table of each row of `x`. */
  rows: Int32Array;
  /** Rows left out because a value was missing. */
  dropped: number;
  /** Levels of each factor, the reference first. */
  levels: Record<string, Level[]>;
  warnings: StatsWarning[];
}

const NAME = 'Design matrix';

/** A covariate as its columns: one for a number, one for each level but the reference for a factor. */
interface Coded {
  names: string[];
  columns: Float64Array[];
}

/** The matrix of a table. Throws `stats-input` naming the column, and the row (1-based) where there is one. */
export function modelMatrix(table: Table, spec: DesignSpec): DesignMatrix {
  const { covariates, interactions = [], required = [], intercept = false } = spec;
  const total = check(table, spec);
  const needed = [...covariates, ...required].map((name) => table[name]!);
  const rows = Int32Array.from({ length: total }, (_, i) => i).filter((i) =>
    needed.every((column) => !isMissing(column[i]!)),
  );
  if (rows.length === 0) throw badInput(NAME, 'no row has all values', 'Leave out the covariate that is missing most.');
  const levels: Record<string, Level[]> = {};
  const warnings: StatsWarning[] = rows.length < total ? [missing(total - rows.length, total)] : [];
  const coded = new Map(covariates.map((name) => [name, code(name, table[name]!, rows, spec, levels)]));
  for (const [name, { columns }] of coded) if (columns.length === 0) warnings.push(oneLevel(name));

  const names: string[] = [];
  const terms: string[] = [];
  const columns: Float64Array[] = [];
  const add = (term: string, part: Coded): void => {
    names.push(...part.names);
    columns.push(...part.columns);
    terms.push(...part.names.map(() => term));
  };
  if (intercept) add('(intercept)', { names: ['(intercept)'], columns: [new Float64Array(rows.length).fill(1)] });
  for (const [name, part] of coded) add(name, part);
  for (const parts of interactions) add(parts.join(':'), parts.map((name) => coded.get(name)!).reduce(product));
  const p = columns.length;
  const x = new Float64Array(rows.length * p);
  columns.forEach((column, j) => column.forEach((value, i) => (x[i * p + j] = value)));
  return { x, n: rows.length, p, names, terms, rows, dropped: total - rows.length, levels, warnings };
}

function check(table: Table, { covariates, interactions = [], required = [], factors = {} }: DesignSpec): number {
  let total: number | undefined;
  for (const name of [...covariates, ...required]) {
    const column = Object.hasOwn(table, name) ? table[name] : undefined;
    if (column === undefined) {
      throw badInput(NAME, `there is no column ${name}`, `The columns are ${Object.keys(table).join(', ')}.`);
    }
    total ??= column.length;
    if (column.length === total) continue;
    const problem = `column ${name} has ${column.length} rows, the first column has ${total}`;
    throw badInput(NAME, problem, 'Give one value per row.');
  }
  const repeated = covariates.find((name, i) => covariates.indexOf(name) !== i);
  if (repeated !== undefined) throw badInput(NAME, `${repeated} is given twice`, 'Name each covariate once.');
  for (const name of Object.keys(factors)) {
    if (!covariates.includes(name)) throw badInput(NAME, `factor ${name} is no covariate`, 'Add it to covariates.');
  }
  for (const parts of interactions) {
    const absent = parts.find((name) => !covariates.includes(name));
    if (absent !== undefined) {
      const problem = `interaction ${parts.join(':')} needs ${absent} as a covariate of its own`;
      throw badInput(NAME, problem, 'Add it to covariates: a product alone cannot be interpreted.');
    }
    if (parts.length < 2 || new Set(parts).size < parts.length) {
      throw badInput(NAME, `interaction ${parts.join(':')} is no product`, 'Name two or more different covariates.');
    }
  }
  if (total === undefined) throw badInput(NAME, 'there are no covariates', 'Name at least one covariate.');
  return total;
}

function isMissing(value: Level | null): boolean {
  return value === null || value === undefined || Number.isNaN(value);
}

function code(
  name: string,
  column: Column,
  rows: Int32Array,
  { factors = {}, levels: known = {} }: DesignSpec,
  levels: Record<string, Level[]>,
): Coded {
  const isFactor =
    Object.hasOwn(factors, name) ||
    Object.hasOwn(known, name) ||
    Array.prototype.some.call(rows, (i: number) => typeof column[i] !== 'number');
  if (!isFactor) {
    const values = Float64Array.from(rows, (row) => {
      const value = column[row] as number;
      if (Number.isFinite(value)) return value;
      throw badInput(NAME, `row ${row + 1}: ${name} is ${value}`, 'Give a finite number, or leave the value out.');
    });
    return { names: [name], columns: [values] };
  }
  const present = [...new Set(Array.from(rows, (row) => column[row]!))].sort(byLevel);
  const chosen = known[name] ?? referenceFirst(name, present, factors[name]?.reference);
  const unknown = present.find((level) => !chosen.includes(level));
  if (unknown !== undefined) {
    const row = rows.find((i) => column[i] === unknown)! + 1;
    const hint = `Known levels are ${chosen.join(', ')}.`;
    throw badInput(NAME, `row ${row}: ${name} has the unknown level ${unknown}`, hint);
  }
  levels[name] = [...chosen];
  const others = chosen.slice(1);
  return {
    names: others.map((level) => `${name}=${level}`),
    columns: others.map((level) => Float64Array.from(rows, (row) => (column[row] === level ? 1 : 0))),
  };
}

function byLevel(a: Level, b: Level): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a) < String(b) ? -1 : 1;
}

function referenceFirst(name: string, present: readonly Level[], reference: Level | undefined): readonly Level[] {
  if (reference === undefined) return present;
  // A reference often comes from a text field: '1' names the number 1.
  const first =
    present.find((level) => level === reference) ?? present.find((level) => String(level) === String(reference));
  if (first === undefined) {
    const hint = `Choose one of ${present.join(', ')}.`;
    throw badInput(NAME, `${name} has no level ${reference} to refer to`, hint);
  }
  return [first, ...present.filter((level) => level !== first)];
}

/** Columns of a product: the first factor's levels vary fastest. */
function product(a: Coded, b: Coded): Coded {
  const pairs = b.columns.flatMap((_, j) => a.columns.map((__, i) => [i, j] as const));
  return {
    names: pairs.map(([i, j]) => `${a.names[i]}:${b.names[j]}`),
    columns: pairs.map(([i, j]) => a.columns[i]!.map((value, row) => value * b.columns[j]![row]!)),
  };
}

function missing(dropped: number, total: number): StatsWarning {
  return {
    code: 'missing-values',
    message: `${dropped} of ${total} rows were left out because a value was missing.`,
    hint: 'Check that rows are missing by chance; leave out covariates that are often missing.',
  };
}

function oneLevel(name: string): StatsWarning {
  return {
    code: 'constant',
    message: `${name} has one level only, so it has no coefficient.`,
    hint: 'Leave it out, or give rows in which it differs.',
  };
}
