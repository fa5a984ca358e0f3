/** Statistics: records and counts in, estimates out. */
export { clopperPearson, wilson } from './proportions';
export { mcnemarChiSquare, mcnemarExact, transitions } from './mcnemar';
export { mannWhitney, type MannWhitneyResult } from './mann-whitney';
export { median, midranks } from './ranks';
export { pooledGoodnessOfFit, type GoodnessOfFit } from './goodness';
export * from './km';
export * from './logrank';
export * from './cox';
export * from './grouped';
export { learningRates, type LearningRate, type LearningRateOptions } from './learning-rate';
export { FACT_EVENTS, type FactEvent } from '../core/fact-event';
export { countingRows, type CountingOptions, type CountingRow, type CountingRows } from './counting-process';
export { FACT_STATES, factStates, stateSummary, type FactState, type StateOptions, type StateSummary } from './states';
export { modelMatrix, type Column, type DesignMatrix, type DesignSpec, type Level, type Table } from './design';
export { ADJUSTMENTS, adjustP, type Adjustment } from './adjust';
export { requireSurvival, type SurvivalRows } from './survival-rows';
export { acquisitionRows, acquisitionRowsOf, isLatent, type AcquisitionRow } from './events';
export { baselineOf, factHistories, lastOf, type FactHistory } from './histories';
export { normalCdf, normalQuantile, normalUpper } from './special/normal';
export { binomialCdf, binomialMass } from './special/binomial';
export { expectedCount } from './special/poisson-binomial';
export { chiSquareUpper } from './special/chi-square';
export { betaI, betaQuantile, studentQuantile, studentTwoSided } from './special/beta';
export { ALTERNATIVES, type Alternative, type TestResult } from './test-result';
export { pairedDifference, type PairedCounts } from './paired/newcombe';
export { meanDifference } from './paired/mean-difference';
export { studentMean } from './student-mean';
export { fisherExact, type FisherResult } from './paired/fisher';
export { wilcoxonSignedRank, type WilcoxonResult } from './paired/wilcoxon';
export { rankCorrelation, spearman, type SpearmanResult } from './paired/spearman';
export { bootstrap, bootstrapTogether, type BootstrapOptions, type BootstrapResult } from './resampling/bootstrap';
export { permutationTest, signFlipTest, type PermutationOptions } from './resampling/permutation';
export { aucDeLong, compareAuc } from './roc/delong';
export { fprAtTpr, tprAtFpr } from './roc/fixed-rate';
export { eventsForHazardRatio, powerForEvents, type HazardPower } from './power';
export { randomEffects, type RandomEffects, type RandomEffectsOptions } from './random-effects';
export { rowOf, vectorsOf, type Vectors } from './linear-algebra/vectors';
export { classSeparation, marginNull, silhouette, type Separation } from './geometry/separation';
export { matchedAgainstShuffled, matchedCosines, type Matching } from './geometry/matching';
export { leadingComponents, type Leading } from './geometry/leading';
export { pca, type Pca } from './geometry/pca';
export { matrixEntropy, patchEntropy } from './geometry/entropy';
export { crossValidatedProbe, logisticRegression, type LogisticFit, type ProbeResult } from './geometry/probe';
export {
  logProbMoments,
  lossScore,
  minKPlusPlusScore,
  minKScore,
  zlibBytes,
  zlibScore,
  type TokenMoments,
} from './membership/scores';
export { passAtK } from './membership/pass-at-k';
export type { Estimate, StatsWarning } from '../core/estimate';
