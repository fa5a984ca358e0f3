/** Where marks of estimates side by side stand, and the numbers behind them as a table. Pure. */
import type { LevelsData } from '../../../app/lessons/lesson-figures';
import type { ChartTable } from '../../charts/chart-table';

/** How far marks of one level stand apart, so that their intervals do not cover each other. */
const APART = 14;

/** Beside the middle of their level, in pixels. */
export function offsets(series: number): number[] {
  return Array.from({ length: series }, (_, index) => (index - (series - 1) / 2) * APART);
}

/** From 0 to 1 for shares that reach high, else to the next of a few round numbers. */
export function shareDomain(series: LevelsData['series']): [number, number] {
  const highest = Math.max(...series.flatMap(({ told }) => told.map(({ estimate }) => estimate.hi)));
  return [0, [0.25, 0.5, 1].find((end) => highest <= end) ?? 1];
}

export function levelsTable({ levels, series }: LevelsData, across: string): ChartTable {
  return {
    columns: [across, 'of', 'value', 'lower', 'upper', 'n', 'n counts', 'method'],
    rows: series.flatMap(({ label, told }) =>
      told.map(({ estimate: { value, lo, hi, n, method }, unit }, index) => [
        ...[levels[index]!, label, value, lo, hi, n, unit, method],
      ]),
    ),
  };
}
