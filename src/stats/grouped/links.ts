/** Links of a binomial regression: from the linear predictor to a probability. */
export const LINKS = ['cloglog', 'logit'] as const;
export type Link = (typeof LINKS)[number];

/** Probabilities are kept this far from 0 and 1, so that logarithms of them stay finite. */
const EDGE = 1e-15;

export interface LinkValue {
  mu: number;
  /** dμ/dη. */
  slope: number;
}

/** cloglog: μ = 1 − exp(−e^η), the probability of an event in an interval under proportional hazards; logit: 1/(1 + e^−η). */
export function linkValue(link: Link, eta: number): LinkValue {
  if (link === 'logit') {
    const mu = 1 / (1 + Math.exp(-eta));
    return { mu: Math.min(1 - EDGE, Math.max(EDGE, mu)), slope: Math.max(EDGE, mu * (1 - mu)) };
  }
  const hazard = Math.exp(Math.min(eta, 700));
  const mu = -Math.expm1(-hazard);
  return { mu: Math.min(1 - EDGE, Math.max(EDGE, mu)), slope: Math.max(EDGE, hazard * Math.exp(-hazard)) };
}

/** η at a probability strictly between 0 and 1. */
export function linkOf(link: Link, mu: number): number {
  return link === 'logit' ? Math.log(mu / (1 - mu)) : Math.log(-Math.log1p(-mu));
}
