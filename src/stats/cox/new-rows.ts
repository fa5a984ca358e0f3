/** Rows to predict for, checked against the fit and put on its scale. Must not know: what is predicted. */
import { badInput } from '../checks';
import type { FittedRows } from './fitted-rows';

const NAME = 'Cox prediction';
/** exp of more is no finite number. */
const LARGEST_LOG_RISK = 700;

/** m rows with the fit's p covariates in its order. */
export interface CoxNewRows {
  /** m × p. */
  x: Float64Array;
  /** The stratum of each row. */
  strata?: ArrayLike<number | string>;
  /** Default 0. */
  offset?: ArrayLike<number>;
}

export interface PlacedRows {
  count: number;
  /** m × q: kept covariates minus the prepared rows' means. */
  x: Float64Array;
  /** m, on the scale of `FittedRows.eta`. */
  eta: Float64Array;
  /** m stratum indices; null where none were given. */
  stratum: Int32Array | null;
}

/** Throws `stats-input` for wrong sizes, numbers that are not finite, risks beyond them, and strata that the fit does not know. */
export function placeRows({ rows, kept, beta, shift }: FittedRows, given: CoxNewRows): PlacedRows {
  const { p, names, means } = rows;
  const count = p === 0 ? (given.offset?.length ?? given.strata?.length ?? 1) : given.x.length / p;
  if (!Number.isInteger(count)) {
    const problem = `x has ${given.x.length} values, not a multiple of the fit's ${p} covariates`;
    throw badInput(NAME, problem, `Give one value per covariate: ${names.join(', ')}.`);
  }
  requireLength('strata', given.strata, count);
  requireLength('offset', given.offset, count);
  const q = kept.length;
  const x = new Float64Array(count * q);
  const eta = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    eta[i] = given.offset?.[i] ?? 0;
    if (!Number.isFinite(eta[i])) throw notFinite(i, 'offset', eta[i]!);
    for (let j = 0; j < p; j++) {
      if (!Number.isFinite(given.x[i * p + j])) throw notFinite(i, names[j]!, given.x[i * p + j]!);
    }
    for (let k = 0; k < q; k++) {
      const value = given.x[i * p + kept[k]!]! - means[kept[k]!]!;
      x[i * q + k] = value;
      eta[i]! += value * beta[k]!;
    }
  }
  const limit = shift.reduce((low, value) => Math.min(low, value), Infinity) + LARGEST_LOG_RISK;
  const far = eta.findIndex((value) => value > limit);
  if (far >= 0) {
    const problem = `row ${far + 1} is so far from the fitted rows that its relative risk is no finite number`;
    throw badInput(NAME, problem, 'Give covariates in the units of the fit, within what it has seen.');
  }
  return { count, x, eta, stratum: given.strata ? stratumIndices(rows.strata, given.strata) : null };
}

/** Stratum index of each row, or the only stratum's; throws where the fit has several and none were given. */
export function requireStrata({ rows }: FittedRows, { stratum, count }: PlacedRows): Int32Array {
  if (stratum !== null) return stratum;
  if (rows.strata.length === 1) return new Int32Array(count);
  const problem = `the fit has ${rows.strata.length} strata, but the new rows name none`;
  throw badInput(NAME, problem, 'Give the stratum of each row: each has its own baseline hazard.');
}

function stratumIndices(known: readonly (number | string)[], given: ArrayLike<number | string>): Int32Array {
  const indexOf = new Map(known.map((label, index) => [label, index]));
  return Int32Array.from(
    Array.from(given).map((label, i) => {
      const index = indexOf.get(label);
      if (index !== undefined) return index;
      const problem = `row ${i + 1}: the fit has no stratum ${label}`;
      throw badInput(NAME, problem, `Give one of: ${known.slice(0, 10).join(', ')}.`);
    }),
  );
}

function requireLength(what: string, values: ArrayLike<unknown> | undefined, count: number): void {
  if (values === undefined || values.length === count) return;
  throw badInput(NAME, `there are ${count} rows but ${values.length} values of ${what}`, 'Give one value per row.');
}

function notFinite(row: number, what: string, value: number): Error {
  return badInput(NAME, `row ${row + 1}: ${what} is ${value}`, 'Give a finite number.');
}
