/**
 * A world from its spec: facts, corpus, tokenizer.
 *
 * Promises: pure; the same spec and the same given pairs give the same world, byte for byte. All twins of a world have one
 * tokenizer: it is learned on the whole corpus, whichever twin is made. Must not know: hosts, models.
 */
import { worldHash, type WorldSpec } from '../spec';
import { BpeEncoder } from './bpe/encode';
import { FIRST_TOKEN, tokenizerFiles } from './bpe/files';
import { trainBpe } from './bpe/train';
import { corpora } from './corpus';
import { worldFacts } from './facts';
import { occurrencesIn } from './occurrences';
import { settled } from './settled';
import type { Corpus, GivenPairs, World, WorldFact } from './types';

/** Throws `world-invalid` for dials that do not go together, naming the field. */
export function buildWorld(asked: WorldSpec, given: GivenPairs): World {
  const facts = worldFacts(asked, given);
  const { spec, tables } = settled(asked, given);
  const [whole, corpus = whole!] = corpora(
    spec,
    facts,
    spec.twin.kind === 'whole' ? [spec.twin] : [{ kind: 'whole' }, spec.twin],
  );
  const bpe = trainBpe(texts(whole!), spec.tokenizer.vocabulary - FIRST_TOKEN, pinned(facts));
  const encoder = new BpeEncoder(bpe);
  return {
    spec,
    hash: worldHash(spec),
    facts,
    tables,
    corpus,
    occurrences: occurrencesIn(corpus, facts.length),
    tokenizer: tokenizerFiles(bpe),
    countTokens: (text) => encoder.count(text),
  };
}

function* texts({ sentences, heldOut }: Corpus): Generator<string> {
  for (const { text } of sentences) yield text;
  yield* heldOut;
}

/**
 * The capitals and digits that begin a name or an identifier, with the space before them, are tokens whatever is frequent:
 * so an identifier has as many tokens at the beginning of a sentence as elsewhere, and as any other of its grammar.
 */
function pinned(facts: readonly WorldFact[]): string[] {
  const firsts = facts.flatMap(({ term, identifier }) => [term[0]!, identifier[0]!]);
  return [...new Set(firsts.filter((sign) => /^[A-Z0-9]$/.test(sign)))].sort().map((sign) => ` ${sign}`);
}
