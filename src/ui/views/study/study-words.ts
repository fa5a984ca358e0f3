/** A study in words: states of cells, figures of its table. Pure. */
import type { Phase } from '../../../app/long-work.svelte';
import { directionWords } from '../../../core/direction';
import type { ForestScale } from '../../charts/forest-geometry';
import type { CellRecord, StudyRow } from '../../../records';

export const PHASE_WORDS: Record<Phase, string> = {
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

/** Whether an expectation holds: in words, and how it is marked. */
export const VERDICTS = {
  true: { words: 'holds', mark: 'holds' },
  false: { words: 'does not hold', mark: 'fails' },
  null: { words: 'cannot be said', mark: 'open' },
} as const;

interface ScaleAxis {
  title: string;
  axis: string;
  scale: ForestScale;
  /** The value of no effect; null where there is none. */
  none: number | null;
}

export const SCALE_AXES: Record<StudyRow['scale'], ScaleAxis> = {
  'hazard ratio': { title: 'Hazard ratios', axis: 'hazard ratio, log axis', scale: 'log', none: 1 },
  difference: { title: 'Differences of shares', axis: 'difference', scale: 'linear', none: 0 },
  share: { title: 'Shares', axis: 'share', scale: 'linear', none: null },
  nats: { title: 'Log-probabilities', axis: 'nats', scale: 'linear', none: 0 },
  correlation: { title: 'Correlations', axis: 'correlation', scale: 'linear', none: 0 },
  epochs: { title: 'Times', axis: 'epochs', scale: 'linear', none: 0 },
  AUC: { title: 'Areas under the ROC curve', axis: 'AUC', scale: 'linear', none: 0.5 },
};

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

/** The point of lines that are about the whole grid. */
export const ALL_RUNS = 'all runs';

/** A point of the grid with the last two names of each field: `identifiers.lambda=0.25`. */
export function shortPoint(point: string): string {
  return point.replace(/(?:[\w-]+\.)*([\w-]+\.[\w-]+=)/g, '$1');
}

export function figure(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return value.toExponential(2);
  return value.toFixed(3);
}
