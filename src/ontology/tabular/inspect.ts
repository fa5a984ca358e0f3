/**
 * What the columns of a table look like, and which of them may be the term, the identifier and a popularity.
 *
 * Promises: a guess to show beside the columns, never a decision; works on the beginning of a file.
 * Must not know: terminologies.
 */
import { parseDecimal } from '../../core/decimal';
import { type Delimiter, type DelimitedRow } from '../../core/delimited';
import { firstRows } from './reading';
import { isUnknown } from './number-table';

const SIGHTED_ROWS = 500;
const SHOWN_SAMPLES = 5;
const SAMPLE_CHARACTERS = 80;

export interface TableColumn {
  name: string;
  /** The first five different cells that are not empty. */
  samples: string[];
  /** True if nearly all cells that are not empty are numbers. */
  numeric: boolean;
  /** Different cells over cells that are not empty, of the rows looked at; 0 where all are empty. */
  distinctShare: number;
}

export interface TableInspection {
  delimiter: Delimiter;
  columns: TableColumn[];
  /** Names of columns; null where none fits. */
  guess: { term: string | null; identifier: string | null; count: string | null };
}

/** A column with what speaks for its parts, each from 0 to 1. */
interface Sighted extends TableColumn {
  filled: number;
  /** Share of cells like HP:0001250, E30.1, TP53: no blanks; a digit, a colon or capitals only. */
  codes: number;
  /** Share of cells with a word of small letters. */
  words: number;
  negative: boolean;
}

const looksLikeCode = (cell: string) =>
  !/\s/.test(cell) && cell.length <= 40 && (/\d|:/.test(cell) || /^\p{Lu}[\p{Lu}_-]*$/u.test(cell));
const looksLikeWords = (cell: string) => /\p{Ll}{3}/u.test(cell) && !/^[\w.-]+:\S+$/.test(cell);

function sight(name: string, cells: readonly string[]): Sighted {
  const filled = cells.filter((cell) => cell !== '');
  const known = filled.filter((cell) => !isUnknown(cell));
  const distinct = new Set(filled);
  const share = (some: readonly string[], is: (cell: string) => boolean) =>
    some.length === 0 ? 0 : some.filter(is).length / some.length;
  return {
    name,
    samples: [...distinct].slice(0, SHOWN_SAMPLES).map((cell) => cell.slice(0, SAMPLE_CHARACTERS)),
    numeric: share(known, (cell) => Number.isFinite(parseDecimal(cell))) > 0.9,
    distinctShare: filled.length === 0 ? 0 : distinct.size / filled.length,
    filled: cells.length === 0 ? 0 : filled.length / cells.length,
    codes: share(known, looksLikeCode),
    words: share(known, looksLikeWords),
    negative: known.some((cell) => parseDecimal(cell) < 0),
  };
}

const IDENTIFIER_NAME = /(^|[^a-z])(id|ids|identifier|code|curie|accession)$/i;
const SYMBOL_NAME = /(^|[^a-z])symbol$/i;
const TERM_NAME = /^(term|label|name|title|preferred[ _]?(label|name|term)|description)$|[ _](name|label|term)$/i;
const COUNT_NAME = /count|freq|citations|popularity|number|^n(_|$)|^num/i;

/** The column with the highest score above 0. */
function best(columns: readonly Sighted[], score: (column: Sighted) => number): Sighted | null {
  let top: Sighted | null = null;
  let most = 0;
  for (const column of columns) {
    const points = score(column);
    if (points > most) [top, most] = [column, points];
  }
  return top;
}

function guess(columns: readonly Sighted[]): TableInspection['guess'] {
  // Codes that repeat name something else than the row; so do counts, which may all differ by chance.
  const identifier = best(columns, (column) => {
    const named = IDENTIFIER_NAME.test(column.name);
    const bonus = named ? 2 : SYMBOL_NAME.test(column.name) ? 1.5 : 1;
    if (column.distinctShare < 0.5 || column.codes < 0.5 || (column.numeric && !named)) return 0;
    return column.codes * column.distinctShare * column.filled * bonus * (column.numeric ? 0.5 : 1);
  });
  const others = columns.filter((column) => column !== identifier);
  const term = best(others, (column) => {
    if (column.numeric || column.words < 0.5) return 0;
    return column.words * column.distinctShare * column.filled * (TERM_NAME.test(column.name) ? 2 : 1);
  });
  const count = best(others, (column) => {
    const named = COUNT_NAME.test(column.name);
    if (!column.numeric || column.negative || IDENTIFIER_NAME.test(column.name)) return 0;
    return column.filled * (named ? 2 : 1);
  });
  return { term: term?.name ?? null, identifier: identifier?.name ?? null, count: count?.name ?? null };
}

/** Some releases keep the names in a comment: then a cell of the first row is empty or a number. */
function namesInComment(first: DelimitedRow, comments: readonly string[], delimiter: Delimiter): string[] | null {
  if (!first.cells.some((cell) => cell === '' || Number.isFinite(parseDecimal(cell)))) return null;
  const named = comments.map((text) => text.split(delimiter).map((name) => name.trim()));
  const width = first.cells.length;
  return named.findLast((names) => names.length === width && names.every((name) => name !== '')) ?? null;
}

/** `head`: the beginning of a file, cut anywhere. Null where it holds no row. */
export function inspectTable(head: string): TableInspection | null {
  const complete = head.endsWith('\n') || !head.includes('\n') ? head : head.slice(0, head.lastIndexOf('\n') + 1);
  const { rows, comments, delimiter } = firstRows(complete, SIGHTED_ROWS + 1, {});
  const [first] = rows;
  if (first === undefined || delimiter === null) return null;
  const named = namesInComment(first, comments, delimiter);
  const header = named ?? first.cells;
  const whole = (named === null ? rows.slice(1) : rows).filter(({ cells }) => cells.length === header.length);
  const columns = header.map((name, i) =>
    sight(
      name,
      whole.map(({ cells }) => cells[i]!),
    ),
  );
  return {
    delimiter,
    columns: columns.map(({ name, samples, numeric, distinctShare }) => ({ name, samples, numeric, distinctShare })),
    guess: guess(columns),
  };
}
