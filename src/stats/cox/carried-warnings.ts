/** What makes a fit doubtful makes what follows from it doubtful too. */
import type { StatsWarning } from '../../core/estimate';
import type { CoxFit } from './types';

const CARRIED = new Set(['constant', 'collinear', 'monotone-likelihood', 'not-converged']);

/** The fit's warnings that concern its tests and predictions: covariates without a coefficient, or with a doubtful one. */
export function carriedWarnings(fit: CoxFit): StatsWarning[] {
  return fit.warnings.filter(({ code }) => CARRIED.has(code));
}
