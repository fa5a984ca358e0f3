/** Studies: one experiment over a grid and several seeds, run cell by cell, and what the cells say together. */
export { MAX_CELLS, studyCells, studyFactors, type StudyCell, type StudyFactor } from './cells';
