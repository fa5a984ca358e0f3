/** Residuals that have one column per covariate. */
import type { CoxFit } from './types';

export interface ResidualMatrix {
  /** q covariates with a coefficient, in the fit's order; aliased ones have no residuals. */
  names: readonly string[];
  /** Covariates left out because they are aliased. */
  skipped: readonly string[];
  rows: number;
  /** rows × q. */
  values: Float64Array;
}

export function skippedNames(fit: CoxFit): string[] {
  return fit.data.names.filter((_, j) => fit.aliased[j]);
}
