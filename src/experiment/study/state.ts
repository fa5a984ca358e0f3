/**
 * The state of a study at its beginning and when it is continued.
 *
 * Promises: finished cells are never forgotten. Must not know: where a state is stored, how a cell runs.
 */
import { LabError, type LabErrorCode } from '../../core/errors';
import { STUDY_STATE_VERSION, type StudyState } from '../../records';
import { parseStudy, studyHash, type StudySpec } from '../../spec';
import { studyCells, type StudyCell } from './cells';

/** A study file, text or document, with its cells. Throws `study-invalid`. */
export function listStudy(source: unknown, sourceName: string): StudyState {
  const study = parseStudy(source, sourceName);
  return newState(study, studyCells(study, sourceName));
}

/** A state in which nothing has run yet. */
export function newState(study: StudySpec, cells: readonly StudyCell[]): StudyState {
  return {
    stateVersion: STUDY_STATE_VERSION,
    studyHash: studyHash(study),
    study,
    cells: cells.map(({ id, folder, point, levels, seed, model }) => ({
      id,
      folder,
      point,
      levels,
      seed,
      ...(model && { model: model.id }),
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

/** What every cell would meet alike: going on makes no sense. */
export const STUDY_STOPPERS: readonly LabErrorCode[] = ['webgpu-missing', 'storage-quota', 'file-mismatch'];
