/**
 * The numbers behind a chart, as one table: its twin on the page and its CSV are made from this and nothing else.
 */
export type Cell = string | number | null;

export interface ChartTable {
  columns: string[];
  rows: Cell[][];
}

/** RFC 4180, with a header line; missing values are empty. */
export function toCsv({ columns, rows }: ChartTable): string {
  const field = (cell: Cell) => {
    const text = cell === null ? '' : String(cell);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [columns, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

/** Short form for the eye; the CSV keeps every digit. */
export function cellText(cell: Cell): string {
  if (cell === null) return '–';
  if (typeof cell === 'string' || Number.isInteger(cell)) return String(cell);
  return Math.abs(cell) < 1e-3 ? cell.toExponential(2) : String(Number(cell.toPrecision(4)));
}

/** What a chart hands over for saving. */
export type { ChartFile as Export } from '../../app/exports';
