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
    `${runs.length} runs, ${analysis.template} question, intervals of ${LEVEL_WORDS(analysis.level)}${varied ? `; varied: ${varied}` : ''}`,
    ...points.flatMap((point) => ['', point, ...tableOf(shown.filter((row) => row.point === point))]),
    ...warningLines(shown),
  ];
}

function tableOf(rows: readonly StudyRow[]): string[] {
  const estimated = rows.filter(({ estimate }) => estimate !== null);
  const others = rows.filter(({ estimate }) => estimate === null);
  const table = layout(
    ['', '', '', 'value', 'lower', 'upper', 'p', 'n', 'events'],
    estimated.map((row) => [
      `  ${directionWords(row.direction)}, ${row.group}`,
      row.term === null ? row.measure : `${row.measure}: ${row.term}`,
      row.model,
      number(row.estimate!.value),
      number(row.estimate!.lo),
      number(row.estimate!.hi),
      pValue(row.coefficient?.p),
      row.estimate!.n,
      row.events ?? '–',
    ]),
  );
  return [
    ...(estimated.length > 0 ? table : []),
    ...others.map((row) => {
      const what = row.term === null ? row.measure : `${row.measure}: ${row.term}`;
      return `  ${directionWords(row.direction)}, ${row.group}, ${what} (${row.model}): not estimated: ${row.notEstimated}`;
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
