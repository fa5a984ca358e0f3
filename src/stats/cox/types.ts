/** What goes into a Cox model and what comes out. Matrices are row-major Float64Arrays. */
import type { Estimate, StatsWarning } from '../../core/estimate';

export const TIES = ['efron', 'breslow', 'exact'] as const;
export type Ties = (typeof TIES)[number];

/** n rows, p covariates. Row i is at risk on (start, time] of its stratum. */
export interface CoxData {
  time: ArrayLike<number>;
  /** Left truncation and time-varying covariates; absent: at risk from the beginning. */
  start?: ArrayLike<number>;
  event: ArrayLike<boolean | number>;
  /** n × p. */
  x: Float64Array;
  /** p names, in the columns' order. */
  names: readonly string[];
  strata?: ArrayLike<number | string>;
  /** Case weights > 0. */
  weights?: ArrayLike<number>;
  offset?: ArrayLike<number>;
  /** Rows of one cluster are not independent: gives the grouped sandwich variance. */
  cluster?: ArrayLike<number | string>;
}

export interface CoxOptions {
  /** Default `efron`. */
  ties?: Ties;
  /** `firth`: Jeffreys-penalised likelihood, finite where the likelihood is monotone. Default `likelihood`. */
  method?: 'likelihood' | 'firth';
  /** Sandwich variance from dfbeta residuals also without clusters. Default: only with clusters. */
  robust?: boolean;
  /** Confidence level of intervals. Default 0.95. */
  level?: number;
  /** Default 20; 200 with `firth`, whose steps are shorter. */
  maxIterations?: number;
  /** Relative change of the log-likelihood at which Newton–Raphson ends. Default 1e-9. */
  tolerance?: number;
  /** Intervals and p of the terms from the profile (penalised) likelihood instead of Wald's. Default false. */
  profileInterval?: boolean;
}

/** Limits of a log hazard ratio where the profile likelihood falls to the level, and the test that it is 0. */
export interface ProfileInterval {
  /** −Infinity or Infinity where the likelihood never falls so far on that side. */
  lo: number;
  hi: number;
  likelihoodRatio: ChiSquareTest;
}

/**
 * One covariate of a fitted model. `beta` is null where the column is aliased (collinear or constant); `se`, `z`, `p` and
 * `hazardRatio` also where a coefficient ran off so far that the data no longer tell its error (a warning says so).
 */
export interface CoxTerm {
  name: string;
  beta: number | null;
  /** The one that z, p and the interval use: robust where asked for. */
  se: number | null;
  modelSe: number | null;
  robustSe: number | null;
  z: number | null;
  p: number | null;
  /** exp(beta) with its interval. */
  hazardRatio: Estimate | null;
  /** With `profileInterval`: p and the interval of `hazardRatio` are these. */
  profile?: ProfileInterval;
}

export interface ChiSquareTest {
  statistic: number;
  df: number;
  p: number;
  method: string;
}

export interface CoxFit {
  terms: CoxTerm[];
  /** p coefficients; 0 where aliased. */
  beta: Float64Array;
  aliased: readonly boolean[];
  /** p × p inverse information; rows and columns of aliased covariates are 0. */
  modelVariance: Float64Array;
  /** p × p: robust where asked for, else the model's. */
  variance: Float64Array;
  robust: boolean;
  /** At beta = 0 and at the estimate. With `firth` these are penalised. */
  logLikelihood: { null: number; fitted: number };
  tests: {
    likelihoodRatio: ChiSquareTest;
    wald: ChiSquareTest;
    score: ChiSquareTest;
    /** With a robust variance: the score test that needs no independence of rows within a cluster. */
    robustScore?: ChiSquareTest;
  };
  ties: Ties;
  method: 'likelihood' | 'firth';
  level: number;
  n: number;
  events: number;
  iterations: number;
  converged: boolean;
  /** Covariate means the fit was centred at (weighted). */
  means: Float64Array;
  warnings: StatsWarning[];
  /** The rows the fit was made from, in the caller's order: residuals and predictions need them. */
  data: CoxData;
}
