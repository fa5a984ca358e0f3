/**
 * A corpus as the token sequences that are trained, and the rows and steps they are trained in. Pure.
 *
 * Promises: sentences keep their order, each stands in exactly one row of one step, whole: BOS, its tokens, EOS, every
 * token after BOS predicted. Rows are filled one after the other; the next begins where a sentence no longer fits.
 * Must not know: models, devices, facts.
 */
import { LabError } from '../../core/errors';
import type { TokenExample } from '../../core/packed-row';
import { inputTokens } from '../../tokens/packing';
import type { Tokenizer } from '../../tokens/types';

export interface SequenceOptions {
  /** Of the file, for messages. */
  name: string;
  rowTokens: number;
  contextLength: number;
}

/** A tokenizer's ids around every sequence. Throws `tokenizer-invalid` where it has none. */
export function sequenceIds(tokenizer: Tokenizer): { bosId: number; eosId: number } {
  const { bosId, eosId } = tokenizer;
  const [first] = tokenizer.encodePrompt('a');
  if (bosId !== null && eosId !== null && first === bosId) return { bosId, eosId };
  const lack =
    bosId === null || eosId === null
      ? `names no ${bosId === null ? 'bos_token' : 'eos_token'}`
      : 'does not put its bos_token in front of a text';
  throw new LabError('tokenizer-invalid', `The tokenizer ${lack}; every sentence is trained between the two.`, {
    hint: 'Name bos_token and eos_token in tokenizer_config.json, and let the post-processor of tokenizer.json put BOS in front.',
  });
}

/** Each text as BOS → tokens → EOS. Throws `sequence-too-long` naming the text. */
export function encodeTexts(texts: readonly string[], tokenizer: Tokenizer, options: SequenceOptions): TokenExample[] {
  const { bosId, eosId } = sequenceIds(tokenizer);
  const prompt = Uint32Array.of(bosId);
  const limit = Math.min(options.rowTokens, options.contextLength);
  // A fact's exposures are often the same words.
  const known = new Map<string, TokenExample>();
  return texts.map((text, index) => {
    let example = known.get(text);
    if (!example) {
      const ids = tokenizer.encodePrompt(text);
      const completion = new Uint32Array(ids.length);
      completion.set(ids.subarray(1));
      completion[ids.length - 1] = eosId;
      example = { prompt, completion };
      known.set(text, example);
    }
    if (inputTokens(example) > limit) throw tooLong(index, inputTokens(example), options);
    return example;
  });
}

function tooLong(index: number, tokens: number, { name, rowTokens, contextLength }: SequenceOptions): LabError {
  const byContext = contextLength <= rowTokens;
  const control = byContext ? 'model.contextLength' : 'batch.rowTokens';
  return new LabError(
    'sequence-too-long',
    `${name}, line ${index + 1}: the sentence takes ${tokens} tokens, ${byContext ? "the model's context" : 'a packed row'} holds ${Math.min(contextLength, rowTokens)}.`,
    { hint: `Raise ${control}, or leave the sentence out.`, control },
  );
}

/** Where a row or a step ends in the corpus: sentences [first, end). */
export interface Stretch {
  first: number;
  end: number;
}

/** Rows filled in order. Every example must fit. */
export function rowsInOrder(examples: readonly TokenExample[], rowTokens: number): Stretch[] {
  const rows: Stretch[] = [];
  let used = Infinity;
  for (const [index, example] of examples.entries()) {
    const tokens = inputTokens(example);
    if (used + tokens > rowTokens) {
      rows.push({ first: index, end: index });
      used = 0;
    }
    rows.at(-1)!.end = index + 1;
    used += tokens;
  }
  return rows;
}

/** Rows of each optimiser step, in order; the last step may have fewer. */
export function stepsOf(rows: readonly Stretch[], rowsPerStep: number): Stretch[][] {
  const steps: Stretch[][] = [];
  for (let at = 0; at < rows.length; at += rowsPerStep) steps.push(rows.slice(at, at + rowsPerStep));
  return steps;
}
