/** A study's summary as tables for other programs: RFC 4180, one row an estimate; its expectations apart. */
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
  ['test', ({ test }) => test?.method],
  ['statistic', ({ test }) => test?.statistic],
  ['df', ({ test }) => test?.df],
  ['testP', ({ test }) => test?.p],
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

/** Of a line that an expectation rests on. */
const RESTS_ON = ['point', 'direction', 'measure', 'group', 'model', 'term', 'value', 'lo', 'hi', 'n', 'p', 'testP'];

/** One row for each line that an expectation rests on; one without a line where there is none. */
export function expectationsCsv({ rows, expectations }: StudySummary): string {
  const columns = COLUMNS.filter(([name]) => RESTS_ON.includes(name));
  const header = ['expectation', 'says', 'holds', 'why', 'asked', ...columns.map(([name]) => name)];
  const lines = expectations.flatMap(({ expectation, holds, why, rows: places }, index) => {
    const { value, interval, p } = expectation;
    const verdict = holds === null ? 'cannot be said' : holds ? 'yes' : 'no';
    const own = [index + 1, expectation.says, verdict, why ?? undefined, JSON.stringify({ value, interval, p })];
    if (places.length === 0) return [[...own, ...columns.map(() => undefined)]];
    return places.map((place) => [...own, ...columns.map(([, cell]) => cell(rows[place]!))]);
  });
  return [header, ...lines].map(csvLine).join('');
}
