/** The small print under chart titles. Pure. */
import type { ExperimentSpec } from '../../spec';
import type { SetSummary } from '../../records';

export function groupNote(groups: readonly SetSummary[]): string {
  return `n = ${groups.map(({ set, facts }) => `${facts} ${set}`).join(', ')}`;
}

/** What latent is in a run: the figure hangs on how often, and how, its model was asked. */
export function latentWords({
  samples,
  temperature,
  topK,
  topP,
}: Pick<ExperimentSpec['evaluation'], 'samples' | 'temperature' | 'topK' | 'topP'>): string {
  const cuts = [...(topK > 0 ? [`top-k ${topK}`] : []), ...(topP < 1 ? [`top-p ${topP}`] : [])];
  return `latent: wrong, but right in ≥ 1 of ${samples} samples at ${[`T = ${temperature}`, ...cuts].join(', ')}`;
}

/** A p-value or an interval is of its own row alone. */
export const NOT_ADJUSTED = 'neither p nor intervals are adjusted for several tests';

/** A test of groups that a person picked by looking at what the test asks about says nothing. */
export const PICKED =
  'the facts were picked by a person: where that was done by how they were learned, the p-value is no test';

/** The same of rates, which no test compares. */
export const PICKED_RATES =
  'the facts were picked by a person: where that was done by how they were learned, their rates differ by that choice';
