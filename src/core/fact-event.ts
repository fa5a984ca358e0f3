/** What can happen to a fact: learned where it was trained, learned though it was not, lost again. */
export const FACT_EVENTS = ['acquisition', 'generalization', 'degradation'] as const;
export type FactEvent = (typeof FACT_EVENTS)[number];
