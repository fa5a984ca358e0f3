/** Kaplan–Meier: the curve, its intervals, its quantiles. */
export { greenwoodErrors, kaplanMeier, survivalAt, type KmOptions } from './kaplan-meier';
export { kmLimits, type KmIntervalType, type Limits } from './intervals';
export { crossingTime } from './quantile';
