/** Text ↔ token ids, whatever the tokenizer's file says. Must not know: models, prompts, ontologies. */
export interface Tokenizer {
  readonly vocabSize: number;
  readonly bosId: number | null;
  readonly eosId: number | null;
  /** Prompt ids, with whatever the tokenizer puts in front (BOS). */
  encodePrompt(text: string): Uint32Array;
  /** Completion ids: encoded on its own as the continuation of a prompt, the stop token appended. */
  encodeCompletion(text: string, stopId: number): Uint32Array;
  /** Text of generated ids: special tokens and the leading space removed. */
  decodeCompletion(ids: readonly number[]): string;
  /** Text of each token, for display. */
  tokenText(id: number): string;
}
