/** What turning a dial makes of a world: new groups, and kinds of source, names, identifiers and exposures. Pure. */
import { parseWorld, WORLD_VERSION, type WorldGroup, type WorldSpec } from '../spec';

type Source = WorldGroup['source'];
type Synthetic = Extract<Source, { kind: 'synthetic' }>;
export type Exposures = WorldGroup['exposures'];

/** One group of codes, stated up to 64 times. */
export function newWorld(): WorldSpec {
  return filled('My world', [{ name: 'facts', source: { kind: 'synthetic', count: 60 } }]);
}

/** A group like a new world's, under a name that no other has. */
export function newGroup(taken: readonly string[]): WorldGroup {
  let number = taken.length + 1;
  while (taken.includes(`group-${number}`)) number += 1;
  return { ...newWorld().groups[0]!, name: `group-${number}` };
}

export function sourceOf(kind: Source['kind'], before: Source): Source {
  if (kind === before.kind) return before;
  const start =
    kind === 'synthetic' ? { kind, count: before.count ?? 60 } : { kind, path: 'pairs.tsv', count: before.count };
  return filled('x', [{ name: 'x', source: start }]).groups[0]!.source;
}

export function namesOf(style: Synthetic['names']['style']): Synthetic['names'] {
  return synthetic({ names: { style } }).names;
}

/** Another grammar at the λ there was. */
export function identifiersOf(
  grammar: Synthetic['identifiers']['grammar'],
  { lambda }: Synthetic['identifiers'],
): Synthetic['identifiers'] {
  return synthetic({ identifiers: { grammar, lambda } }).identifiers;
}

export function exposuresOf(kind: Exposures['kind']): Exposures {
  switch (kind) {
    case 'buckets':
      return { kind, sizes: [0, 1, 4, 16, 64], facts: null };
    case 'zipf-max':
      return { kind, exponent: 1, max: 64 };
    case 'zipf-total':
      return { kind, exponent: 1, total: 1000 };
  }
}

/** Numbers between commas or spaces; what is none becomes a problem of the list. */
export function numbersOf(text: string): number[] {
  return text
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map(Number);
}

/** Sentences of one's own to begin with. */
export const OWN_SENTENCES: NonNullable<WorldSpec['sentences']['custom']> = {
  'term-to-id': ['{term} is filed under {identifier}.'],
  'id-to-term': ['{identifier} files {term}.'],
};

/** The twins' groups after one was renamed or, with null, taken out; a twin without any is of all. */
export function twinAfter(twin: WorldSpec['twin'], before: string, after: string | null): WorldSpec['twin'] {
  if (twin.kind === 'whole' || twin.groups === null) return twin;
  const groups = twin.groups.flatMap((name) => (name === before ? (after ?? []) : name));
  return { ...twin, groups: groups.length > 0 ? groups : null };
}

function synthetic(part: Partial<{ names: object; identifiers: object }>): Synthetic {
  return filled('x', [{ name: 'x', source: { kind: 'synthetic', count: 1, ...part } }]).groups[0]!.source as Synthetic;
}

function filled(name: string, groups: readonly object[]): WorldSpec {
  const exposures = exposuresOf('buckets');
  const whole = groups.map((group) => ({ exposures, ...group }));
  return parseWorld({ worldVersion: WORLD_VERSION, name, groups: whole }, 'a new world');
}
