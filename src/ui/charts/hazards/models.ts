/** What a forest plot of hazard ratios holds, and what its models are called. */
import type { FactEvent } from '../../../core/fact-event';
import type { HazardRow } from '../../../records';

export interface Hazards {
  event: FactEvent;
  rows: readonly HazardRow[];
}

export const MODELS: Record<HazardRow['model'], string> = { cox: 'Cox, Efron ties', cloglog: 'grouped time' };
