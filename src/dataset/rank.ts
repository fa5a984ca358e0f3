/**
 * Candidates in order of popularity.
 *
 * Promises: the order depends on the candidates, their counts and the seed, not on the order they come in.
 * Must not know: bins, splits.
 */
import { PhiloxSequence, STREAM } from '../core/philox';
import { nameKey, type Candidate } from './candidates';

export type Ranked<T extends Candidate = Candidate> = T & { count: number | null; rank: number };

/**
 * Ranks by count, descending; ties by a seeded draw. Counts that are missing are 0; without counts the whole order is the draw.
 *
 * Where several candidates share a label only the most popular is kept: with one in training and another withheld, the
 * answer learned for the first would pass as knowledge of the second.
 */
export function rankCandidates<T extends Candidate>(
  candidates: readonly T[],
  counts: ReadonlyMap<string, number> | null,
  seed: number,
): Ranked<T>[] {
  const drawn = [...candidates].sort((a, b) =>
    a.identifier < b.identifier ? -1 : a.identifier > b.identifier ? 1 : 0,
  );
  new PhiloxSequence(seed, STREAM.sampling).shuffle(drawn);
  const countOf = (candidate: T) => counts?.get(candidate.identifier) ?? 0;
  drawn.sort((a, b) => countOf(b) - countOf(a)); // stable: equal counts keep the drawn order
  const named = new Set<string>();
  const kept = drawn.filter(({ term }) => {
    const key = nameKey(term);
    return !named.has(key) && named.add(key);
  });
  return kept.map((candidate, rank) => ({ ...candidate, count: counts === null ? null : countOf(candidate), rank }));
}
