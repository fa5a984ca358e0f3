/** What a corpus really holds of each fact, counted in the corpus itself. Must not know: how it was planned. */
import type { Corpus, FactOccurrences } from './types';

/** Where each of `facts` facts is stated, by order. */
export function occurrencesIn({ sentences }: Pick<Corpus, 'sentences'>, facts: number): FactOccurrences[] {
  const found = Array.from({ length: facts }, (): FactOccurrences => ({ 'term-to-id': [], 'id-to-term': [] }));
  for (const [at, { fact, order }] of sentences.entries()) {
    if (fact !== null && order !== null) found[fact]![order].push(at);
  }
  return found;
}
