/**
 * How a text begins for the model, and the draws with which it speaks for itself before training.
 *
 * Promises: everything follows from the spec's seed, the tokenizer and the base weights.
 */
import { LabError } from '../../core/errors';
import { philox4x32, PhiloxSequence, STREAM } from '../../core/philox';
import type { Tokenizer } from '../../tokens/types';

/** Substreams of the probes' stream. */
const CANARY_TOKENS = 1;
const TEXT_DRAWS = 2;
/** Draws per wanted token before the vocabulary counts as used up. */
const TRIES = 100;

/** What stands in front of every text: what the tokenizer puts there (BOS); without such, nothing. */
export function textPrefix(tokenizer: Tokenizer): Uint32Array {
  return tokenizer.encodePrompt('');
}

/** Tokens of a text without what stands in front of it. */
export function contentTokens(tokenizer: Tokenizer, text: string): Uint32Array {
  return tokenizer.encodePrompt(text).subarray(textPrefix(tokenizer).length);
}

/** Where a text that the model draws begins: after the prefix, or after a stop token, which begins texts as it ends them. */
export function textStart(tokenizer: Tokenizer, stopIds: readonly number[]): Uint32Array {
  const prefix = textPrefix(tokenizer);
  return prefix.length > 0 ? prefix : Uint32Array.of(stopIds[0]!);
}

/** Up to `count` different tokens that spell something, in the order in which they were drawn. */
export function drawTokens(seed: number, count: number, tokenizer: Tokenizer, vocabSize: number): number[] {
  const draws = new PhiloxSequence(seed, STREAM.probes, CANARY_TOKENS);
  const ids = Math.min(vocabSize, tokenizer.vocabSize);
  const drawn = new Set<number>();
  for (let tries = 0; drawn.size < count && tries < TRIES * count; tries++) {
    const id = draws.nextInt(ids);
    const text = tokenizer.decodeCompletion([id]);
    if (text.trim() !== '' && !text.includes('\ufffd')) drawn.add(id);
  }
  if (drawn.size > 0) return [...drawn];
  throw new LabError('tokenizer-invalid', 'The tokenizer has no token that spells a text of its own.', {
    hint: 'Give canaries in a table: set evaluation.probes.canaries.path.',
    control: 'evaluation.probes.canaries.path',
  });
}

/** Stream of the sampler for texts that the model draws. */
export function textStream(seed: number): number {
  return philox4x32([TEXT_DRAWS, 0, 0, 0], [seed, STREAM.probes])[0];
}
