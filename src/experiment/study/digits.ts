/**
 * Numbers as a summary writes them.
 *
 * Promises: twelve significant digits, in which engines of JavaScript agree; the last bits of their exp, log and pow differ,
 * and page and terminal need not run in the same one.
 */
import type { StudyRow } from '../../records';

const DIGITS = 12;

export function withDigits(row: StudyRow): StudyRow {
  return {
    ...row,
    estimate: row.estimate && rounded(row.estimate),
    coefficient: row.coefficient && rounded(row.coefficient),
    ...(row.test && { test: rounded(row.test) }),
  };
}

function rounded<T extends object>(values: T): T {
  const entries = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'number' ? round(value) : value,
  ]);
  return Object.fromEntries(entries) as T;
}

const round = (value: number) => Number(value.toPrecision(DIGITS));
