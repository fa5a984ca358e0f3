/** Which facts a run rehearsed: withheld ones that were trained all the same, and are no evidence of what was not. */
import type { StepRecord } from './types';

/** Keys of all facts that were rehearsed in these steps; texts, which are no facts, do not count. */
export function rehearsedFacts(steps: readonly Pick<StepRecord, 'rehearsed'>[]): Set<string> {
  return new Set(steps.flatMap(({ rehearsed }) => rehearsed ?? []).filter((of) => !/^line:\d+$/.test(of)));
}
