/** Supervised fine-tuning: the mean cross-entropy of all answer tokens of a batch. */
import type { TrainingMethod } from './types';

export const sft: TrainingMethod<'sft'> = {
  name: 'sft',
  losses: () => [{ tokenWeight: 'none', confidence: null, reduction: 'tokens' }],
};
