/** Text ↔ token ids, whatever the tokenizer's file says. Must not know: models, prompts, ontologies. */

/** One turn of a conversation. */
export interface ChatMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

export interface Tokenizer {
  readonly vocabSize: number;
  /** Texts that the file's own merges lead to but its vocabulary does not hold: they are spelled by their parts. */
  readonly strayMerges: readonly string[];
  readonly bosId: number | null;
  readonly eosId: number | null;
  /** Token that fills texts up to one length, where the tokenizer names one. */
  readonly padId: number | null;
  /** Source of the chat template; null where the model has none. */
  readonly chatTemplate: string | null;
  /** Id that ends the assistant's turn in the chat template; null where there is none or it cannot be told. */
  readonly replyStopId: number | null;
  /** Prompt ids, with whatever the tokenizer puts in front (BOS). What looks like a special token in it stays text. */
  encodePrompt(text: string): Uint32Array;
  /** Completion ids: encoded on its own as the continuation of a prompt, the stop token appended. */
  encodeCompletion(text: string, stopId: number): Uint32Array;
  /**
   * Ids of a conversation by the chat template, whose special tokens they hold (BOS only if the template writes it). The
   * assistant's turn is opened where the last message is not the assistant's. Throws `tokenizer-invalid` without a
   * template, for messages that it refuses and for a message that holds the text of a special token.
   */
  encodeChat(messages: readonly ChatMessage[]): Uint32Array;
  /** Ids of the assistant's answer: encoded on its own as the continuation of `encodeChat`, the stop token appended. */
  encodeReply(text: string, stopId: number): Uint32Array;
  /** Text of generated ids: special tokens and the leading space removed. */
  decodeCompletion(ids: readonly number[]): string;
  /** Text of each token, for display. */
  tokenText(id: number): string;
}
