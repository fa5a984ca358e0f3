/**
 * What a study found: one table, one line an estimate.
 *
 * Promises: the schema and the types are one; a line holds an estimate or says why there is none, never NaN.
 * Must not know: how a number was computed, how the table looks.
 */
import * as v from 'valibot';
import { DIRECTION_LABEL, DIRECTIONS } from '../core/direction';
import { LabError } from '../core/errors';
import { FACT_EVENTS } from '../core/fact-event';
import { FACT_SETS } from './rehearsed';

export const STUDY_SUMMARY_VERSION = 1;

const finite = v.pipe(v.number(), v.finite());
const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const warningSchema = v.strictObject({ code: v.string(), message: v.string(), hint: v.string() });

const rowSchema = v.strictObject({
  /** Point of the grid, or `all runs`. */
  point: v.string(),
  direction: v.picklist(DIRECTIONS),
  measure: v.picklist(['accuracy before', 'accuracy after', 'gain', ...FACT_EVENTS]),
  group: v.picklist([...FACT_SETS, 'both']),
  /**
   * `one run`: that run alone. `mean over seeds`: random effects. `cox`: stratified, robust by fact. `cox by run`: a model
   * a run (across the grid: a seed), random effects over their coefficients. `cloglog`: grouped time, stratified alike.
   */
  model: v.picklist(['one run', 'mean over seeds', 'cox', 'cox by run', 'cloglog']),
  /** Of `one run`. */
  run: v.nullable(v.string()),
  seed: v.nullable(whole),
  /** Covariate, or factor=level against the factor's first level. Null where it is no regression. */
  term: v.nullable(v.string()),
  scale: v.picklist(['share', 'difference', 'hazard ratio']),
  runs: whole,
  events: v.nullable(whole),
  estimate: v.nullable(v.strictObject({ value: finite, lo: finite, hi: finite, n: whole, method: v.string() })),
  /** On the log scale of a hazard ratio. */
  coefficient: v.nullable(v.strictObject({ beta: finite, se: finite, p: finite })),
  /** Why there is no estimate. */
  notEstimated: v.nullable(v.string()),
  warnings: v.array(warningSchema),
});

export const studySummarySchema = v.strictObject({
  summaryVersion: v.literal(STUDY_SUMMARY_VERSION),
  study: v.strictObject({ name: v.string(), hash: v.string() }),
  analysis: v.strictObject({
    template: v.picklist(['held-out', 'trained']),
    sustained: whole,
    covariates: v.array(v.string()),
    level: finite,
  }),
  /** What was varied; the first level is the reference. */
  factors: v.array(v.strictObject({ name: v.string(), levels: v.array(v.string()) })),
  runs: v.array(v.strictObject({ run: v.string(), point: v.string(), seed: whole })),
  rows: v.array(rowSchema),
});

export type StudyRow = v.InferOutput<typeof rowSchema>;
export type StudySummary = v.InferOutput<typeof studySummarySchema>;

export function encodeStudySummary(summary: StudySummary): string {
  return `${JSON.stringify(v.parse(studySummarySchema, summary), null, 2)}\n`;
}

/** Throws LabError `record-invalid`. */
export function parseStudySummary(text: string, file = 'study-summary.json'): StudySummary {
  const hint = 'Run ontoscope study with --resume: it writes the summary anew.';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const message = `${file}: this is not JSON (${(cause as Error).message}).`;
    throw new LabError('record-invalid', message, { hint, cause });
  }
  const result = v.safeParse(studySummarySchema, value);
  if (result.success) return result.output;
  const issue = result.issues[0];
  throw new LabError('record-invalid', `${file}: ${v.getDotPath(issue) ?? 'the document'}: ${issue.message}.`, {
    hint,
  });
}

/** What a table shows first: single runs stand in the CSV, unless there is but one. */
export function shownRows({ runs, rows }: StudySummary): StudyRow[] {
  return rows.filter(({ model }) => model !== 'one run' || runs.length === 1);
}

/** Each warning once, with the places it concerns. */
export function toldWarnings(rows: readonly StudyRow[]): { text: string; places: string[] }[] {
  const told = new Map<string, string[]>();
  for (const { point, direction, measure, warnings } of rows) {
    for (const { message, hint } of warnings) {
      const places = told.get(`${message} ${hint}`) ?? [];
      const place = `${point}, ${DIRECTION_LABEL[direction]}, ${measure}`;
      if (!places.includes(place)) places.push(place);
      told.set(`${message} ${hint}`, places);
    }
  }
  return [...told].map(([text, places]) => ({ text, places }));
}
