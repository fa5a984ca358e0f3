/** Everything that is asked of the runs of a study together: one file and one line each. */
import { contrastRows } from './contrasts';
import { directionModelRows } from './direction-models';
import { directionRows } from './directions';
import { exposureRows } from './exposures';
import { geometryRows } from './geometry';
import { logQRows } from './log-q';
import { lossRows } from './losses';
import { peakRows } from './peaks';
import { pooledShareRows } from './pooled-shares';
import { sampleRows } from './samples';
import type { Question } from './types';

export { ALL_RUNS, type PooledRuns } from './types';

/** In the order of the summary. */
export const QUESTIONS: readonly Question[] = [
  pooledShareRows,
  logQRows,
  exposureRows,
  sampleRows,
  peakRows,
  geometryRows,
  contrastRows,
  directionRows,
  directionModelRows,
  lossRows,
];
