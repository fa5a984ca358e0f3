/**
 * Membership scores: was this text in the training data? A higher score says more likely.
 *
 * Promises: zlib's lengths are zlib's own at its default level. Sources: loss: Yeom et al., CSF 2018; zlib: Carlini et al., USENIX
 * Security 2021; Min-K%: Shi et al., ICLR 2024; Min-K%++: Zhang et al., ICLR 2025. Must not know: models.
 */
import { deflate } from 'pako';
import { badInput, requireCount, requireFinite } from '../checks';

/** Mean log-probability of the tokens (nats): minus the loss. */
export function lossScore(logProbs: readonly number[]): number {
  requireTokens('Loss score', logProbs);
  return logProbs.reduce((sum, value) => sum + value, 0) / logProbs.length;
}

/** Loss score over the bytes of the text when compressed by zlib: what is hard to compress may be hard to predict. */
export function zlibScore(logProbs: readonly number[], text: string): number {
  return lossScore(logProbs) / zlibBytes(text);
}

/** Length of zlib.compress(text as UTF-8), level 6, with zlib's own hash: pako's faster one finds other matches. */
export function zlibBytes(text: string): number {
  return deflate(new TextEncoder().encode(text), { level: 6, legacyHash: true }).length;
}

/** Mean of the lowest `share` of the token log-probabilities, at least one of them. 0.2 is usual. */
export function minKScore(logProbs: readonly number[], share = 0.2): number {
  requireTokens('Min-K%', logProbs);
  return lowestMean('Min-K%', logProbs, share);
}

/** What the next-token distribution expects of its own log-probabilities at one position. */
export interface TokenMoments {
  /** Log-probability of the token that stands there. */
  logProb: number;
  /** Σ p ln p over the vocabulary. */
  mean: number;
  /** Square root of Σ p (ln p)² − mean². */
  sd: number;
}

/** Mean and standard deviation of ln p under p = softmax(logits). */
export function logProbMoments(logits: ArrayLike<number>): { mean: number; sd: number; logProbs: Float64Array } {
  requireCount('Min-K%++', 'logits', logits.length, 1);
  requireFinite('Min-K%++', 'the logits', logits);
  let top = -Infinity;
  for (let i = 0; i < logits.length; i++) top = Math.max(top, logits[i]!);
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += Math.exp(logits[i]! - top);
  const logProbs = Float64Array.from(logits, (logit) => logit - top - Math.log(sum));
  const mean = logProbs.reduce((total, logProb) => total + Math.exp(logProb) * logProb, 0);
  // Around the mean, not as a difference of squares: near-certain positions would lose all digits.
  const variance = logProbs.reduce((total, logProb) => total + Math.exp(logProb) * (logProb - mean) ** 2, 0);
  return { mean, sd: Math.sqrt(variance), logProbs };
}

/** Mean of the lowest `share` of (ln p − mean) / sd. A position without spread says nothing: its score is 0. */
export function minKPlusPlusScore(tokens: readonly TokenMoments[], share = 0.2): number {
  const scores = tokens.map(({ logProb, mean, sd }) => (sd > 0 ? (logProb - mean) / sd : 0));
  requireTokens('Min-K%++', scores);
  return lowestMean('Min-K%++', scores, share);
}

function lowestMean(method: string, values: readonly number[], share: number): number {
  if (!(share > 0 && share <= 1)) throw badInput(method, `the share is ${share}`, 'Give a share above 0, up to 1.');
  const kept = Math.max(1, Math.floor(share * values.length));
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.slice(0, kept).reduce((sum, value) => sum + value, 0) / kept;
}

function requireTokens(method: string, values: readonly number[]): void {
  requireCount(method, 'tokens', values.length, 1);
  requireFinite(method, 'the tokens', values);
}
