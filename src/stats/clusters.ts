/** How many clusters a robust variance needs. Must not know: the model. */
import type { StatsWarning } from '../core/estimate';
import { badInput } from './checks';

const FEW_CLUSTERS = 10;

/**
 * What there is to say of so many clusters under so many coefficients: nothing, or a warning. Throws `stats-input` for a
 * single one, whose sandwich is 0 whatever the data.
 */
export function clusterWarnings(method: string, clusters: number, coefficients: number): StatsWarning[] {
  if (clusters < 2) {
    throw badInput(method, 'all rows are one cluster', 'Give two clusters or more, or none: ten are few.');
  }
  if (clusters >= Math.max(FEW_CLUSTERS, coefficients + 2)) return [];
  return [
    {
      code: 'few-clusters',
      message: `There are ${clusters} clusters: robust standard errors from so few are too small.`,
      hint: 'Give ten clusters or more, or use the model’s standard errors.',
    },
  ];
}
