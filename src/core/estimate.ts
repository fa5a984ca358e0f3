/**
 * Every number that is an estimate travels with its interval, its n and the name of its method; what makes it doubtful
 * travels with it too.
 */
export interface StatsWarning {
  /** Stable name, for instance `monotone-likelihood`, `collinear`, `not-converged`, `no-events`, `few-events`. */
  code: string;
  /** What is doubtful, in plain words, naming the covariate or group. */
  message: string;
  /** What can be done about it. */
  hint: string;
}

export interface Estimate {
  value: number;
  lo: number;
  hi: number;
  n: number;
  method: string;
  warnings?: StatsWarning[];
}
