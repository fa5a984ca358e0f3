/** What a world is made of, as the rest of the lab sees it. Must not know: models, files. */
import type { Direction } from '../core/direction';
import type { NamedText } from '../core/files';
import type { WorldSpec } from '../spec';

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

/** One fact of a world and how often it is to be stated. */
export interface WorldFact {
  term: string;
  identifier: string;
  /** Name of its group. */
  group: string;
  exposures: number;
  /** How many of the exposures say the term first. */
  termFirst: number;
  /** Name of the identifiers' grammar; `given` where they come from a file. */
  grammar: string;
  lambda: number | null;
  /** Whether the identifier is a function of this fact's name; null for given ones. */
  derived: boolean | null;
  /** The identifier above this one, in a hierarchical grammar. */
  parent: string | null;
}

/** What a given group's file holds, by the group's place in the world. */
export type GivenPairs = ReadonlyMap<number, readonly { term: string; identifier: string }[]>;

/** Indices of the sentences that state a fact, ascending, by their order. */
export type FactOccurrences = Record<Direction, number[]>;

/** A world, made: everything a model is pretrained on, and what is known of every fact. */
export interface World {
  /** Filled; given groups name tables of their pairs. */
  spec: WorldSpec;
  /** SHA-256 of the filled spec. */
  hash: string;
  facts: readonly WorldFact[];
  /** The pairs of given groups, which `spec` names. */
  tables: readonly NamedText[];
  corpus: Corpus;
  /** By fact, as counted in the corpus; a twin's may differ from what the facts ask for. */
  occurrences: readonly FactOccurrences[];
  tokenizer: TokenizerFiles;
  /** Tokens of a text, without the one that ends it. */
  countTokens(text: string): number;
}
