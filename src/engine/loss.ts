/**
 * What a training step minimises, as data: how tokens and examples are weighed, what the sum is divided by, and how
 * strongly the model is held to its frozen self.
 *
 * loss = (1/D) Σ_examples s Σ_tokens w·m·(−log p) + klWeight · (1/N) Σ_tokens KL(base ‖ model), N supervised tokens.
 * m is 1 under reduction `tokens` (D = N), 1/(L + 1e-8) under `examples` (D = B examples of L tokens each).
 * All weights are numbers of the step: no gradient flows through them. Must not know: methods' names, the GPU.
 */
import type { PackedRow } from '../core/packed-row';

export interface LossSpec {
  /** w: 1, or the probability that the model gives the token. */
  tokenWeight: 'none' | 'probability';
  /** s = 1 − confidence^gamma, confidence being the least window mean of the probabilities; null: 1. */
  confidence: null | {
    /** Tokens of a window; an example shorter than it is one window. */
    window: number;
    mean: 'geometric' | 'arithmetic';
    gamma: number;
    /** Divide by Σ s instead of the number of examples (by Σ s·L instead of that of tokens). */
    normalise: boolean;
  };
  reduction: 'tokens' | 'examples';
  klWeight: number;
}

/** Supervised fine-tuning: the mean cross-entropy of all supervised tokens of the batch. */
export const SFT_LOSS: LossSpec = { tokenWeight: 'none', confidence: null, reduction: 'tokens', klWeight: 0 };

/** Whether all tokens weigh the same, one over the batch's tokens. */
export function isEvenlyWeighted(loss: LossSpec): boolean {
  return loss.tokenWeight === 'none' && loss.confidence === null && loss.reduction === 'tokens';
}

/** Head rows [first, end) of each example of a row, in order. */
export function exampleSpans(row: Pick<PackedRow, 'example'>): [first: number, end: number][] {
  const spans: [number, number][] = [];
  row.example.forEach((example, at) => {
    if (at > 0 && row.example[at - 1] === example) spans.at(-1)![1] = at + 1;
    else spans.push([at, at + 1]);
  });
  return spans;
}
