/**
 * How far a study has come: one line a cell, as `study.json` holds it.
 *
 * Promises: a stored state is checked whole before anything is made of it. Must not know: where it is stored, how a cell
 * runs.
 */
import * as v from 'valibot';
import { LabError } from '../core/errors';
import { studySchema } from '../spec';

export const STUDY_STATE_VERSION = 1;
/** `running` in a stored state: its process was killed. `stopped`: on request, at a safe point. */
export const CELL_STATES = ['waiting', 'running', 'stopped', 'done', 'failed'] as const;
export type CellState = (typeof CELL_STATES)[number];

const errorSchema = v.strictObject({ code: v.string(), message: v.string(), hint: v.string() });
const recordSchema = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[0-9a-f]{12}$/)),
  /** Within the study's folder. */
  folder: v.pipe(v.string(), v.regex(/^[\w.-]+$/)),
  point: v.string(),
  levels: v.record(v.string(), v.string()),
  seed: v.pipe(v.number(), v.integer()),
  /** In a study of worlds: its model's folder below `models`. */
  model: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{12}$/))),
  state: v.picklist(CELL_STATES),
  runId: v.nullable(v.string()),
  elapsedMs: v.nullable(v.pipe(v.number(), v.finite())),
  error: v.nullable(errorSchema),
});
export const studyStateSchema = v.strictObject({
  stateVersion: v.literal(STUDY_STATE_VERSION),
  studyHash: v.string(),
  study: studySchema,
  cells: v.array(recordSchema),
});

export type CellRecord = v.InferOutput<typeof recordSchema>;
export type StudyState = v.InferOutput<typeof studyStateSchema>;

export function encodeState(state: StudyState): string {
  return `${JSON.stringify(state, null, 2)}\n`;
}

/** Throws `record-invalid` for anything that is not a whole state. */
export function parseState(text: string, file: string): StudyState {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged(file, `this is not JSON (${(cause as Error).message})`, cause);
  }
  return checkState(value, file);
}

/** The same for a state that is no text any more. */
export function checkState(value: unknown, file: string): StudyState {
  const result = v.safeParse(studyStateSchema, value);
  if (result.success) return result.output;
  const issue = result.issues[0];
  throw damaged(file, `${v.getDotPath(issue) ?? 'the document'}: ${issue.message}`);
}

function damaged(file: string, what: string, cause?: unknown): LabError {
  return new LabError('record-invalid', `${file}: not the state of a study: ${what}.`, {
    hint: 'Restore the file, or run the study anew in another folder.',
    cause,
  });
}
