/**
 * A Hugging Face tokenizer.json as a Tokenizer.
 *
 * Promises: `decodeCompletion(encodeCompletion(text))` gives the text back wherever the vocabulary can spell it, for
 * byte-level and sentencepiece-style files alike, and `encodeReply` likewise; text never becomes a special token.
 * Must not know: models, prompts, ontologies, files.
 */
import { Tokenizer as HfTokenizer } from '@huggingface/tokenizers';
import { LabError } from '../core/errors';
import type { ChatTemplate } from './chat-template';
import type { ChatMessage, Tokenizer } from './types';
import { decoderOf } from './decoding';
import { exactEncoding } from './encoding';
import { checkTokenizerFile, type Json, steps } from './tokenizer-file';

/** What the model's configuration adds, where the tokenizer's files leave it out. */
export interface TokenizerOptions {
  bosId?: number | null;
  /** Ids that end a sequence; never part of a decoded text. */
  stopIds?: readonly number[];
  chat?: ChatTemplate | null;
  /** For messages. */
  fileName?: string;
}

/** Throws `tokenizer-invalid` where the file cannot be used. */
export function createTokenizer(file: Json, config: Json = {}, options: TokenizerOptions = {}): Tokenizer {
  const fileName = options.fileName ?? 'tokenizer.json';
  const { file: checked, vocabSize, strayMerges } = checkTokenizerFile(file, fileName);
  const exact = exactEncoding(checked, fileName);
  const decode = decoderOf(file.decoder, fileName);
  try {
    return new FileTokenizer(exact, config, options, { vocabSize, strayMerges, decode });
  } catch (error) {
    throw new LabError(
      'tokenizer-invalid',
      `${fileName} could not be used: ${error instanceof Error ? error.message : String(error)}.`,
      { hint: `Take ${fileName} from the place the weights came from.`, cause: error },
    );
  }
}

/** What the file says beside what the library reads. */
type Reading = Pick<Tokenizer, 'vocabSize' | 'strayMerges'> & { decode(tokens: readonly string[]): string };

class FileTokenizer implements Tokenizer {
  readonly vocabSize: number;
  readonly strayMerges: readonly string[];
  readonly bosId: number | null;
  readonly eosId: number | null;
  readonly padId: number | null;
  readonly #tokenizer: HfTokenizer;
  readonly #join: (tokens: readonly string[]) => string;
  readonly #chat: ChatTemplate | null;
  /** Special tokens by the names that chat templates call them. */
  readonly #names: Readonly<Record<string, string>>;
  /** Texts of the added tokens that have none of their own. */
  readonly #specials: readonly string[];
  /** A tokenizer that knows no special tokens, made when a text first holds one. */
  readonly #literal: () => HfTokenizer;
  /** What the tokenizer puts in front of every text. */
  readonly #prefix: readonly number[];
  /** Ids without text: special tokens and stop ids. */
  readonly #silent: ReadonlySet<number>;
  readonly #byteLevel: boolean;
  /** The normalizer adds the space in front by itself, even to a text that has one. */
  readonly #prepends: boolean;
  /** The decoder takes the space in front away by itself. */
  readonly #strips: boolean;

