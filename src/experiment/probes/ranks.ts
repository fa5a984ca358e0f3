/**
 * Ranks of the label's tokens. The trials carry them: the scoring pass counts them where `evaluation.probes.ranks` is set.
 */
import { carriedByTrials } from './carried';
import type { Probe } from './types';

export const ranks: Probe = {
  prepare: ({ spec }) => Promise.resolve(spec.evaluation.probes.ranks ? carriedByTrials('ranks') : null),
};
