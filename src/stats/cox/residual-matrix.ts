/** Residuals that have one column per covariate. */
import type { StatsWarning } from '../../core/estimate';
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

/** One warning that names the aliased covariates; none where there are none. */
export function skippedWarnings(fit: CoxFit): StatsWarning[] {
  const skipped = skippedNames(fit);
  if (skipped.length === 0) return [];
  return [
    {
      code: 'collinear',
      message: `${skipped.join(', ')}: no coefficient, because constant or a combination of other covariates; left out.`,
      hint: 'Remove the covariate, or one of those it is made of.',
    },
  ];
}
