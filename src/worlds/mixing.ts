/**
 * λ: which facts have the identifier that their name gives, and how the others are dealt.
 *
 * What is mixed are facts, not letters. Of n facts round(λ·n) keep the identifier derived from their own name; the others
 * deal theirs among themselves so that none keeps its own. So at every λ
 *   - the identifiers of a group are the very same set: same length, same tokens, same marginal of every position, same
 *     entropy; nothing but who has which differs. At λ = 1 the identifier is a function of the name, at λ = 0 knowing the
 *     name and the tables excludes one identifier in n and says no more;
 *   - derived facts are spread evenly over the exposures (a van der Corput sequence over the ranks), so derived and
 *     arbitrary facts are equally popular; a fact that is derived at one λ stays so at every larger one.
 * Mixing letters instead would make the chance of a whole right answer fall like λ^letters, which no study of whole answers
 * could follow between 0 and 1; with whole facts the best attainable accuracy on facts never trained is λ itself, and at
 * λ = 0 it is chance, below 1/(n − 1).
 */
import type { PhiloxSequence } from '../core/philox';

/** The base-2 radical inverse: any run of 2^k ranks has one value in each interval of length 2^−k. */
export function vanDerCorput(rank: number): number {
  let value = 0;
  let unit = 0.5;
  for (let rest = rank; rest > 0; rest = Math.floor(rest / 2)) {
    value += unit * (rest % 2);
    unit /= 2;
  }
  return value;
}

/** Whether the fact of each rank keeps its own identifier. */
export function derivedByRank(lambda: number, facts: number): boolean[] {
  const order = Array.from({ length: facts }, (_, rank) => ({ rank, at: vanDerCorput(rank) }));
  order.sort((a, b) => a.at - b.at);
  const derived = new Array<boolean>(facts).fill(false);
  for (const { rank } of order.slice(0, Math.round(lambda * facts))) derived[rank] = true;
  return derived;
}

/**
 * Identifiers of the arbitrary facts, dealt anew: none keeps its own. A single one cannot be dealt: it gets the spare.
 * @param own what each fact's name gives; all differ
 */
export function dealtAnew(own: readonly string[], spare: () => string, random: PhiloxSequence): string[] {
  if (own.length === 1) return [spare()];
  const order = random.shuffle(own.map((_, i) => i));
  const dealt = new Array<string>(own.length);
  for (const [k, i] of order.entries()) dealt[i] = own[order[(k + 1) % order.length]!]!;
  return dealt;
}
