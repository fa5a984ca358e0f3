/** Statistics: records and counts in, estimates out. */
export { wilson } from './proportions';
export { mcnemarExact, transitions } from './mcnemar';
export { mannWhitney, type MannWhitneyResult } from './mann-whitney';
export { median, midranks } from './ranks';
export { pooledGoodnessOfFit, type GoodnessOfFit } from './goodness';
export { crossingTime, greenwoodErrors, kaplanMeier, survivalAt, type KmIntervalType, type KmOptions } from './km';
export { acquisitionRows, acquisitionRowsOf, isLatent, type AcquisitionRow } from './events';
export { baselineOf, factHistories, lastOf, type FactHistory } from './histories';
export { normalCdf, normalQuantile, normalUpper } from './special/normal';
export { binomialCdf, binomialMass } from './special/binomial';
export { chiSquareUpper } from './special/chi-square';
