/**
 * How far a study has come: one line a cell, as `study.json` holds it.
 *
 * Promises: a stored state is checked before it is continued; finished cells are never forgotten. Must not know: where
 * it is stored, how a cell runs.
 */
import * as v from 'valibot';
import { LabError, type LabErrorCode } from '../../core/errors';
import { studyHash, studySchema, type StudySpec } from '../../spec';
import type { StudyCell } from './cells';

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
  state: v.picklist(CELL_STATES),
  runId: v.nullable(v.string()),
  elapsedMs: v.nullable(v.pipe(v.number(), v.finite())),
  error: v.nullable(errorSchema),
});
const stateSchema = v.strictObject({
  stateVersion: v.literal(STUDY_STATE_VERSION),
  studyHash: v.string(),
  study: studySchema,
  cells: v.array(recordSchema),
});

export type CellRecord = v.InferOutput<typeof recordSchema>;
export type StudyState = v.InferOutput<typeof stateSchema>;

/** A state in which nothing has run yet. */
export function newState(study: StudySpec, cells: readonly StudyCell[]): StudyState {
  return {
    stateVersion: STUDY_STATE_VERSION,
    studyHash: studyHash(study),
    study,
    cells: cells.map(({ id, folder, point, levels, seed }) => ({
      id,
      folder,
      point,
      levels,
      seed,
      state: 'waiting',
      runId: null,
      elapsedMs: null,
      error: null,
    })),
  };
}

/**
 * The state to go on from: cells that are known keep theirs, further seeds and values wait. Throws `checkpoint-mismatch`
 * where the stored study has cells that this one has not.
 */
export function continueState(stored: StudyState, study: StudySpec, cells: readonly StudyCell[]): StudyState {
  const known = new Map(stored.cells.map((record) => [record.id, record]));
  const state = newState(study, cells);
  const wanted = new Set(cells.map(({ id }) => id));
  const foreign = stored.cells.find(({ id, state: at }) => !wanted.has(id) && at !== 'waiting');
  if (foreign) {
    throw new LabError(
      'checkpoint-mismatch',
      `The folder holds another study: its cell “${foreign.point}, seed ${foreign.seed}” is none of this one’s.`,
      {
        hint: 'Continue with the study it was begun with (more seeds and values may be added), or give another folder.',
      },
    );
  }
  state.cells = state.cells.map((record) => {
    const { state: at, runId, elapsedMs, error } = known.get(record.id) ?? record;
    return { ...record, state: at, runId, elapsedMs, error };
  });
  return state;
}

export function encodeState(state: StudyState): string {
  return `${JSON.stringify(state, null, 2)}\n`;
}

/** Throws `record-invalid` for anything that is not a whole state. */
export function parseState(text: string, file: string): StudyState {
  const damaged = (what: string, cause?: unknown) =>
    new LabError('record-invalid', `${file}: not the state of a study: ${what}.`, {
      hint: 'Restore the file, or run the study anew in another folder.',
      cause,
    });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged(`this is not JSON (${(cause as Error).message})`, cause);
  }
  const result = v.safeParse(stateSchema, value);
  if (result.success) return result.output;
  const issue = result.issues[0];
  throw damaged(`${v.getDotPath(issue) ?? 'the document'}: ${issue.message}`);
}

/** What every cell would meet alike: going on makes no sense. */
export const STUDY_STOPPERS: readonly LabErrorCode[] = ['webgpu-missing', 'storage-quota', 'file-mismatch'];
