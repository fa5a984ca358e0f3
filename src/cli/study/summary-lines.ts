/**
 * A study's summary for the terminal: the means over seeds and the pooled models; single runs stand in the CSV.
 *
 * Promises: every estimate with its interval and its n; what was not estimated says why; each warning once. Pure.
 */
import { directionWords } from '../../core/direction';
import { shownRows, toldWarnings, type StudyRow, type StudySummary } from '../../records';
import { layout, number, pValue } from '../stats/method';

const LEVEL_WORDS = (level: number) => `${Number((level * 100).toFixed(4))} %`;

export function summaryLines(summary: StudySummary): string[] {
  const { runs, analysis, factors } = summary;
  const shown = shownRows(summary);
  const points = [...new Set(shown.map(({ point }) => point))];
  const varied = factors.map(({ name, levels }) => `${name} (${levels.join(', ')})`).join('; ');
  return [
    ...expectationLines(summary),
    `${runs.length} runs, ${analysis.template} question, intervals of ${LEVEL_WORDS(analysis.level)}${varied ? `; varied: ${varied}` : ''}`,
    ...points.flatMap((point) => ['', point, ...tableOf(shown.filter((row) => row.point === point))]),
    ...warningLines(shown),
  ];
}

const VERDICT = { true: 'holds', false: 'does not hold', null: 'cannot be said' } as const;

/** What was expected, before anything else. */
function expectationLines({ expectations, rows }: StudySummary): string[] {
  if (expectations.length === 0) return [];
  const count = expectations.filter(({ holds }) => holds === true).length;
  const lines = expectations.flatMap(({ expectation, holds, why, rows: places }) => [
    `  ${VERDICT[`${holds}`]}: ${expectation.says}${why === null ? '' : ` (${why})`}`,
    ...places.map((place) => `      ${restsOn(rows[place]!)}`),
  ]);
  return [`expected before it ran: ${count} of ${expectations.length} hold`, ...lines, ''];
}

function restsOn(row: StudyRow): string {
  const { estimate, coefficient, test } = row;
  const of = `${row.point}, ${directionWords(row.direction)}, ${row.group}, ${whatOf(row)} (${row.model})`;
  if (estimate === null) return `${of}: not estimated: ${row.notEstimated}`;
  const p = test?.p ?? coefficient?.p;
  const { value, lo, hi, n } = estimate;
  return `${of}: ${number(value)} [${number(lo)}, ${number(hi)}]${p === undefined ? '' : `, p ${pValue(p)}`}, n ${n}`;
}

const whatOf = ({ measure, term }: StudyRow) => (term === null ? measure : `${measure}: ${term}`);

function tableOf(rows: readonly StudyRow[]): string[] {
  const estimated = rows.filter(({ estimate }) => estimate !== null);
  const others = rows.filter(({ estimate }) => estimate === null);
  const table = layout(
    ['', '', '', 'value', 'lower', 'upper', 'p', 'n', 'events'],
    estimated.map((row) => [
      `  ${directionWords(row.direction)}, ${row.group}`,
      whatOf(row),
      row.model,
      number(row.estimate!.value),
      number(row.estimate!.lo),
      number(row.estimate!.hi),
      pValue(row.test?.p ?? row.coefficient?.p),
      row.estimate!.n,
      row.events ?? '–',
    ]),
  );
  return [
    ...(estimated.length > 0 ? table : []),
    ...others.map((row) => {
      return `  ${directionWords(row.direction)}, ${row.group}, ${whatOf(row)} (${row.model}): not estimated: ${row.notEstimated}`;
    }),
  ];
}

function warningLines(rows: readonly StudyRow[]): string[] {
  const told = toldWarnings(rows);
  if (told.length === 0) return [];
  const lines = told.map(({ text, places }) => {
    const more = places.length > 1 ? ` and ${places.length - 1} more` : '';
    return `  ${text} (${places[0]}${more})`;
  });
  return ['', 'warnings:', ...lines];
}
