/** Standardised covariates: the fit's arithmetic then does not depend on the caller's units. */
import type { PreparedCox } from './prepare';

export interface Standardised {
  /** Indices of the caller's covariates that are in `x`. */
  kept: readonly number[];
  /** n × q by position. */
  x: Float64Array;
  /** q spreads: a coefficient in the caller's units is the standardised one divided by its spread. */
  spread: Float64Array;
}

/** A column whose values differ by no more than this share of their mean differs by rounding only. */
const ROUNDING = 1e-13;

/** Columns that vary, divided by their weighted standard deviation; and the indices of those that do not. */
export function standardise({ n, p, x, means, weights }: PreparedCox): Standardised & { constant: number[] } {
  const largest = new Float64Array(p);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < p; j++) largest[j] = Math.max(largest[j]!, Math.abs(x[i * p + j]!));
  }
  const isConstant = (j: number): boolean => largest[j]! <= ROUNDING * Math.abs(means[j]!);
  const kept = Array.from({ length: p }, (_, j) => j).filter((j) => !isConstant(j));
  const constant = Array.from({ length: p }, (_, j) => j).filter(isConstant);
  const spread = new Float64Array(kept.length);
  let total = 0;
  for (let i = 0; i < n; i++) {
    total += weights[i]!;
    for (let k = 0; k < kept.length; k++) spread[k]! += weights[i]! * (x[i * p + kept[k]!]! / largest[kept[k]!]!) ** 2;
  }
  for (let k = 0; k < kept.length; k++) spread[k] = largest[kept[k]!]! * Math.sqrt(spread[k]! / total);
  const scaled = new Float64Array(n * kept.length);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < kept.length; k++) scaled[i * kept.length + k] = x[i * p + kept[k]!]! / spread[k]!;
  }
  return { kept, x: scaled, spread, constant };
}

/** Without the columns that `drop` marks. */
export function withoutColumns({ kept, x, spread }: Standardised, drop: readonly boolean[]): Standardised {
  const width = kept.length;
  const left = kept.map((_, k) => k).filter((k) => !drop[k]);
  const rows = width === 0 ? 0 : x.length / width;
  const narrow = new Float64Array(rows * left.length);
  for (let i = 0; i < rows; i++) left.forEach((k, a) => (narrow[i * left.length + a] = x[i * width + k]!));
  return { kept: left.map((k) => kept[k]!), x: narrow, spread: Float64Array.from(left, (k) => spread[k]!) };
}

/** Standardised coefficients (q) as p coefficients in the caller's units, 0 where not in the model. */
export function unscaledVector({ kept, spread }: Standardised, values: Float64Array, p: number): Float64Array {
  const full = new Float64Array(p);
  kept.forEach((j, k) => (full[j] = values[k]! / spread[k]!));
  return full;
}

/** A variance of standardised coefficients (q × q) as p × p in the caller's units. */
export function unscaledMatrix({ kept, spread }: Standardised, values: Float64Array, p: number): Float64Array {
  const q = kept.length;
  const full = new Float64Array(p * p);
  kept.forEach((i, a) => kept.forEach((j, b) => (full[i * p + j] = values[a * q + b]! / spread[a]! / spread[b]!)));
  return full;
}
