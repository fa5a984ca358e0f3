/**
 * Byte-pair encoding, learned (Sennrich et al., 2016) on bytes (Radford et al., 2019).
 *
 * Promises: the same texts give the same merges: the most frequent pair first, of equally frequent ones the pair of the
 * smaller ids. Cost grows with the number of distinct words, not with the text. Must not know: files.
 */
import { preTokens, utf8 } from './pre-tokens';

export interface Bpe {
  /** Bytes of each token: 0–255 the single bytes, then what merges made. No two are the same. */
  tokens: Uint8Array[];
  /** In the order they are applied: two tokens, and the one they make. Two merges may make the same one. */
  merges: [left: number, right: number, made: number][];
}

/** Pairs are kept under left · PAIR + right. */
const PAIR = 65536;

interface Word {
  ids: number[];
  count: number;
}

/**
 * @param pinned texts of two bytes that become tokens before anything is counted, in this order
 * @param vocabulary most tokens; fewer where no pair is left that occurs twice
 */
export function trainBpe(texts: Iterable<string>, vocabulary: number, pinned: readonly string[] = []): Bpe {
  const tokens = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
  const merges: Bpe['merges'] = [];
  const words = countWords(texts);
  const pairs = new PairCounts(words);
  const known = new Map<string, number>();
  const merge = (left: number, right: number) => {
    const bytes = Uint8Array.of(...tokens[left]!, ...tokens[right]!);
    const id = known.get(bytes.join()) ?? tokens.push(bytes) - 1;
    known.set(bytes.join(), id);
    merges.push([left, right, id]);
    pairs.merge(left, right, id);
  };
  for (const text of pinned) {
    const [left, right] = utf8(text);
    merge(left!, right!);
  }
  while (tokens.length < vocabulary) {
    const best = pairs.best();
    if (best === null) break;
    merge(Math.floor(best / PAIR), best % PAIR);
  }
  return { tokens, merges };
}

function countWords(texts: Iterable<string>): Word[] {
  const counts = new Map<string, number>();
  for (const text of texts) for (const word of preTokens(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => ({ ids: [...utf8(word)], count }));
}

/** How often each pair of neighbours occurs, and in which words. */
class PairCounts {
  readonly #words: readonly Word[];
  readonly #counts = new Map<number, number>();
  readonly #where = new Map<number, Set<number>>();

  constructor(words: readonly Word[]) {
    this.#words = words;
    for (const index of words.keys()) this.#add(index, 1);
  }

  /** The pair that occurs most often, at least twice. */
  best(): number | null {
    let most = 1;
    let best: number | null = null;
    for (const [pair, count] of this.#counts) {
      if (count > most || (count === most && best !== null && pair < best)) [most, best] = [count, pair];
    }
    return best;
  }

  merge(left: number, right: number, id: number): void {
    for (const index of [...(this.#where.get(left * PAIR + right) ?? [])]) {
      const word = this.#words[index]!;
      this.#add(index, -1);
      word.ids = merged(word.ids, left, right, id);
      this.#add(index, 1);
    }
  }

  #add(index: number, sign: 1 | -1): void {
    const { ids, count } = this.#words[index]!;
    for (let i = 1; i < ids.length; i++) {
      const pair = ids[i - 1]! * PAIR + ids[i]!;
      const now = (this.#counts.get(pair) ?? 0) + sign * count;
      if (now > 0) this.#counts.set(pair, now);
      else this.#counts.delete(pair);
      let where = this.#where.get(pair);
      if (where === undefined) this.#where.set(pair, (where = new Set()));
      if (sign > 0) where.add(index);
      else where.delete(index);
    }
  }
}

/** Every such pair, from the left, as one token. */
function merged(ids: readonly number[], left: number, right: number, id: number): number[] {
  const result: number[] = [];
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] === left && ids[i + 1] === right) {
      result.push(id);
      i += 1;
    } else result.push(ids[i]!);
  }
  return result;
}
