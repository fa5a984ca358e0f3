/** A world in figures. Pure; counted in the corpus itself. */
import { factsByExposures } from './preview';
import { exposuresOf } from './tables';
import type { World } from './types';

export interface GroupSummary {
  name: string;
  facts: number;
  /** Facts whose identifier is a function of their name; null for given ones. */
  derived: number | null;
  sentences: number;
  /** Sentences with the term first. */
  termFirst: number;
  /** How many facts are stated how often, ascending. */
  exposures: { times: number; facts: number }[];
  /** Places of its first and last sentence, in shares of the corpus; null where it has none. */
  stated: { first: number; last: number } | null;
}

export interface WorldSummary {
  name: string;
  hash: string;
  seed: number;
  twin: string;
  facts: number;
  sentences: number;
  filler: number;
  heldOut: number;
  /** Tokens of the sentences, each with the one that ends it; of the facts' sentences alone. */
  tokens: number;
  factTokens: number;
  longestSentence: number;
  vocabulary: number;
  groups: GroupSummary[];
}

export function summarizeWorld(world: World): WorldSummary {
  const { spec, corpus, facts } = world;
  const totals = { tokens: 0, factTokens: 0, longestSentence: 0, filler: 0 };
  for (const { text, fact } of corpus.sentences) {
    const tokens = world.countTokens(text) + 1;
    totals.tokens += tokens;
    if (fact === null) totals.filler += 1;
    else totals.factTokens += tokens;
    totals.longestSentence = Math.max(totals.longestSentence, tokens);
  }
  return {
    name: spec.name,
    hash: world.hash,
    seed: spec.seed,
    twin: spec.twin.kind,
    facts: facts.length,
    sentences: corpus.sentences.length,
    heldOut: corpus.heldOut.length,
    ...totals,
    vocabulary: Object.keys((world.tokenizer.tokenizer.model as { vocab: object }).vocab).length,
    groups: spec.groups.map(({ name }) => groupSummary(world, name)),
  };
}

function groupSummary({ facts, occurrences, corpus }: World, name: string): GroupSummary {
  const times: number[] = [];
  const group: GroupSummary = {
    name,
    facts: 0,
    derived: null,
    sentences: 0,
    termFirst: 0,
    exposures: [],
    stated: null,
  };
  let [first, last] = [Infinity, -Infinity];
  for (const [i, fact] of facts.entries()) {
    if (fact.group !== name) continue;
    const found = occurrences[i]!;
    const exposures = exposuresOf(found);
    group.facts += 1;
    group.sentences += exposures;
    group.termFirst += found['term-to-id'].length;
    times.push(exposures);
    if (fact.derived !== null) group.derived = (group.derived ?? 0) + Number(fact.derived);
    for (const places of [found['term-to-id'], found['id-to-term']]) {
      if (places.length > 0) [first, last] = [Math.min(first, places[0]!), Math.max(last, places.at(-1)!)];
    }
  }
  group.exposures = factsByExposures(times);
  if (first <= last) group.stated = { first: first / corpus.sentences.length, last: last / corpus.sentences.length };
  return group;
}
