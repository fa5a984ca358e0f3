/**
 * Finds terms the way a person types: all words of the query, anywhere in id, label, symbol or synonyms.
 *
 * Promises: pure; terms whose id, symbol or label is the query come first, then those whose label begins with it, then
 * the others, each in file order. Letter case and accents do not matter.
 */
import type { Term } from './types';

export interface TermQuery {
  text: string;
  /** Obsolete terms too. Default false. */
  obsolete?: boolean;
}

export interface TermPage {
  /** Terms that match, on all pages. */
  total: number;
  terms: Term[];
}

/** Letters without marks, in lower case: `Sjögren` is found by `sjogren`. */
export function searchKey(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** One page of the matches. */
export function searchTerms(
  terms: readonly Term[],
  { text, obsolete = false }: TermQuery,
  offset: number,
  limit: number,
): TermPage {
  const query = searchKey(text).trim();
  const words = query.split(/\s+/).filter((word) => word !== '');
  const ranked: Term[][] = [[], [], []];
  for (const term of terms) {
    if (term.obsolete && !obsolete) continue;
    const rank = words.length === 0 ? 0 : rankOf(term, query, words);
    if (rank !== null) ranked[rank]!.push(term);
  }
  const all = ranked.flat();
  return { total: all.length, terms: all.slice(offset, offset + limit) };
}

function rankOf(term: Term, query: string, words: readonly string[]): 0 | 1 | 2 | null {
  const label = searchKey(term.label);
  const names = [searchKey(term.id), label, ...(term.symbol === null ? [] : [searchKey(term.symbol)])];
  if (names.includes(query)) return 0;
  if (label.startsWith(query)) return 1;
  const text = [...names, ...term.synonyms.map((synonym) => searchKey(synonym.text))].join('\n');
  return words.every((word) => text.includes(word)) ? 2 : null;
}
