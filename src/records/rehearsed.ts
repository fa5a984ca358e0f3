/** Which facts a run rehearsed: withheld ones that were trained all the same, and are no evidence of what was not. */
import type { DirectionSummary, GroupSummary, StepRecord } from './types';

/** Keys of all facts that were rehearsed in these steps; texts, which are no facts, do not count. */
export function rehearsedFacts(steps: readonly Pick<StepRecord, 'rehearsed'>[]): Set<string> {
  return new Set(steps.flatMap(({ rehearsed }) => rehearsed ?? []).filter((of) => !/^line:\d+$/.test(of)));
}

/** `withheld`: never trained at all; `rehearsed`: withheld from learning, but trained beside it. */
export const FACT_SETS = ['seen', 'withheld', 'rehearsed'] as const;
export type FactSet = (typeof FACT_SETS)[number];

/** @param rehearsed keys of the facts that were */
export function factSet({ fact, seen }: { fact: string; seen: boolean }, rehearsed: ReadonlySet<string>): FactSet {
  return seen ? 'seen' : rehearsed.has(fact) ? 'rehearsed' : 'withheld';
}

/** A group of a summary with the name of its set. */
export type SetSummary = GroupSummary & { set: FactSet };

/** All groups of a direction: seen, withheld, and rehearsed ones where some were. */
export function setSummaries({ groups, rehearsed = [] }: Pick<DirectionSummary, 'groups' | 'rehearsed'>): SetSummary[] {
  return [
    ...groups.map((group): SetSummary => ({ ...group, set: group.seen ? 'seen' : 'withheld' })),
    ...rehearsed.map((group): SetSummary => ({ ...group, set: 'rehearsed' })),
  ];
}
