/**
 * Facts, sentences and filler → the corpus, in the order of training.
 *
 * Promises: the n-th sentence of all twins of one seed states the same fact in the same wording, or is the same filler, but
 * for what the twin says: `without` has filler of its own there, `flipped` the other order.
 */
import { DIRECTIONS } from '../core/direction';
import type { WorldSpec } from '../spec';
import { FillerMaker } from './filler';
import { Mentions } from './mentions';
import { schedule } from './schedule';
import { sentenceSet, stated } from './sentences';
import { WORLD_STREAM } from './streams';
import type { Corpus, Sentence, WorldFact } from './types';

export type Twin = WorldSpec['twin'];

/**
 * The corpora of several twins at once.
 * Throws `world-invalid`: see `schedule` and `FillerMaker`.
 */
export function corpora(world: WorldSpec, facts: readonly WorldFact[], twins: readonly Twin[]): Corpus[] {
  const { templates } = sentenceSet(world.sentences);
  const plan = schedule(world, facts, templates['term-to-id'].length);
  const mentions = new Mentions(facts);
  const used = new Set<string>();
  const maker = (stream: number) => new FillerMaker(world.seed, stream, used, mentions);
  const filler = maker(WORLD_STREAM.filler);
  const fillers = Array.from(plan.facts, (fact) => (fact < 0 ? filler.next() : ''));
  const kept = maker(WORLD_STREAM.heldOut);
  const heldOut = Array.from({ length: world.filler.heldOut }, () => kept.next());
  return twins.map((twin) => {
    const others = new Set(twin.kind === 'whole' ? [] : (twin.groups ?? world.groups.map(({ name }) => name)));
    // Stand-ins of one twin may be those of another: they are never in one corpus.
    const standIns = new FillerMaker(world.seed, WORLD_STREAM.standIns, new Set(used), mentions);
    const sentences = Array.from(plan.facts, (index, at): Sentence => {
      if (index < 0) return { text: fillers[at]!, fact: null, order: null };
      const fact = facts[index]!;
      const other = others.has(fact.group);
      if (other && twin.kind === 'without') return { text: standIns.next(), fact: null, order: null };
      const order = DIRECTIONS[other ? 1 - plan.orders[at]! : plan.orders[at]!]!;
      return { text: stated(templates[order][plan.templates[at]!]!, fact), fact: index, order };
    });
    return { sentences, heldOut };
  });
}
