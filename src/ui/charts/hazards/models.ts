/** What a forest plot of hazard ratios holds, what its models are called, and who is in none of them. */
import type { FactEvent } from '../../../core/fact-event';
import type { HazardRow, Hazards } from '../../../records';

export interface HazardData extends Hazards {
  event: FactEvent;
}

export const MODELS: Record<HazardRow['model'], string> = { cox: 'Cox, Efron ties', cloglog: 'grouped time' };

/** Facts that are not at risk, each with why, in the order of the reasons. */
export function leftOutOf({ event, notAtRisk }: HazardData): { why: string; facts: number }[] {
  const settled = event === 'degradation' ? 'not known before training' : 'already known before training';
  return [
    { why: settled, facts: notAtRisk.settled },
    { why: 'not evaluated both before training and after', facts: notAtRisk.unobserved },
    { why: 'rehearsed', facts: notAtRisk.rehearsed },
  ].filter(({ facts }) => facts > 0);
}
