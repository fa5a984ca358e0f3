/** What a world is made of, as the rest of the lab sees it. Must not know: models, files. */
import type { Direction } from '../core/direction';

/** One sentence of a corpus. */
export interface Sentence {
  text: string;
  /** Index of the fact that it states; null for filler. */
  fact: number | null;
  /** Which side comes first: `term-to-id` says the term before the identifier. Null for filler. */
  order: Direction | null;
}

/** What a model is pretrained on. */
export interface Corpus {
  /** In the order of training, each seen once: a fact's exposures are the sentences that state it. */
  sentences: readonly Sentence[];
  /** Filler that is never trained, for the held-out loss. */
  heldOut: readonly string[];
}

/** Files of a tokenizer as the Hugging Face hub names them, parsed. */
export interface TokenizerFiles {
  tokenizer: Record<string, unknown>;
  tokenizerConfig: Record<string, unknown>;
}
