/**
 * The cells of a study one after the other, in whatever host runs them.
 *
 * Promises: the state is stored before and after every cell, so a process that is killed leaves a state to go on from;
 * finished cells are not touched; a cell that fails is recorded and the next one runs.
 * Must not know: files, devices, terminals.
 */
import { toLabError, type LabError } from '../../core/errors';
import type { StudyState } from '../../records';
import type { StudyCell } from './cells';
import { STUDY_STOPPERS } from './state';

export interface CellOutcome {
  /** `stopped`: on request, with what it has. */
  state: 'done' | 'stopped';
  runId: string;
  elapsedMs: number;
}

export interface StudyHost {
  /** Stores the state in one step. */
  save(state: StudyState): Promise<void>;
  /** Runs a cell from wherever it was left to its end. */
  runCell(cell: StudyCell): Promise<CellOutcome>;
  /** Somebody asked to end after the cell at hand. */
  stopped(): boolean;
  failed?(cell: StudyCell, error: LabError): void;
}

/** `done`: every cell is. Throws what would stop every cell alike, after recording it. */
export async function runStudy(
  cells: readonly StudyCell[],
  state: StudyState,
  host: StudyHost,
): Promise<'done' | 'failed' | 'stopped'> {
  for (const [index, cell] of cells.entries()) {
    const record = state.cells[index]!;
    if (record.state === 'done') continue;
    if (host.stopped()) return 'stopped';
    Object.assign(record, { state: 'running', error: null });
    await host.save(state);
    let outcome: CellOutcome;
    try {
      outcome = await host.runCell(cell);
    } catch (thrown) {
      const error = toLabError(thrown);
      // A run that was stopped before it wrote anything.
      if (error.code === 'cancelled') {
        record.state = 'stopped';
        await host.save(state);
        return 'stopped';
      }
      const { code, message, hint } = error;
      Object.assign(record, { state: 'failed', error: { code, message, hint } });
      await host.save(state);
      host.failed?.(cell, error);
      if (STUDY_STOPPERS.includes(code)) throw error;
      continue;
    }
    Object.assign(record, outcome);
    await host.save(state);
    if (outcome.state === 'stopped') return 'stopped';
  }
  return state.cells.every((record) => record.state === 'done') ? 'done' : 'failed';
}
