/** Pointwise intervals of a survival curve. */

/** `log` is the default of R's survfit; `log-log` stays inside (0, 1) by itself; `plain` is symmetric. */
export type KmIntervalType = 'log' | 'log-log' | 'plain';

export interface Limits {
  lo: number;
  hi: number;
}

/**
 * Interval of S from its Greenwood sum. `se` is the standard error of log S: √Σ d/(n(n−d)).
 * Sources: plain S ± z·S·se; log S·exp(±z·se); log-log exp(−exp(log(−log S) ± z·se/log S))
 * (Kalbfleisch & Prentice, The Statistical Analysis of Failure Time Data, §1.4). Limits are cut to [0, 1].
 * NaN where the interval is not defined: S = 0. At S = 1 nothing has happened yet: [1, 1].
 */
export function kmLimits(survival: number, se: number, z: number, type: KmIntervalType): Limits {
  if (survival === 1) return { lo: 1, hi: 1 };
  if (survival === 0) return { lo: NaN, hi: NaN };
  if (type === 'plain') {
    return { lo: Math.max(0, survival - z * survival * se), hi: Math.min(1, survival + z * survival * se) };
  }
  if (type === 'log') {
    return { lo: survival * Math.exp(-z * se), hi: Math.min(1, survival * Math.exp(z * se)) };
  }
  const logSurvival = Math.log(survival);
  const centre = Math.log(-logSurvival);
  const half = (z * se) / -logSurvival;
  return { lo: Math.exp(-Math.exp(centre + half)), hi: Math.exp(-Math.exp(centre - half)) };
}
