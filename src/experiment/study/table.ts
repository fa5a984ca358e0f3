/** A study's summary as a table for other programs: RFC 4180, one row an estimate. */
import { csvLine, type CsvCell, type StudyRow, type StudySummary } from '../../records';

const COLUMNS: readonly [name: string, cell: (row: StudyRow) => CsvCell][] = [
  ['point', ({ point }) => point],
  ['direction', ({ direction }) => direction],
  ['measure', ({ measure }) => measure],
  ['group', ({ group }) => group],
  ['model', ({ model }) => model],
  ['run', ({ run }) => run ?? undefined],
  ['seed', ({ seed }) => seed ?? undefined],
  ['term', ({ term }) => term ?? undefined],
  ['scale', ({ scale }) => scale],
  ['value', ({ estimate }) => estimate?.value],
  ['lo', ({ estimate }) => estimate?.lo],
  ['hi', ({ estimate }) => estimate?.hi],
  ['n', ({ estimate }) => estimate?.n],
  ['beta', ({ coefficient }) => coefficient?.beta],
  ['se', ({ coefficient }) => coefficient?.se],
  ['p', ({ coefficient }) => coefficient?.p],
  ['runs', ({ runs }) => runs],
  ['events', ({ events }) => events ?? undefined],
  ['method', ({ estimate }) => estimate?.method],
  ['notEstimated', ({ notEstimated }) => notEstimated ?? undefined],
  ['warnings', ({ warnings }) => warnings.map(({ message }) => message).join(' ') || undefined],
];

/** Header and rows, each ended by CRLF; what does not apply is an empty cell. */
export function studyTableCsv({ rows }: StudySummary): string {
  return [COLUMNS.map(([name]) => name), ...rows.map((row) => COLUMNS.map(([, cell]) => cell(row)))]
    .map(csvLine)
    .join('');
}
