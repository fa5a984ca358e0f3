/**
 * Text → ids by learned merges, for whole corpora.
 *
 * Promises: the ids that any reader of the tokenizer's files gives (a test compares); each distinct word is spelled once,
 * so a corpus costs one look-up a word. Special tokens are never made of text. Must not know: files.
 */
import { preTokens, utf8 } from './pre-tokens';
import { FIRST_TOKEN } from './files';
import type { Bpe } from './train';

const PAIR = 65536;

export class BpeEncoder {
  /** Rank of a merge and what it makes, by its pair. */
  readonly #merges = new Map<number, { rank: number; made: number }>();
  readonly #words = new Map<string, readonly number[]>();

  constructor({ merges }: Bpe) {
    for (const [rank, [left, right, made]] of merges.entries()) this.#merges.set(left * PAIR + right, { rank, made });
  }

  encode(text: string): number[] {
    return preTokens(text).flatMap((word) => this.#word(word));
  }

  /** The number of ids, without making a list of them. */
  count(text: string): number {
    let count = 0;
    for (const word of preTokens(text)) count += this.#word(word).length;
    return count;
  }

  #word(word: string): readonly number[] {
    let ids = this.#words.get(word);
    if (ids === undefined) this.#words.set(word, (ids = this.#spell(word)));
    return ids;
  }

  #spell(word: string): number[] {
    const ids = [...utf8(word)];
    for (;;) {
      let first = { rank: Infinity, made: -1, at: -1 };
      for (let at = 0; at + 1 < ids.length; at++) {
        const merge = this.#merges.get(ids[at]! * PAIR + ids[at + 1]!);
        if (merge !== undefined && merge.rank < first.rank) first = { ...merge, at };
      }
      if (first.at < 0) return ids.map((id) => id + FIRST_TOKEN);
      // One at a time, the leftmost of equal ones: what the libraries do.
      ids.splice(first.at, 2, first.made);
    }
  }
}
