/**
 * f64 reference of softmax cross-entropy on supervised rows, and of what is read off the same logits.
 *
 * Promises: max-subtracted, whole rows at once. Must not know: the GPU, or that the engine walks the vocabulary in chunks.
 */
import type { Reals } from './linear';

/** ln Σ exp(z) of `logits[at … at + vocab)`, the logits divided by `temperature`. */
export function logSumExp(logits: Reals, at: number, vocab: number, temperature = 1): number {
  let largest = -Infinity;
  for (let c = 0; c < vocab; c++) largest = Math.max(largest, logits[at + c]! / temperature);
  let sum = 0;
  for (let c = 0; c < vocab; c++) sum += Math.exp(logits[at + c]! / temperature - largest);
  return largest + Math.log(sum);
}

/** The smallest token id with the largest logit, of `logits[at … at + vocab)`. */
export function argmaxOf(logits: Reals, at: number, vocab: number): number {
  let best = 0;
  for (let c = 1; c < vocab; c++) if (logits[at + c]! > logits[at + best]!) best = c;
  return best;
}

/** log softmax(z / temperature)[label] for every row: logits [rows, vocab], labels [rows] → [rows]. */
export function labelLogProb(logits: Reals, labels: Uint32Array, vocab: number, temperature = 1): Float64Array {
  return Float64Array.from(
    labels,
    (label, r) => logits[r * vocab + label]! / temperature - logSumExp(logits, r * vocab, vocab, temperature),
  );
}

/** `argmaxOf` every row: logits [rows, vocab] → [rows]. */
export function argmaxRows(logits: Reals, vocab: number): Uint32Array {
  return Uint32Array.from({ length: logits.length / vocab }, (_, r) => argmaxOf(logits, r * vocab, vocab));
}

export interface CrossEntropy {
  /** Σ rows weight·(−log softmax(z)[label]). */
  loss: number;
  /** weight·(softmax(z) − onehot(label)), [rows, vocab]. */
  dLogits: Float64Array;
}

/** Weighted cross-entropy: logits [rows, vocab], labels [rows], rowWeights [rows]. The mean has weights 1/rows. */
export function crossEntropy(logits: Reals, labels: Uint32Array, rowWeights: Reals, vocab: number): CrossEntropy {
  const dLogits = new Float64Array(logits.length);
  let loss = 0;
  for (let r = 0; r < labels.length; r++) {
    const at = r * vocab;
    const logTotal = logSumExp(logits, at, vocab);
    loss += rowWeights[r]! * (logTotal - logits[at + labels[r]!]!);
    for (let c = 0; c < vocab; c++) dLogits[at + c] = rowWeights[r]! * Math.exp(logits[at + c]! - logTotal);
    dLogits[at + labels[r]!]! -= rowWeights[r]!;
  }
  return { loss, dLogits };
}

/** One more than the logits strictly above the label's, for every row: logits [rows, vocab], labels [rows] → [rows]. */
export function labelRanks(logits: Reals, labels: Uint32Array, vocab: number): Uint32Array {
  return labels.map((label, r) => {
    let rank = 1;
    for (let c = 0; c < vocab; c++) if (logits[r * vocab + c]! > logits[r * vocab + label]!) rank += 1;
    return rank;
  });
}
