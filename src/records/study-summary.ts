/**
 * What a study found: one table, one line an estimate.
 *
 * Promises: the schema and the types are one; a line holds an estimate or says why there is none, never NaN.
 * Must not know: how a number was computed, how the table looks.
 */
import * as v from 'valibot';
import { directionWords } from '../core/direction';
import { LabError } from '../core/errors';
import { expectationSchema, ROW_DIRECTIONS, ROW_GROUPS, ROW_MEASURES, ROW_MODELS, ROW_SCALES } from '../spec';

export const STUDY_SUMMARY_VERSION = 1;

const finite = v.pipe(v.number(), v.finite());
const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const warningSchema = v.strictObject({ code: v.string(), message: v.string(), hint: v.string() });

const rowSchema = v.strictObject({
  /** Point of the grid, or `all runs`. */
  point: v.string(),
  direction: v.picklist(ROW_DIRECTIONS),
  measure: v.picklist(ROW_MEASURES),
  group: v.picklist(ROW_GROUPS),
  model: v.picklist(ROW_MODELS),
  /** Of `one run`. */
  run: v.nullable(v.string()),
  seed: v.nullable(whole),
  /** Covariate, factor=level against the factor's first level, or a part of the facts. Null where there is none. */
  term: v.nullable(v.string()),
  scale: v.picklist(ROW_SCALES),
  runs: whole,
  events: v.nullable(whole),
  estimate: v.nullable(v.strictObject({ value: finite, lo: finite, hi: finite, n: whole, method: v.string() })),
  /** Of hazard ratios on their log scale, of correlations on Fisher's z, else on the estimate's own. */
  coefficient: v.nullable(v.strictObject({ beta: finite, se: finite, p: finite })),
  /** A test beside the estimate. */
  test: v.optional(v.strictObject({ statistic: finite, df: finite, p: finite, method: v.string() })),
  /** Why there is no estimate. */
  notEstimated: v.nullable(v.string()),
  warnings: v.array(warningSchema),
});

const outcomeSchema = v.strictObject({
  expectation: expectationSchema,
  /** Null: cannot be said. */
  holds: v.nullable(v.boolean()),
  /** Why not, or why it cannot be said; null where it holds. */
  why: v.nullable(v.string()),
  /** The lines it rests on, 0-based in `rows`. */
  rows: v.array(whole),
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
  /** What the study was to show, and whether it does. Empty where it says nothing of it. */
  expectations: v.optional(v.array(outcomeSchema), []),
});

export type StudyRow = v.InferOutput<typeof rowSchema>;
export type ExpectationOutcome = v.InferOutput<typeof outcomeSchema>;
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
      const place = `${point}, ${directionWords(direction)}, ${measure}`;
      if (!places.includes(place)) places.push(place);
      told.set(`${message} ${hint}`, places);
    }
  }
  return [...told].map(([text, places]) => ({ text, places }));
}
