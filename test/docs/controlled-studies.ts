/**
 * docs/controlled-studies.md: its tables, from the recorded summaries; its words are written by hand.
 *
 * Promises: every number between the marks comes from public/recorded. Must not know: how a summary is computed.
 */
import { readFileSync } from 'node:fs';
import { directionWords } from '../../src/core/direction';
import { parseState, parseStudySummary, type StudyRow, type StudyState, type StudySummary } from '../../src/records';
import { SHOWN } from './controlled-rows';

export const PAGE = new URL('../../docs/controlled-studies.md', import.meta.url);
const RECORDED = new URL('../../public/recorded/', import.meta.url);

export interface RecordedStudy {
  state: StudyState;
  summary: StudySummary;
}

export function recordedStudy(name: string): RecordedStudy {
  const text = (file: string) => readFileSync(new URL(`${name}/${file}`, RECORDED), 'utf8');
  return {
    state: parseState(text('study.json'), `${name}/study.json`),
    summary: parseStudySummary(text('study-summary.json'), `${name}/study-summary.json`),
  };
}

/** The page with what stands between `<!-- figures NAME -->` and `<!-- end -->` written anew. */
export function withFigures(page: string): string {
  return page.replace(
    /(<!-- figures ([\w-]+) -->\n)[^]*?(<!-- end -->)/g,
    (_all, begin: string, name: string, end: string) => {
      return `${begin}\n${figures(name, recordedStudy(name)).join('\n')}\n\n${end}`;
    },
  );
}

function figures(name: string, { state, summary }: RecordedStudy): string[] {
  const { expectations, rows } = summary;
  const held = expectations.filter(({ holds }) => holds === true).length;
  const shown = (SHOWN[name] ?? []).flatMap((wanted) => {
    const found = rows.filter((row) => matches(row, wanted));
    if (found.length === 0) throw new Error(`${name}: no line ${JSON.stringify(wanted)}`);
    return found;
  });
  return [
    told(state),
    '',
    `**Expected before it ran: ${held} of ${expectations.length} hold.**`,
    '',
    '| expected | found | n | p | holds |',
    '|---|---|---|---|---|',
    ...expectations.flatMap(({ expectation, holds, why, rows: places }) => {
      const verdict = holds === null ? `cannot be said: ${why}` : holds ? 'yes' : '**no**';
      const line = (row: StudyRow | undefined) =>
        `| ${expectation.says} | ${row ? `${what(row)} ${found(row)}` : '–'} | ${row?.estimate?.n ?? '–'} | ${p(row)} | ${verdict} |`;
      return places.length === 0 ? [line(undefined)] : places.map((place) => line(rows[place]));
    }),
    '',
    '| also | of | found | n | p |',
    '|---|---|---|---|---|',
    ...shown.map((row) => `| ${what(row)} | ${of(row)} | ${found(row)} | ${row.estimate?.n ?? '–'} | ${p(row)} |`),
  ];
}

function told({ cells }: StudyState): string {
  const done = cells.filter(({ state }) => state === 'done');
  const models = new Set(cells.map(({ model }) => model)).size;
  const minutes = Math.round(done.reduce((sum, { elapsedMs }) => sum + (elapsedMs ?? 0), 0) / 60_000);
  const seeds = [...new Set(cells.map(({ seed }) => seed))].join(', ');
  return `${done.length} of ${cells.length} runs on ${models} models, seeds ${seeds}; the runs took ${minutes} min together.`;
}

function matches(row: StudyRow, wanted: Partial<StudyRow>): boolean {
  return (Object.keys(wanted) as (keyof StudyRow)[]).every((field) => row[field] === wanted[field]);
}

function what({ measure, term, model }: StudyRow): string {
  return `${measure}${term === null ? '' : `, ${term}`} (${model})`;
}

function of({ point, direction, group }: StudyRow): string {
  return `${point}; ${directionWords(direction)}; ${group}`;
}

function found({ estimate, notEstimated, scale }: StudyRow): string {
  if (estimate === null) return `not estimated: ${notEstimated}`;
  const { value, lo, hi } = estimate;
  const shown = scale === 'share' || scale === 'difference' ? percent : plain;
  return `${shown(value)} [${shown(lo)}, ${shown(hi)}]`;
}

const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
const plain = (value: number) =>
  Math.abs(value) < 0.001 && value !== 0 ? value.toExponential(1) : value.toPrecision(3);

function p(row: StudyRow | undefined): string {
  const value = row?.test?.p ?? row?.coefficient?.p;
  if (value === undefined) return '–';
  if (value === 0) return '< 1e-12';
  return value < 1e-4 ? value.toExponential(1) : value.toPrecision(2);
}
