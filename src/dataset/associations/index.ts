/** True and false statements about associations: everything other layers use. */
export * from './types';
export { associationDataset } from './build';
export { headNoun } from './object-class';
export { degreeBaseline, type DegreeBaseline } from './degree-baseline';
export type { LogisticFit } from './logistic';
