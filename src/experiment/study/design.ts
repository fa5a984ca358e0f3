/**
 * Rows of several runs as the matrix of one regression: which covariates can be used, which rows have them.
 *
 * Promises: what is left out is named. Must not know: which model is fitted.
 */
import type { StatsWarning } from '../../core/estimate';
import type { RiskInterval, RunPlace } from './digest';

/** A row with the run it comes from. */
export interface PlacedRow extends RiskInterval {
  place: RunPlace;
}

/** What runs differ in by design, as indicators of its levels but the first. */
export interface DesignFactor {
  name: string;
  levels: readonly string[];
}

export interface PooledDesign {
  rows: PlacedRow[];
  names: string[];
  /** rows × names. */
  x: Float64Array;
  warnings: StatsWarning[];
}

/** More rows without a value than this leave the covariate out instead of the rows. */
const LARGEST_GAP = 0.5;

interface Term {
  name: string;
  value(row: PlacedRow): number | null;
}

export function pooledDesign(
  rows: readonly PlacedRow[],
  covariates: readonly string[],
  factors: readonly DesignFactor[],
  stratumOf: (row: PlacedRow) => string | number,
): PooledDesign {
  const warnings: StatsWarning[] = [];
  const indicators: Term[] = factors.flatMap(({ name, levels }) =>
    levels.slice(1).map((level) => ({
      name: `${name}=${level}`,
      value: ({ place }) => Number(place.levels[name] === level),
    })),
  );
  const measured: Term[] = covariates.map((name) => ({ name, value: ({ values }) => values[name] ?? null }));
  const known = [...indicators, ...measured].filter((term) => {
    const gaps = rows.filter((row) => term.value(row) === null).length;
    if (rows.length === 0 || gaps <= LARGEST_GAP * rows.length) return true;
    warnings.push(unknown(term.name, gaps, rows.length));
    return false;
  });
  const kept = rows.filter((row) => known.every((term) => term.value(row) !== null));
  if (kept.length < rows.length) warnings.push(incomplete(known, rows, kept.length));
  const used = known.filter((term) => {
    if (kept.length === 0 || varies(kept, term, stratumOf)) return true;
    warnings.push(constant(term.name));
    return false;
  });
  const x = new Float64Array(kept.length * used.length);
  kept.forEach((row, i) => used.forEach((term, j) => (x[i * used.length + j] = term.value(row)!)));
  return { rows: kept, names: used.map(({ name }) => name), x, warnings };
}

/** In at least one stratum: what is the same for all of a stratum says nothing there. */
function varies(rows: readonly PlacedRow[], term: Term, stratumOf: (row: PlacedRow) => string | number): boolean {
  const first = new Map<string | number, number>();
  return rows.some((row) => {
    const [stratum, value] = [stratumOf(row), term.value(row)!];
    const other = first.get(stratum);
    if (other === undefined) first.set(stratum, value);
    return other !== undefined && other !== value;
  });
}

function unknown(name: string, gaps: number, rows: number): StatsWarning {
  return {
    code: 'missing-covariate',
    message: `${name} is unknown for ${gaps} of ${rows} rows, so it was left out.`,
    hint: 'Give its values (counts for popularity, samples before training for latent), or leave it out of analysis.covariates.',
  };
}

function incomplete(terms: readonly Term[], rows: readonly PlacedRow[], kept: number): StatsWarning {
  const lacking = terms.filter((term) => rows.some((row) => term.value(row) === null)).map(({ name }) => name);
  return {
    code: 'missing-values',
    message: `${rows.length - kept} of ${rows.length} rows were left out because ${lacking.join(', ')} is unknown there.`,
    hint: 'Check that values are missing by chance.',
  };
}

function constant(name: string): StatsWarning {
  return {
    code: 'constant',
    message: `${name} is the same in all rows that are compared, so it was left out.`,
    hint: 'Leave it out of analysis.covariates, or run facts in which it differs.',
  };
}
