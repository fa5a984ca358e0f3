/**
 * A Hugging Face tokenizer.json as a Tokenizer.
 *
 * Promises: `decodeCompletion(encodeCompletion(text))` gives the text back wherever the vocabulary can spell it, for
 * byte-level and sentencepiece-style files alike. Must not know: models, prompts, ontologies, files.
 */
import { Tokenizer as HfTokenizer } from '@huggingface/tokenizers';
import { LabError } from '../core/errors';
import type { Tokenizer } from './types';
import { checkTokenizerFile, type Json } from './tokenizer-file';

/** What the model's configuration adds, where the tokenizer's files leave it out. */
export interface TokenizerOptions {
  bosId?: number | null;
  /** Ids that end a sequence; never part of a decoded text. */
  stopIds?: readonly number[];
  /** For messages. */
  fileName?: string;
}

/** Throws `tokenizer-invalid` where the file cannot be used. */
export function createTokenizer(file: Json, config: Json = {}, options: TokenizerOptions = {}): Tokenizer {
  const fileName = options.fileName ?? 'tokenizer.json';
  const checked = checkTokenizerFile(file, fileName);
  try {
    return new FileTokenizer(checked.file, config, options, checked.vocabSize);
  } catch (error) {
    throw new LabError(
      'tokenizer-invalid',
      `${fileName} could not be used: ${error instanceof Error ? error.message : String(error)}.`,
      { hint: `Take ${fileName} from the place the weights came from.`, cause: error },
    );
  }
}

class FileTokenizer implements Tokenizer {
  readonly vocabSize: number;
  readonly bosId: number | null;
  readonly eosId: number | null;
  readonly #tokenizer: HfTokenizer;
  /** What the tokenizer puts in front of every text. */
  readonly #prefix: readonly number[];
  /** Ids without text: special tokens and stop ids. */
  readonly #silent: ReadonlySet<number>;
  readonly #byteLevel: boolean;
  /** The normalizer adds the space in front by itself, even to a text that has one. */
  readonly #prepends: boolean;
  /** The decoder takes the space in front away by itself. */
  readonly #strips: boolean;

  constructor(file: Json, config: Json, options: TokenizerOptions, vocabSize: number) {
    this.#tokenizer = new HfTokenizer(file, config);
    this.vocabSize = vocabSize;
    const stopIds = options.stopIds ?? [];
    this.bosId = this.#namedId(config.bos_token) ?? options.bosId ?? null;
    this.eosId = this.#namedId(config.eos_token) ?? stopIds[0] ?? null;
    this.#prefix = this.#findPrefix();
    const added = file.added_tokens as { id: number; special?: boolean }[];
    const named = [this.bosId, this.eosId].filter((id) => id !== null);
    this.#silent = new Set([...added.filter(({ special }) => special).map(({ id }) => id), ...named, ...stopIds]);
    const decoders = steps(file.decoder, 'decoders');
    this.#byteLevel = decoders.some(({ type }) => type === 'ByteLevel');
    this.#prepends = steps(file.normalizer, 'normalizers').some(({ type }) => type === 'Prepend');
    this.#strips = decoders.some(({ type, content, start }) =>
      type === 'Strip' ? content === ' ' && Number(start) > 0 : type === 'Metaspace',
    );
  }

  encodePrompt(text: string): Uint32Array {
    return Uint32Array.from([...this.#prefix, ...this.#plainIds(text)]);
  }

  encodeCompletion(text: string, stopId: number): Uint32Array {
    return Uint32Array.from([...this.#plainIds(this.#prepends ? text : ` ${text}`), stopId]);
  }

  decodeCompletion(ids: readonly number[]): string {
    const text = this.#decode(ids.filter((id) => !this.#silent.has(id)));
    return !this.#strips && text.startsWith(' ') ? text.slice(1) : text;
  }

  tokenText(id: number): string {
    const token = this.#tokenizer.id_to_token(id);
    if (token === undefined) return `<${id}>`;
    if (this.#silent.has(id)) return token;
    if (!this.#byteLevel) return token.replaceAll('▁', ' ');
    const text = this.#decode([id]);
    return text.includes('�') ? token : text;
  }

  /** A vocabulary padded to a round size has ids without a token: they have no text. */
  #decode(ids: readonly number[]): string {
    const known = ids.filter((id) => this.#tokenizer.id_to_token(id) !== undefined);
    return known.length === 0 ? '' : this.#tokenizer.decode(known, { clean_up_tokenization_spaces: false });
  }

  #plainIds(text: string): number[] {
    if (text === '') return [];
    const { ids, tokens } = this.#tokenizer.encode(text, { add_special_tokens: false });
    const missing = ids.findIndex((id) => id === undefined);
    if (missing < 0) return ids;
    throw new LabError('tokenizer-invalid', `The tokenizer has no token for "${tokens[missing]}" in "${text}".`, {
      hint: 'Choose a model whose tokenizer can spell the text, or leave the text out.',
    });
  }

  /** Ids in front of the text; what some files also put behind it would end the prompt, so it is left out. */
  #findPrefix(): number[] {
    const probe = 'a';
    const plain = this.#tokenizer.encode(probe, { add_special_tokens: false }).ids;
    const full = this.#tokenizer.encode(probe).ids;
    const at = full.findIndex((_, start) => plain.every((id, i) => full[start + i] === id));
    return plain.length === 0 ? full : full.slice(0, Math.max(0, at));
  }

  /** A special token is given as its text or as an object with its text. */
  #namedId(token: unknown): number | null {
    const content = typeof token === 'object' && token !== null ? (token as Json).content : token;
    return typeof content === 'string' ? (this.#tokenizer.token_to_id(content) ?? null) : null;
  }
}

/** The steps of a normalizer or decoder, whether it is one or a sequence. */
function steps(part: unknown, member: 'normalizers' | 'decoders'): Json[] {
  if (part === null || typeof part !== 'object') return [];
  const inner = (part as Json)[member];
  return Array.isArray(inner) ? inner.flatMap((step) => steps(step, member)) : [part as Json];
}
