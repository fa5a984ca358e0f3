/** What is asked of the runs of a study together. */
import type { StudyRow } from '../../../records';
import type { StudyAnalysis } from '../../../spec';
import type { DesignFactor } from '../design';
import type { RunDigest } from '../digest';

export interface PooledRuns {
  analysis: StudyAnalysis;
  /** In the order of the grid. */
  runs: readonly RunDigest[];
  /** The same by point of the grid. */
  points: readonly { point: string; members: readonly RunDigest[] }[];
  /** Of which two levels or more are there; the first is the reference. */
  factors: readonly DesignFactor[];
}

/** Lines of the summary; none where the records know nothing of what it asks. */
export type Question = (pooled: PooledRuns) => StudyRow[];

/** What a line is about. */
export type Frame = Pick<StudyRow, 'point' | 'direction' | 'measure' | 'group' | 'term' | 'scale'>;

/** The point of what is said across the grid. */
export const ALL_RUNS = 'all runs';
