/** A study in words: states of cells, figures of its table. Pure. */
import type { StudyPhase } from '../../../app/studies.svelte';
import { directionWords } from '../../../core/direction';
import type { CellRecord, StudyRow } from '../../../records';

export const PHASE_WORDS: Record<StudyPhase, string> = {
  idle: '',
  running: 'Running',
  pausing: 'Pausing',
  paused: 'Paused',
  stopping: 'Stopping',
};

/** @param live a study of this page is under way: a cell that runs really runs */
export function cellWord({ state }: Pick<CellRecord, 'state'>, live: boolean): string {
  return state === 'running' && !live ? 'cut off' : state;
}

/** `2 of 6 cells done, 1 failed`. */
export function standing(cells: readonly Pick<CellRecord, 'state'>[]): string {
  const count = (state: CellRecord['state']) => cells.filter((cell) => cell.state === state).length;
  const failed = count('failed');
  return `${count('done')} of ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'} done${failed > 0 ? `, ${failed} failed` : ''}`;
}

/** What a line of the table estimates. */
export function rowWords({ direction, group, measure, term }: StudyRow): { of: string; what: string } {
  return {
    of: `${directionWords(direction)}, ${group}`,
    what: term === null ? measure : `${measure}: ${term}`,
  };
}

/** Whether an expectation holds. */
export const VERDICT = { true: 'Holds', false: 'Does not hold', null: 'Cannot be said' } as const;

export function figure(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return value.toExponential(2);
  return value.toFixed(3);
}
