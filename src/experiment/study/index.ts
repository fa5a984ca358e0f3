/** Studies: one experiment over a grid and several seeds, run cell by cell, and what the cells say together. */
export { MAX_CELLS, studyCells, studyFactors, type StudyCell, type StudyFactor } from './cells';
export { digestRun, type RunDigest, type RunPlace } from './digest';
export { measureSpeed, roughMs, type Speed } from './estimate';
export { poolStudy } from './pool';
export { rowsTable, type RowsOptions, type RowsRun, type RowsTable } from './rows-table';
export { runStudy, type CellOutcome, type StudyHost } from './run-study';
export {
  continueState,
  encodeState,
  newState,
  parseState,
  STUDY_STATE_VERSION,
  type CellRecord,
  type CellState,
  type StudyState,
} from './state';
export {
  encodeStudySummary,
  parseStudySummary,
  STUDY_SUMMARY_VERSION,
  studySummarySchema,
  type StudyRow,
  type StudySummary,
} from './summary';
export { studyTableCsv } from './table';
