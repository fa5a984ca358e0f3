/** Where in training a world's sentences stand. Pure; counted in the corpus itself. */
import type { World } from './types';

export interface Places {
  /** In the order of the groups: sentences in each of equally long slices of training. */
  groups: { name: string; sentences: number[] }[];
  filler: number[];
}

export function placesOf({ spec, facts, corpus }: World, slices: number): Places {
  const total = corpus.sentences.length;
  const count = Math.min(slices, total);
  const none = () => new Array<number>(count).fill(0);
  const groups = spec.groups.map(({ name }) => ({ name, sentences: none() }));
  const byName = new Map(groups.map(({ name, sentences }) => [name, sentences]));
  const filler = none();
  for (const [at, { fact }] of corpus.sentences.entries()) {
    const counts = fact === null ? filler : byName.get(facts[fact]!.group)!;
    counts[Math.floor((at * count) / total)]! += 1;
  }
  return { groups, filler };
}
