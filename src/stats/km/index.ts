/** Kaplan–Meier: the curve, its intervals, its quantiles. */
export {
  greenwoodErrors,
  kaplanMeier,
  kaplanMeierBy,
  numbersAtRisk,
  survivalAt,
  survivalQuantile,
  type KmOptions,
  type SurvivalCurve,
} from './kaplan-meier';
export { nelsonAalen, type CumulativeHazard, type HazardOptions } from './nelson-aalen';
export { compareRestrictedMeans, restrictedMean, type RestrictedMean, type RestrictedMeanComparison } from './rmst';
export { KM_INTERVALS, kmLimits, type KmIntervalType, type Limits } from './intervals';
export { crossingTime } from './quantile';
