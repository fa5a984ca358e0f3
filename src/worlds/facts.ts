/**
 * The facts of a world: every group's names, identifiers and how often each is to be stated.
 *
 * Promises: names and identifiers are unique in the whole world, letter case aside; the same seed gives the same facts;
 * names, the set of identifiers and exposures do not depend on λ. Must not know: sentences.
 */
import { LabError } from '../core/errors';
import { canonicalJson } from '../core/json';
import { PhiloxSequence } from '../core/philox';
import { nameKey } from '../dataset/candidates';
import type { SyntheticSource, WorldGroup, WorldSpec } from '../spec';
import { exposuresByRank } from './exposures';
import { identifierGrammar, type Places } from './identifiers';
import { dealtAnew, derivedByRank } from './mixing';
import { nameStyle } from './names';
import { WORLD_STREAM } from './streams';
import type { GivenPairs, WorldFact } from './types';

/** Draws for one more name before a style is taken for used up. */
const MOST_DRAWS = 20000;

/** In the order of the groups. Throws `world-invalid` where a group has more facts than there are names, naming the group. */
export function worldFacts(world: WorldSpec, given: GivenPairs): WorldFact[] {
  const taken = new Set<string>();
  const givenFacts = world.groups.map((group, i) =>
    group.source.kind === 'given' ? takeGiven(given, i, taken) : null,
  );
  return world.groups.flatMap((group, i) => {
    const { random } = drawsOf(world.seed, i);
    const facts = givenFacts[i]?.length ?? (group.source as SyntheticSource).count;
    const byRank = exposuresByRank(group.exposures, facts, `groups.${i}`);
    const order = random(WORLD_STREAM.exposures).shuffle(byRank.map((_, k) => k));
    const ranks = new Array<number>(facts);
    for (const [rank, k] of order.entries()) ranks[k] = rank;
    const termFirst = termFirstByRank(byRank, group.termFirst, random(WORLD_STREAM.termFirst));
    const pairs = givenFacts[i] ?? synthetic(world, group.source as SyntheticSource, i, ranks, taken);
    return pairs.map((pair, k) => ({
      ...pair,
      group: group.name,
      exposures: byRank[ranks[k]!]!,
      termFirst: termFirst[ranks[k]!]!,
    }));
  });
}

type PairOfGroup = Pick<WorldFact, 'term' | 'identifier' | 'grammar' | 'lambda' | 'derived' | 'parent'>;

function takeGiven(given: GivenPairs, index: number, taken: Set<string>): PairOfGroup[] {
  const pairs = given.get(index) ?? [];
  for (const { term, identifier } of pairs) {
    for (const text of [term, identifier]) {
      if (taken.has(nameKey(text))) {
        throw new LabError('world-invalid', `groups.${index}.source: "${text}" is in another given group, too.`, {
          hint: 'Draw both from one group, or choose files that share nothing.',
          control: `groups.${index}.source.path`,
        });
      }
    }
    taken.add(nameKey(term)).add(nameKey(identifier));
  }
  return pairs.map((pair) => ({ ...pair, grammar: 'given', lambda: null, derived: null, parent: null }));
}

function synthetic(
  { seed, groups }: WorldSpec,
  { count, names, identifiers }: SyntheticSource,
  index: number,
  ranks: readonly number[],
  taken: Set<string>,
): PairOfGroup[] {
  const { random } = drawsOf(seed, index);
  const style = nameStyle(names);
  const grammar = identifierGrammar(identifiers);
  const tables = groups.findIndex(({ source }) => tablesOf(source) === tablesOf(groups[index]!.source));
  const derive = grammar.derive(style, drawsOf(seed, tables).random(WORLD_STREAM.codes));
  const nameDraws = random(WORLD_STREAM.names);
  const draw = (): { term: string; own: string } => {
    for (let tries = 0; tries < MOST_DRAWS; tries++) {
      const places = style.slots.map((parts) => nameDraws.nextInt(parts.length)) as unknown as Places;
      const term = style.join([style.slots[0][places[0]]!, style.slots[1][places[1]]!, style.slots[2][places[2]]!]);
      const own = derive(places);
      if (taken.has(nameKey(term)) || taken.has(nameKey(own)) || nameKey(term) === nameKey(own)) continue;
      taken.add(nameKey(term)).add(nameKey(own));
      return { term, own };
    }
    throw usedUp(index, count);
  };
  const most = style.slots.reduce((product, parts) => product * parts.length, 1);
  if (count > most) throw usedUp(index, count, most);
  const drawn = Array.from({ length: count }, draw);
  const derivedOf = derivedByRank(identifiers.lambda, count, random(WORLD_STREAM.derived));
  const arbitrary = drawn.flatMap((_, k) => (derivedOf[ranks[k]!] ? [] : [k]));
  const own = arbitrary.map((k) => drawn[k]!.own);
  const dealt = dealtAnew(own, () => draw().own, random(WORLD_STREAM.mixing));
  const identifierOf = new Map(arbitrary.map((k, i) => [k, dealt[i]!]));
  return drawn.map(({ term, own: derived }, k) => {
    const identifier = identifierOf.get(k) ?? derived;
    return {
      term,
      identifier,
      grammar: identifiers.grammar,
      lambda: identifiers.lambda,
      derived: !identifierOf.has(k),
      parent: grammar.parent(identifier),
    };
  });
}

/** Groups of one style and one grammar share its tables, whatever their λ: what one teaches holds in the other. */
function tablesOf(source: WorldGroup['source']): string | null {
  if (source.kind === 'given') return null;
  const { lambda: _, ...grammar } = source.identifiers;
  return canonicalJson([source.names, grammar]);
}

/**
 * Sentences of each rank with the term first: the running total is never more than half a sentence from the share. Ranks of
 * equal exposures come in an order of chance, so that who gets the odd sentence has nothing to do with λ.
 */
function termFirstByRank(
  exposures: readonly number[],
  share: WorldGroup['termFirst'],
  random: PhiloxSequence,
): number[] {
  const order = random.shuffle(exposures.map((_, rank) => rank)).sort((a, b) => exposures[b]! - exposures[a]!);
  const termFirst = new Array<number>(exposures.length);
  let stated = 0;
  let first = 0;
  for (const rank of order) {
    stated += exposures[rank]!;
    termFirst[rank] = Math.round(stated * share) - first;
    first += termFirst[rank];
  }
  return termFirst;
}

function drawsOf(seed: number, group: number) {
  return { random: (stream: number) => new PhiloxSequence(seed, stream, group) };
}

function usedUp(index: number, count: number, most?: number): LabError {
  const style = most === undefined ? 'other groups leave too few of its names' : `its style has ${most} names`;
  return new LabError('world-invalid', `groups.${index}.source.count: found ${count}, but ${style}.`, {
    hint: 'Ask for fewer facts, or choose another style of names.',
    control: `groups.${index}.source.count`,
  });
}
