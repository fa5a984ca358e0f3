/**
 * f64 reference of decoding: greedy, temperature, top-k and top-p, with draws from Philox.
 *
 * Promises: no cache — every step runs the whole sequence again — so that it checks the engine's cache as well.
 * The draw of a step depends on (seed, stream, prompt, sample, step) only, never on what else is in the batch.
 * Must not know: the GPU, texts.
 */
import { philox4x32, STREAM, toUnit } from '../../core/philox';
import type { DecoderConfig, GeneratedSample, GenerateOptions } from '../types';
import type { Lora, Tensors } from './decoder';
import { sequenceLogits } from './decoder';
import type { Reals } from './linear';
import { argmaxOf, logSumExp } from './loss';

export interface Truncation {
  /** Above 0. */
  temperature: number;
  /** 0 = off. Every token as likely as the k-th is kept. */
  topK: number;
  /** 1 = off. The smallest set of most likely tokens with mass ≥ topP, with all that tie with its last. */
  topP: number;
}

/** Normalised probabilities of the tokens one draw may return, 0 for those cut off: logits [vocab] → [vocab]. */
export function truncatedDistribution(logits: Reals, { temperature, topK, topP }: Truncation): Float64Array {
  const cut = topK > 0 && topK < logits.length ? Float64Array.from(logits).sort().reverse()[topK - 1]! : -Infinity;
  const largest = logits[argmaxOf(logits, 0, logits.length)]!;
  let kept = normalise(Float64Array.from(logits, (z) => (z >= cut ? Math.exp((z - largest) / temperature) : 0)));
  if (topP < 1) {
    const falling = Float64Array.from(kept).sort().reverse();
    let mass = 0;
    let threshold = 0;
    for (const p of falling) {
      mass += p;
      threshold = p;
      if (mass >= topP) break;
    }
    kept = normalise(kept.map((p) => (p >= threshold ? p : 0)));
  }
  return kept;
}

function normalise(weights: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** Inverse CDF in ascending token order: the first token whose cumulative weight exceeds unit·total, else the last kept one. */
export function drawToken(weights: Reals, unit: number): number {
  let total = 0;
  for (const weight of weights) total += weight;
  let cumulative = 0;
  let lastKept = 0;
  for (let id = 0; id < weights.length; id++) {
    if (weights[id]! === 0) continue;
    cumulative += weights[id]!;
    lastKept = id;
    if (cumulative > unit * total) return id;
  }
  return lastKept;
}

/** The uniform number of one draw; `step` counts the sample's new tokens from 0. */
export function drawUnit(seed: number, stream: number, prompt: number, sample: number, step: number): number {
  return toUnit(philox4x32([step, sample, prompt, stream], [seed, STREAM.decode])[0]);
}

/** Same samples, in the same order (prompt by prompt), as the engine's `generate`; temperature 0 is greedy. */
export function generate(
  config: DecoderConfig,
  weights: Tensors,
  options: Omit<GenerateOptions, 'signal' | 'onProgress'>,
  lora?: Lora,
): GeneratedSample[] {
  const { prompts, samples, maxNewTokens, temperature, topK, topP, seed, stream, stopIds } = options;
  return prompts.flatMap((promptIds, prompt) =>
    Array.from({ length: samples }, (_, sample): GeneratedSample => {
      const ids: number[] = [];
      let logProb = 0;
      let finished = false;
      while (ids.length < maxNewTokens && !finished) {
        const logits = lastLogits(config, weights, [...promptIds, ...ids], lora);
        const id =
          temperature === 0
            ? argmaxOf(logits, 0, logits.length)
            : drawToken(
                truncatedDistribution(logits, { temperature, topK, topP }),
                drawUnit(seed, stream, prompt, sample, ids.length),
              );
        logProb += logits[id]! - logSumExp(logits, 0, logits.length);
        ids.push(id);
        finished = stopIds.includes(id);
      }
      return { prompt, sample, ids, logProb, finished };
    }),
  );
}

/** The greedy continuation of one prompt, the stop id included when it is reached. */
export function greedy(
  config: DecoderConfig,
  weights: Tensors,
  prompt: Uint32Array,
  maxNewTokens: number,
  stopIds: readonly number[] = [],
  lora?: Lora,
): GeneratedSample {
  const settings = { samples: 1, temperature: 0, topK: 0, topP: 1, seed: 0, stream: 0 };
  return generate(config, weights, { prompts: [prompt], maxNewTokens, stopIds, ...settings }, lora)[0]!;
}

function lastLogits(config: DecoderConfig, weights: Tensors, ids: number[], lora?: Lora): Float64Array {
  return sequenceLogits(config, weights, Uint32Array.from(ids), lora).slice(-config.vocabSize);
}
