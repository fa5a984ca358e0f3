/**
 * λ: which facts have the identifier that their name gives, and how the others are dealt.
 *
 * What is mixed are facts, not letters. Of n facts round(λ·n) keep the identifier derived from their own name; the others
 * deal theirs among themselves so that none keeps its own. So at every λ
 *   - the identifiers of a group are the very same set: same length, same tokens, same marginal of every position, same
 *     entropy; nothing but who has which differs. At λ = 1 the identifier is a function of the name, at λ = 0 knowing the
 *     name and the tables excludes one identifier in n and says no more;
 *   - derived facts are spread evenly over the exposures (a van der Corput sequence over the ranks, Owen-scrambled, so
 *     that of two neighbours neither is favoured): facts of equal exposures are derived in equal shares, and where all
 *     exposures differ neither side is the more popular on average over seeds. A fact that is derived at one λ stays so
 *     at every larger one. Source of the scrambling: Owen, Monte Carlo and Quasi-Monte Carlo Methods (1995), 299–317.
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

/** The numbers below 2^⌈log2 n⌉, the halves of every aligned block of 2^k of them swapped or not, by chance. */
function scrambled(n: number, random: PhiloxSequence): number[] {
  const size = 2 ** Math.ceil(Math.log2(Math.max(1, n)));
  const numbers = Array.from({ length: size }, (_, i) => i);
  for (let half = size / 2; half >= 1; half /= 2) {
    for (let at = 0; at < size; at += 2 * half) {
      if (random.nextInt(2) === 0) continue;
      for (let i = at; i < at + half; i++) [numbers[i], numbers[i + half]] = [numbers[i + half]!, numbers[i]!];
    }
  }
  return numbers;
}

/** Whether the fact of each rank keeps its own identifier. As many draws whatever λ is. */
export function derivedByRank(lambda: number, facts: number, random: PhiloxSequence): boolean[] {
  const places = scrambled(facts, random);
  const order = Array.from({ length: facts }, (_, rank) => ({ rank, at: vanDerCorput(places[rank]!) }));
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
