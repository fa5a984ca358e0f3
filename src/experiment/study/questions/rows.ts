/** Lines of a summary from what was estimated: with the reason where nothing was. */
import type { Estimate, StatsWarning } from '../../../core/estimate';
import type { StudyRow } from '../../../records';
import { randomEffects, studentQuantile } from '../../../stats';
import type { Frame } from './types';

type Model = StudyRow['model'];

/** Counted over runs; no single one is named. */
function line(frame: Frame, model: Model, runs: number): Omit<StudyRow, 'estimate'> {
  return {
    ...frame,
    ...{ model, run: null, seed: null, runs, events: null },
    ...{ coefficient: null, notEstimated: null, warnings: [] },
  };
}

export function estimatedRow(
  frame: Frame,
  model: Model,
  runs: number,
  { warnings = [], ...estimate }: Estimate,
  more: Partial<Pick<StudyRow, 'coefficient' | 'test' | 'run' | 'seed' | 'events'>> = {},
): StudyRow {
  const { value, lo, hi, n, method } = estimate;
  return { ...line(frame, model, runs), ...more, estimate: { value, lo, hi, n, method }, warnings: [...warnings] };
}

export function refusedRow(
  frame: Frame,
  model: Model,
  runs: number,
  notEstimated: string,
  warnings: StatsWarning[] = [],
): StudyRow {
  return { ...line(frame, model, runs), estimate: null, notEstimated, warnings };
}

/** A value of one seed with its standard error. */
export interface SeedValue {
  seed: number;
  value: number;
  error: number;
}

export interface MeanOptions {
  level: number;
  /** What was done within each seed, told before the name of the mean. */
  within?: string;
  /** From the scale on which means are taken to that of the line. */
  back?: (value: number) => number;
  /** What the line cannot go beyond. */
  limits?: readonly [number, number];
  /** Whether its p, of a mean of 0, says anything. */
  tested?: boolean;
}

/** Random effects over seeds, Hartung–Knapp. */
export function meanRow(
  frame: Frame,
  model: 'mean over seeds' | 'paired by seed',
  seeds: readonly SeedValue[],
  { level, within, back = (value) => value, limits, tested = true }: MeanOptions,
): StudyRow {
  const usable = seeds.filter(({ value, error }) => Number.isFinite(value) && error > 0 && Number.isFinite(error));
  if (usable.length < 2) {
    const count = usable.length === 1 ? '1 seed has' : `${usable.length} seeds have`;
    return refusedRow(frame, model, usable.length, `${count} an estimate; a mean needs two or more`);
  }
  const { mean, p } = randomEffects(
    usable.map(({ value }) => value),
    usable.map(({ error }) => error),
    { level },
  );
  const se = (mean.hi - mean.value) / studentQuantile(1 - (1 - level) / 2, usable.length - 1);
  const cut = (value: number) => (limits ? Math.min(limits[1], Math.max(limits[0], value)) : value);
  const [value, lo, hi] = [mean.value, mean.lo, mean.hi].map(back) as [number, number, number];
  const limited = limits && (lo < limits[0] || hi > limits[1]) ? `, limited to ${limits[0]}…${limits[1]}` : '';
  const method = `${within ? `${within}; ` : ''}${mean.method}${limited}`;
  return estimatedRow(
    frame,
    model,
    usable.length,
    { value, lo: cut(lo), hi: cut(hi), n: mean.n, method, warnings: mean.warnings ?? [] },
    tested ? { coefficient: { beta: mean.value, se, p } } : {},
  );
}
