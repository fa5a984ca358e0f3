/**
 * Log-probabilities of the label's tokens, one by one. The scoring pass finds them anyway; the trials carry them where
 * `evaluation.probes.tokens` is set, and the facts what the tokens are.
 */
import { carriedByTrials } from './carried';
import type { Probe } from './types';

export const tokens: Probe = {
  prepare: ({ spec }) => Promise.resolve(spec.evaluation.probes.tokens ? carriedByTrials('tokens') : null),
};
