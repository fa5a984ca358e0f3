/** Studies: one experiment over a grid and several seeds, run cell by cell, and what the cells say together. */
export { cellName, MAX_CELLS, studyCells, studyFactors, type StudyCell, type StudyFactor } from './cells';
export { digestRun, type RunDigest, type RunPlace } from './digest';
export { measureSpeed, roughMs, type Speed } from './estimate';
export { poolStudy } from './pool';
export { rowsTable, type RowsOptions, type RowsRun, type RowsTable } from './rows-table';
export { runStudy, type CellOutcome, type StudyHost } from './run-study';
export { SameInputs } from './same-inputs';
export { continueState, listStudy, newState, STUDY_STOPPERS } from './state';
export { overrideStudy } from './override';
export { planCells, type PlannedCell, type StudyPlan } from './plan-cells';
export { planModels, studyModels, type PlannedModel } from './plan-models';
export { StudyPool } from './study-pool';
export type { StudyModel } from './study-model';
export { expectationsCsv, studyTableCsv } from './table';
