/**
 * How long a packed row is when the spec leaves it open. Pure.
 *
 * A row that holds a whole batch means one micro-step per optimiser step; rows longer than needed waste work on
 * padding and memory on activations.
 */
import type { ExperimentSpec } from '../spec/schema';
import { inputTokens } from '../tokens/packing';
import { epochBatches } from './batches';
import type { PreparedDirection } from './prepared';
import { longestRehearsal } from './rehearsal';

const GRAIN = 64;
export const LARGEST_ROW = 2048;
/** Batches of so many epochs are measured; a longer batch later is packed into two rows. */
const MEASURED_EPOCHS = 4;

/**
 * Smallest multiple of 64 that holds every batch of the first epochs with what is rehearsed beside it, at most 2,048, and in any case the longest
 * single example or question.
 */
export function chooseRowTokens(
  spec: ExperimentSpec,
  directions: readonly Pick<PreparedDirection, 'direction' | 'examples' | 'rehearsal'>[],
  longestTokens: number,
): number {
  let largestBatch = 0;
  for (const { direction, examples, rehearsal } of directions) {
    const beside = longestRehearsal(spec, rehearsal);
    for (let epoch = 1; epoch <= Math.min(MEASURED_EPOCHS, spec.train.epochs); epoch++) {
      for (const batch of epochBatches(spec.seed, direction, epoch, examples.length, spec.train.batchSize)) {
        const tokens = batch.reduce((sum, index) => sum + inputTokens(examples[index]!), beside);
        largestBatch = Math.max(largestBatch, tokens);
      }
    }
  }
  const wanted = Math.min(LARGEST_ROW, Math.max(4 * GRAIN, largestBatch));
  return Math.ceil(Math.max(wanted, longestTokens) / GRAIN) * GRAIN;
}
