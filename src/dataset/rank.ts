/**
 * Candidates in order of popularity.
 *
 * Promises: the order depends on the candidates, their popularity and the seed, not on the order they come in. No
 * identifier and no name comes twice. Must not know: bins, splits.
 */
import { PhiloxSequence, STREAM } from '../core/philox';
import { compareText, nameKey, type Candidate } from './candidates';

export type Ranked = Candidate & { count: number | null; rank: number };

/**
 * Ranks by popularity, descending, unknown last; ties by a seeded draw. Without popularity the whole order is the draw.
 *
 * Where several candidates share a label only the most popular is kept: with one in training and another withheld, the
 * answer learned for the first would pass as knowledge of the second.
 */
export function rankCandidates(
  candidates: readonly Candidate[],
  popularity: (candidate: Candidate) => number | null,
  seed: number,
): Ranked[] {
  const drawn = candidates
    .map((candidate) => ({ ...candidate, count: popularity(candidate) }))
    .sort((a, b) => compareText(a.identifier, b.identifier) || compareText(a.term, b.term));
  new PhiloxSequence(seed, STREAM.sampling).shuffle(drawn);
  const value = ({ count }: { count: number | null }) => count ?? -Infinity;
  drawn.sort((a, b) => (value(a) === value(b) ? 0 : value(b) - value(a))); // stable: ties keep the drawn order
  const [identifiers, names] = [new Set<string>(), new Set<string>()];
  const kept = drawn.filter(({ identifier, term }) => {
    const name = nameKey(term);
    if (identifiers.has(identifier) || names.has(name)) return false;
    identifiers.add(identifier);
    names.add(name);
    return true;
  });
  return kept.map((candidate, rank) => ({ ...candidate, rank }));
}
