/**
 * f64 reference of causal grouped-query attention over packed rows.
 *
 * Promises: token t attends to segmentStart[t] … t and nothing else; the probabilities are held, not recomputed
 * from the log-sum-exp, so that the backward pass is derived another way than the engine's.
 * Must not know: the GPU.
 */
import type { Reals } from './linear';

export interface AttentionShape {
  heads: number;
  /** Query head h reads key-value head ⌊h / (heads / kvHeads)⌋. */
  kvHeads: number;
  headDim: number;
  /** Factor of the scores; 1/√headDim where absent. */
  scale?: number | null;
}

export interface AttentionOutput {
  /** [tokens, heads·headDim]. */
  o: Float64Array;
  /** Natural log of Σ exp(score) over the attended tokens, scores scaled, [tokens, heads]. */
  lse: Float64Array;
}

/**
 * o = softmax(scale·q·kᵀ)·v per head. q [tokens, heads·headDim]; k and v [tokens, kvHeads·headDim], rotary
 * positions already applied to q and k; segmentStart [tokens]. With keyEnd [tokens] token t reads no key at or past keyEnd[t].
 */
export function attention(
  q: Reals,
  k: Reals,
  v: Reals,
  segmentStart: Uint32Array,
  shape: AttentionShape,
  keyEnd?: Uint32Array,
): AttentionOutput {
  const { heads, kvHeads, headDim } = shape;
  const tokens = segmentStart.length;
  const o = new Float64Array(tokens * heads * headDim);
  const lse = new Float64Array(tokens * heads);
  for (let t = 0; t < tokens; t++) {
    for (let h = 0; h < heads; h++) {
      const { probabilities, logSum } = attentionRow(q, k, segmentStart, shape, t, h, keyEnd?.[t]);
      const start = segmentStart[t]!;
      lse[t * heads + h] = logSum;
      for (let j = 0; j < probabilities.length; j++) {
        const vAt = ((start + j) * kvHeads + kvHeadOf(h, shape)) * headDim;
        for (let i = 0; i < headDim; i++) o[(t * heads + h) * headDim + i]! += probabilities[j]! * v[vAt + i]!;
      }
    }
  }
  return { o, lse };
}

export interface AttentionGradients {
  /** [tokens, heads·headDim]. */
  dq: Float64Array;
  /** [tokens, kvHeads·headDim], summed over the query heads of a group. */
  dk: Float64Array;
  /** [tokens, kvHeads·headDim], summed over the query heads of a group. */
  dv: Float64Array;
}

/** Gradients of q, k, v from dO [tokens, heads·headDim]: dsⱼ = pⱼ·(dpⱼ − Σᵢ pᵢ·dpᵢ) with dpⱼ = dO·vⱼ. */
export function attentionBackward(
  dO: Reals,
  q: Reals,
  k: Reals,
  v: Reals,
  segmentStart: Uint32Array,
  shape: AttentionShape,
): AttentionGradients {
  const { heads, kvHeads, headDim } = shape;
  const tokens = segmentStart.length;
  const scale = scaleOf(shape);
  const dq = new Float64Array(tokens * heads * headDim);
  const dk = new Float64Array(tokens * kvHeads * headDim);
  const dv = new Float64Array(tokens * kvHeads * headDim);
  for (let t = 0; t < tokens; t++) {
    for (let h = 0; h < heads; h++) {
      const { probabilities } = attentionRow(q, k, segmentStart, shape, t, h);
      const qAt = (t * heads + h) * headDim;
      const dProbabilities = new Float64Array(probabilities.length);
      let mean = 0;
      for (let j = 0; j < probabilities.length; j++) {
        const kvAt = ((segmentStart[t]! + j) * kvHeads + kvHeadOf(h, shape)) * headDim;
        for (let i = 0; i < headDim; i++) {
          dProbabilities[j]! += dO[qAt + i]! * v[kvAt + i]!;
          dv[kvAt + i]! += probabilities[j]! * dO[qAt + i]!;
        }
        mean += probabilities[j]! * dProbabilities[j]!;
      }
      for (let j = 0; j < probabilities.length; j++) {
        const kvAt = ((segmentStart[t]! + j) * kvHeads + kvHeadOf(h, shape)) * headDim;
        const dScore = probabilities[j]! * (dProbabilities[j]! - mean) * scale;
        for (let i = 0; i < headDim; i++) {
          dq[qAt + i]! += dScore * k[kvAt + i]!;
          dk[kvAt + i]! += dScore * q[qAt + i]!;
        }
      }
    }
  }
  return { dq, dk, dv };
}

function scaleOf({ scale, headDim }: AttentionShape): number {
  return scale ?? 1 / Math.sqrt(headDim);
}

function kvHeadOf(head: number, { heads, kvHeads }: AttentionShape): number {
  return Math.floor(head / (heads / kvHeads));
}

/** Probabilities of the tokens segmentStart[t] … t for one query token and head, and the log of their sum. */
function attentionRow(
  q: Reals,
  k: Reals,
  segmentStart: Uint32Array,
  shape: AttentionShape,
  t: number,
  h: number,
  keyEnd = t + 1,
): { probabilities: Float64Array; logSum: number } {
  const { heads, kvHeads, headDim } = shape;
  const start = segmentStart[t]!;
  const scores = new Float64Array(Math.min(t + 1, keyEnd) - start);
  let largest = -Infinity;
  for (let j = 0; j < scores.length; j++) {
    const kAt = ((start + j) * kvHeads + kvHeadOf(h, shape)) * headDim;
    let dot = 0;
    for (let i = 0; i < headDim; i++) dot += q[(t * heads + h) * headDim + i]! * k[kAt + i]!;
    scores[j] = dot * scaleOf(shape);
    largest = Math.max(largest, scores[j]!);
  }
  let sum = 0;
  for (const score of scores) sum += Math.exp(score - largest);
  const logSum = largest + Math.log(sum);
  return { probabilities: scores.map((score) => Math.exp(score - largest) / sum), logSum };
}
