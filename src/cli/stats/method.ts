/** What a method of `ontoscope stats` is, and how its answer is laid out. */
import type { ParseArgsConfig } from 'node:util';
import type { Estimate, StatsWarning } from '../../core/estimate';
import { shorten } from '../../core/text-fault';
import type { DataTable } from './table';
import type { Given } from './values';

export type Options = NonNullable<ParseArgsConfig['options']>;

export interface Answer {
  /** One JSON document. */
  json: Record<string, unknown>;
  /** The same for people. */
  lines: string[];
  warnings: readonly StatsWarning[];
  /** Rows left out by column, because a value was missing. */
  dropped?: Readonly<Record<string, number>>;
}

interface Described {
  /** One line for the list. */
  about: string;
  /** Arguments and what they mean. */
  help: string;
  options: Options;
}

/** `table`: whether a table is given as positional argument. */
export type Method = Described &
  (
    | { table: 'needed'; run(given: Given, table: DataTable): Answer }
    | { table: 'optional'; run(given: Given, table: DataTable | null): Answer }
    | { table: 'none'; run(given: Given): Answer }
  );

/** Columns of equal width, text to the left, numbers to the right. */
export function layout(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const texts = [header, ...rows].map((row) => row.map((cell) => shorten(String(cell))));
  const widths = header.map((_, column) => texts.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), 0));
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

/** A time as it stands in the file: 5, 2.5, not 5.0000. */
export function time(value: number): string {
  return String(Number(value.toPrecision(8)));
}

export function pValue(p: number | null | undefined): string {
  if (p === null || p === undefined) return '–';
  return p < 1e-4 ? p.toExponential(2) : p.toFixed(4);
}

export function interval(estimate: Estimate | null): string {
  return estimate === null ? '–' : `${number(estimate.value)} [${number(estimate.lo)}, ${number(estimate.hi)}]`;
}
