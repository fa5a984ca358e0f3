/** Data sets: everything other layers use. */
export * from './types';
export * from './candidates';
export type { Popularity } from './popularity';
export type { BarePair, CovariateTable, PairMeasures } from './covariates';
export * from './draw';
export * from './preview';
export * from './lexical';
export * from './associations';
