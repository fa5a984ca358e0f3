/**
 * A look at a world before it is made: some facts, how they would be stated, how much there would be.
 *
 * Promises: the facts shown are those of the world itself, in wordings of its sentences; no corpus and no tokenizer is made,
 * so the answer comes in milliseconds. Must not know: hosts.
 */
import { DIRECTIONS } from '../core/direction';
import { worldHash, type WorldSpec } from '../spec';
import { worldFacts } from './facts';
import { FillerMaker } from './filler';
import { Mentions } from './mentions';
import { sentenceSet, stated } from './sentences';
import { settled } from './settled';
import { WORLD_STREAM } from './streams';
import type { GivenPairs, WorldFact } from './types';

export interface WorldPreview {
  name: string;
  hash: string;
  facts: number;
  /** Of all sentences: those that state facts, and filler. */
  factSentences: number;
  filler: number;
  heldOut: number;
  groups: {
    name: string;
    facts: number;
    sentences: number;
    derived: number | null;
    /** How many facts are to be stated how often, ascending. */
    exposures: { times: number; facts: number }[];
    /**
     * Some of its facts, each said in one wording of each order; `own` is the identifier that its name gives, null for given
     * pairs.
     */
    examples: (WorldFact & { own: string | null; sentences: string[] })[];
  }[];
  fillerExamples: string[];
}

/** Throws as `buildWorld` does, but for windows that are too narrow: those show only when places are dealt. */
export function previewWorld(spec: WorldSpec, given: GivenPairs, examples = 3): WorldPreview {
  const { templates } = sentenceSet(spec.sentences);
  const facts = worldFacts(spec, given);
  const own = ownIdentifiers(spec, given);
  const filler = new FillerMaker(spec.seed, WORLD_STREAM.filler, new Set(), new Mentions(facts));
  const groups = spec.groups.map(({ name }) => {
    const members = facts.filter((fact) => fact.group === name);
    const derived = members.filter((fact) => fact.derived !== null);
    return {
      name,
      facts: members.length,
      sentences: members.reduce((sum, { exposures }) => sum + exposures, 0),
      derived: derived.length === 0 ? null : derived.filter((fact) => fact.derived).length,
      exposures: factsByExposures(members.map(({ exposures }) => exposures)),
      examples: members.slice(0, examples).map((fact, i) => ({
        ...fact,
        own: own.get(fact.term) ?? null,
        sentences: DIRECTIONS.map((order) => stated(templates[order][i % templates[order].length]!, fact)),
      })),
    };
  });
  return {
    name: spec.name,
    hash: worldHash(settled(spec, given).spec),
    facts: facts.length,
    factSentences: groups.reduce((sum, { sentences }) => sum + sentences, 0),
    filler: spec.filler.sentences,
    heldOut: spec.filler.heldOut,
    groups,
    fillerExamples: Array.from({ length: Math.min(examples, spec.filler.sentences) }, () => filler.next()),
  };
}

/** How many facts are stated how often, ascending. */
export function factsByExposures(exposures: readonly number[]): { times: number; facts: number }[] {
  const facts = new Map<number, number>();
  for (const times of exposures) facts.set(times, (facts.get(times) ?? 0) + 1);
  return [...facts].sort(([a], [b]) => a - b).map(([times, of]) => ({ times, facts: of }));
}

/** What each synthetic name gives, whatever λ is: at λ = 1 every fact has its own. */
function ownIdentifiers(spec: WorldSpec, given: GivenPairs): Map<string, string> {
  const groups = spec.groups.map((group) => {
    const { source } = group;
    if (source.kind === 'given') return group;
    return { ...group, source: { ...source, identifiers: { ...source.identifiers, lambda: 1 } } };
  });
  const facts = worldFacts({ ...spec, groups }, given).filter(({ derived }) => derived === true);
  return new Map(facts.map(({ term, identifier }) => [term, identifier]));
}
