/** Kaplan–Meier: the curve, its intervals, its quantiles. */
export {
  greenwoodErrors,
  kaplanMeier,
  kaplanMeierBy,
  numbersAtRisk,
  survivalAt,
  survivalQuantile,
  type KmOptions,
} from './kaplan-meier';
export { nelsonAalen, type CumulativeHazard, type HazardOptions } from './nelson-aalen';
export { compareRestrictedMeans, restrictedMean, type RestrictedMean } from './rmst';
export { kmLimits, type KmIntervalType, type Limits } from './intervals';
export { crossingTime } from './quantile';
