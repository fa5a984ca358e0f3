/**
 * By what a wrong fact counts as latent wherever the life of single facts is shown: the race and the page of a fact. Pure.
 *
 * Promises: one rule for both, so that they cannot contradict each other. The charts of whole sets go by the samples drawn
 * alone, and say so.
 */
import { latentThreshold, type StateOptions } from '../stats/states';

/** The chance of being found by k samples from which on a fact counts as within reach. Ours. */
export const LATENT_CHANCE = 0.5;
const DEFAULT_SAMPLES = 20;

/** `exact`: by q_T at every evaluation; `sampled`: by the answers that were drawn. */
export type LatentBy = 'exact' | 'sampled';

export interface LatentRule {
  by: LatentBy;
  /** Samples that the reach of a fact is told by. */
  samples: number;
}

/** @param samples of the run's evaluations; none: as many as usual */
export function latentRule(by: LatentBy, samples: number | undefined): LatentRule {
  return { by, samples: samples || DEFAULT_SAMPLES };
}

export function stateOptions({ by, samples }: LatentRule): Required<StateOptions> {
  return { latentBy: by === 'exact' ? { exact: { k: samples, a: LATENT_CHANCE } } : 'sampled' };
}

/** The q above which a fact is latent; null where samples decide. */
export function latentQ(rule: LatentRule): number | null {
  const threshold = latentThreshold(stateOptions(rule));
  return threshold === null ? null : Math.exp(threshold);
}