  constructor(file: Json, config: Json, options: TokenizerOptions, reading: Reading) {
    // The library would let tokenizer_config.json change how texts are cut; Python does not.
    const cutting = { ...file, decoder: null };
    const unknown = { unk_token: (file.model as Json).unk_token };
    this.#tokenizer = new HfTokenizer(cutting, unknown);
    this.vocabSize = reading.vocabSize;
    this.strayMerges = reading.strayMerges;
    this.#join = reading.decode;
    const stopIds = options.stopIds ?? [];
    this.bosId = this.#namedId(config.bos_token) ?? options.bosId ?? null;
    this.eosId = this.#namedId(config.eos_token) ?? stopIds[0] ?? null;
    this.padId = this.#namedId(config.pad_token);
    this.#prefix = this.#findPrefix();
    const added = file.added_tokens as { id: number; content: string; special?: boolean }[];
    const named = [this.bosId, this.eosId].filter((id) => id !== null);
    this.#silent = new Set([...added.filter(({ special }) => special).map(({ id }) => id), ...named, ...stopIds]);
    const plain = added.filter(({ id }) => !this.#silent.has(id));
    this.#specials = added
      .filter(({ id, content }) => this.#silent.has(id) && content !== '')
      .map(({ content }) => content);
    this.#literal = once(() => new HfTokenizer({ ...cutting, added_tokens: plain }, unknown));
    this.#chat = options.chat ?? null;
    this.#names = {
      ...tokenNames(config),
      bos_token: this.#nameOf(this.bosId),
      eos_token: this.#nameOf(this.eosId),
    };
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

  get chatTemplate(): string | null {
    return this.#chat?.source ?? null;
  }

  get replyStopId(): number | null {
    return this.#reply().stopId;
  }

  encodeChat(messages: readonly ChatMessage[]): Uint32Array {
    for (const { content } of messages) {
      const special = this.#specialIn(content);
      if (special === undefined) continue;
      throw new LabError(
        'tokenizer-invalid',
        `The message "${content}" holds "${special}", which ends or begins a turn in this model's conversations.`,
        { hint: 'Leave the term out, or choose the style "completion".', control: 'templates.evaluationStyle' },
      );
    }
    return Uint32Array.from(this.#ids(this.#tokenizer, this.#rendered(messages)));
  }

  encodeReply(text: string, stopId: number): Uint32Array {
    const { glue } = this.#reply();
    if (glue === ' ') return this.encodeCompletion(text, stopId);
    return Uint32Array.from([...this.#continuingIds(glue + text), stopId]);
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
    return this.#join(ids.map((id) => this.#tokenizer.id_to_token(id)).filter((token) => token !== undefined));
  }

  #rendered(messages: readonly ChatMessage[]): string {
    if (this.#chat !== null) return this.#chat.render(messages, this.#names);
    throw new LabError('tokenizer-invalid', 'The tokenizer of this model has no chat template.', {
      hint: 'Choose the style "completion", or add the model’s chat_template.jinja to its folder.',
      control: 'templates.evaluationStyle',
    });
  }

  /** How the template continues an opened turn: what stands before the answer, and the special token behind it. */
  readonly #reply = once((): { glue: string; stopId: number | null } => {
    const question: ChatMessage = { role: 'user', content: 'a' };
    let opened: string;
    let whole: string;
    try {
      opened = this.#rendered([question]);
      whole = this.#rendered([question, { role: 'assistant', content: PROBE }]);
    } catch {
      // No template, or one that shows no answers: `encodeChat` says what is wrong with it.
      return { glue: '', stopId: null };
    }
    const at = whole.lastIndexOf(PROBE);
    if (at < 0) return { glue: '', stopId: null };
    // Templates that open a turn with more than they keep of it (a place for thoughts) leave no glue to be seen.
    const glue = whole.startsWith(opened) && at >= opened.length ? whole.slice(opened.length, at) : '';
    const stop = this.#specialIn(whole.slice(at + PROBE.length));
    const stopId = stop === undefined ? null : (this.#tokenizer.token_to_id(stop) ?? null);
    return { glue: glue.trim() === '' ? glue : '', stopId };
  });

  /** Ids of a text that continues another one without a space between, whatever the tokenizer puts before a text. */
  #continuingIds(text: string): number[] {
    const line = this.#plainIds('\n');
    const ids = this.#plainIds(`\n${text}`);
    return line.every((id, index) => ids[index] === id) ? ids.slice(line.length) : this.#plainIds(text);
  }

  /** The special token whose text comes first in the text, the longest of those. */
  #specialIn(text: string): string | undefined {
    let first: { at: number; special: string } | undefined;
    for (const special of this.#specials) {
      const at = text.indexOf(special);
      if (at < 0 || (first && (at > first.at || (at === first.at && special.length <= first.special.length)))) continue;
      first = { at, special };
    }
    return first?.special;
  }

  #plainIds(text: string): number[] {
    return this.#ids(this.#specialIn(text) === undefined ? this.#tokenizer : this.#literal(), text);
  }

  #ids(tokenizer: HfTokenizer, text: string): number[] {
    if (text === '') return [];
    if (/\p{Surrogate}/u.test(text)) {
      throw new LabError('tokenizer-invalid', `The text ${JSON.stringify(text)} holds half of a character.`, {
        hint: 'Repair the text where it comes from: it is not valid Unicode.',
      });
    }
    const { ids, tokens } = tokenizer.encode(text, { add_special_tokens: false });
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

  #namedId(token: unknown): number | null {
    const content = tokenContent(token);
    return content === null ? null : (this.#tokenizer.token_to_id(content) ?? null);
  }

  #nameOf(id: number | null): string {
    return id === null ? '' : (this.#tokenizer.id_to_token(id) ?? '');
  }
}

/** An answer that no template changes. */
const PROBE = 'reply';

/** A special token is given as its text or as an object with its text. */
function tokenContent(token: unknown): string | null {
  const content = typeof token === 'object' && token !== null ? (token as Json).content : token;
  return typeof content === 'string' ? content : null;
}

/** `pad_token`, `unk_token` and so on, as the configuration names them. */
function tokenNames(config: Json): Record<string, string> {
  const names: Record<string, string> = {};
  for (const [name, token] of Object.entries(config)) {
    const content = tokenContent(token);
    if (name.endsWith('_token') && content !== null) names[name] = content;
  }
  return names;
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
