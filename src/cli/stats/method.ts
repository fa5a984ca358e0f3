/** What a method of `ontoscope stats` is, and how its answer is laid out. */
import type { ParseArgsConfig } from 'node:util';
import type { Estimate, StatsWarning } from '../../core/estimate';
import type { DataTable } from './data';

export type Options = NonNullable<ParseArgsConfig['options']>;
export type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

export interface Answer {
  /** One JSON document. */
  json: Record<string, unknown>;
  /** The same for people. */
  lines: string[];
  warnings: readonly StatsWarning[];
  /** Rows left out by column, because a value was missing. */
  dropped?: Readonly<Record<string, number>>;
}

export interface Method {
  /** One line for the list. */
  about: string;
  /** Arguments and what they mean. */
  help: string;
  options: Options;
  /** Reads a table given as positional argument; absent: the method needs none. */
  table: boolean;
  run(values: Values, table: DataTable | null): Answer;
}

/** Columns of equal width, text to the left, numbers to the right. */
export function layout(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const texts = [header.map(String), ...rows.map((row) => row.map(String))];
  const widths = header.map((_, column) => Math.max(...texts.map((row) => (row[column] ?? '').length)));
  return texts.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
}

export function number(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined) return '–';
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 10 ** -digits || size >= 1e7)) return value.toExponential(digits - 1);
  return value.toFixed(size >= 1000 ? 1 : digits);
}

export function pValue(p: number | null): string {
  if (p === null) return '–';
  return p < 1e-4 ? p.toExponential(2) : p.toFixed(4);
}

export function interval(estimate: Estimate | null): string {
  return estimate === null ? '–' : `${number(estimate.value)} [${number(estimate.lo)}, ${number(estimate.hi)}]`;
}
