/** The Cox model: the fit and everything after it. */
export { coxFit } from './fit';
export {
  TIES,
  type ChiSquareTest,
  type CoxData,
  type CoxFit,
  type CoxOptions,
  type CoxTerm,
  type ProfileInterval,
  type Ties,
} from './types';
export {
  concordance,
  coxConcordance,
  type Concordance,
  type ConcordanceCounts,
  type ConcordanceOptions,
  type TimesAtRisk,
} from './concordance';
export { devianceResiduals, martingaleResiduals } from './residuals-martingale';
export { dfbetaResiduals, dfbetasResiduals, scoreResiduals, type RowResidualOptions } from './residuals-score';
export { scaledSchoenfeldResiduals, schoenfeldResiduals, type SchoenfeldResiduals } from './residuals-schoenfeld';
export type { ResidualMatrix } from './residual-matrix';
export { proportionalHazardsTest, type ZphOptions, type ZphPoints, type ZphResult, type ZphTest } from './zph';
export { zphCurve, type ZphCurve, type ZphCurveOptions } from './zph-curve';
export { ZPH_TRANSFORMS, type ZphTransform } from './zph-transform';
export { baselineHazard, type BaselineHazard, type CoxReference } from './baseline';
export { predictedCurves, type CoxCurve, type CoxCurveOptions } from './curves';
export {
  expectedEvents,
  fittedPredictors,
  linearPredictors,
  relativeRisks,
  type CoxExposure,
  type Predicted,
  type PredictOptions,
} from './predict';
export type { CoxNewRows } from './new-rows';
