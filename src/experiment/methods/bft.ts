/**
 * Balanced fine-tuning (arXiv 2511.21075, version 1): tokens weighed as by DFT, whole answers by how unsure the model is
 * of their least likely window, and a mean over the batch's answers.
 */
import type { TrainingMethod } from './types';

export const bft: TrainingMethod<'bft'> = {
  name: 'bft',
  losses: ({ window, windowMean, gamma, tokenWeights, normalise }) => [
    {
      tokenWeight: tokenWeights ? 'probability' : 'none',
      confidence: { window, mean: windowMean, gamma, normalise },
      reduction: 'examples',
    },
  ],
};
