/** Dynamic fine-tuning: each answer token's cross-entropy, weighed by the probability that the model gives it. */
import type { TrainingMethod } from './types';

export const dft: TrainingMethod<'dft'> = {
  name: 'dft',
  losses: () => [{ tokenWeight: 'probability', confidence: null, reduction: 'tokens' }],
};
