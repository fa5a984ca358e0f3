/**
 * f64 reference of weighted losses and of the divergence from a frozen model, written from the formulas of `../loss.ts`.
 *
 * Formulas of DFT and BFT: arXiv 2511.21075, version 1. Must not know: the GPU, how a batch is packed, chunks.
 */
import type { PackedRow } from '../../core/packed-row';
import { exampleSpans, type LossSpec } from '../loss';
import type { Reals } from './linear';
import { logSumExp } from './loss';

type Confidence = NonNullable<LossSpec['confidence']>;

/** p_conf of one example: the least mean over windows of its labels' probabilities, in [0, 1]; 0 without labels. */
export function confidenceOf(logProb: Reals, { window, mean }: Omit<Confidence, 'gamma' | 'normalise'>): number {
  const width = Math.min(window, logProb.length);
  if (width === 0) return 0;
  let least = Infinity;
  for (let first = 0; first + width <= logProb.length; first++) {
    let sum = 0;
    for (let t = first; t < first + width; t++) sum += mean === 'geometric' ? logProb[t]! : Math.exp(logProb[t]!);
    least = Math.min(least, sum / width);
  }
  return Math.min(1, Math.max(0, mean === 'geometric' ? Math.exp(least) : least));
}

/** s = 1 − p_conf^γ. */
export function exampleWeightOf(logProb: Reals, confidence: Confidence): number {
  return 1 - confidenceOf(logProb, confidence) ** confidence.gamma;
}

/**
 * Weight of every label's loss in a batch of examples, given the labels' log-probabilities: what makes
 * Σ weight · (−log p) the loss. Rows of one batch stand together: the divisor is the whole batch's.
 */
export function exampleTokenWeights(examples: readonly Reals[], loss: LossSpec): Float64Array[] {
  const { confidence, reduction, tokenWeight } = loss;
  const weights = examples.map((logProb) => (confidence ? exampleWeightOf(logProb, confidence) : 1));
  const mass = examples.map((logProb) => (reduction === 'examples' ? 1 : logProb.length));
  const divisor = mass.reduce((sum, m, b) => sum + m * (confidence?.normalise ? weights[b]! : 1), 0);
  return examples.map((logProb, b) => {
    const share = reduction === 'examples' ? 1 / (logProb.length + 1e-8) : 1;
    const scale = divisor > 0 ? (weights[b]! * share) / divisor : 0;
    return Float64Array.from(logProb, (l) => scale * (tokenWeight === 'probability' ? Math.exp(l) : 1));
  });
}

/** The same for packed rows: log-probabilities per row, [supervised] → weights per row, [supervised]. */
export function positionWeights(
  rows: readonly Pick<PackedRow, 'example'>[],
  logProb: readonly Float64Array[],
  loss: LossSpec,
): Float64Array[] {
  const spans = rows.map(exampleSpans);
  const examples = spans.flatMap((own, r) => own.map(([first, end]) => logProb[r]!.subarray(first, end)));
  const weights = exampleTokenWeights(examples, loss);
  let next = 0;
  return spans.map((own, r) => {
    const row = new Float64Array(logProb[r]!.length);
    for (const [first] of own) row.set(weights[next++]!, first);
    return row;
  });
}

/** Σ over rows of KL(softmax(base) ‖ softmax(z)) in nats, and its gradient in z: softmax(z) − softmax(base), [rows, vocab]. */
export function divergence(
  logits: Reals,
  base: Reals,
  rows: number,
  vocab: number,
): { total: number; perRow: Float64Array; dLogits: Float64Array } {
  const dLogits = new Float64Array(rows * vocab);
  const perRow = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    const at = r * vocab;
    const [logTotal, baseTotal] = [logSumExp(logits, at, vocab), logSumExp(base, at, vocab)];
    for (let c = 0; c < vocab; c++) {
      const [logP, logBase] = [logits[at + c]! - logTotal, base[at + c]! - baseTotal];
      perRow[r]! += Math.exp(logBase) * (logBase - logP);
      dLogits[at + c] = Math.exp(logP) - Math.exp(logBase);
    }
  }
  return { total: perRow.reduce((sum, row) => sum + row, 0), perRow, dLogits };
}
