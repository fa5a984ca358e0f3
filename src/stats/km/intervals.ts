/** Pointwise intervals of a survival curve. */

/**
 * `log` is the default of R's survfit; `log-log`, `logit` and `arcsin` stay inside [0, 1] by themselves; `plain` is
 * symmetric.
 */
export const KM_INTERVALS = ['log', 'log-log', 'plain', 'logit', 'arcsin'] as const;
export type KmIntervalType = (typeof KM_INTERVALS)[number];

export interface Limits {
  lo: number;
  hi: number;
}

/**
 * Interval of S from its Greenwood sum. `se` is the standard error of log S: √Σ d/(n(n−d)).
 * Sources: plain S ± z·S·se; log S·exp(±z·se); log-log exp(−exp(log(−log S) ± z·se/log S))
 * (Kalbfleisch & Prentice, The Statistical Analysis of Failure Time Data, §1.4); logit S ± z·se/(1 − S) (Meeker & Escobar,
 * Statistical Methods for Reliability Data, §3.6); sin²(arcsin √S ± ½z·se·√(S/(1 − S))) (Borgan & Liestøl, Scand. J.
 * Statistics 17 (1990) 35–41). Limits are cut to [0, 1].
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
  if (type === 'logit') {
    const half = (z * se) / (1 - survival);
    const odds = survival / (1 - survival);
    return { lo: 1 / (1 + Math.exp(half) / odds), hi: 1 / (1 + Math.exp(-half) / odds) };
  }
  if (type === 'arcsin') {
    const centre = Math.asin(Math.sqrt(survival));
    const half = 0.5 * z * se * Math.sqrt(survival / (1 - survival));
    return { lo: Math.sin(Math.max(0, centre - half)) ** 2, hi: Math.sin(Math.min(Math.PI / 2, centre + half)) ** 2 };
  }
  const logSurvival = Math.log(survival);
  const centre = Math.log(-logSurvival);
  const half = (z * se) / -logSurvival;
  return { lo: Math.exp(-Math.exp(centre + half)), hi: Math.exp(-Math.exp(centre - half)) };
}
