/**
 * A world with given groups, cut loose from the files its pairs were drawn from.
 *
 * Promises: every given group names a table of exactly its pairs, with the SHA-256 of it; the settled spec and those
 * tables make the same world, and settle to themselves. So a world's hash covers its pairs, wherever they came from.
 */
import type { NamedText } from '../core/files';
import { sha256Hex } from '../core/hash';
import { PhiloxSequence } from '../core/philox';
import type { WorldSpec } from '../spec';
import { WORLD_STREAM } from './streams';
import { tableText } from './tables';
import type { GivenPairs } from './types';

export function settled(spec: WorldSpec, given: GivenPairs): { spec: WorldSpec; tables: NamedText[] } {
  const tables: NamedText[] = [];
  const groups = spec.groups.map((group, i) => {
    if (group.source.kind !== 'given') return group;
    const pairs = given.get(i) ?? [];
    const rows = beforeShuffle(pairs, new PhiloxSequence(spec.seed, WORLD_STREAM.given, i));
    // By its place: names of groups may differ in letter case alone, which some disks do not tell apart.
    const name = `given-${i}.tsv`;
    const text = tableText(
      ['term', 'identifier'],
      rows.map(({ term, identifier }) => [term, identifier]),
    );
    tables.push({ name, text });
    const { kind, longest } = group.source;
    return {
      ...group,
      source: {
        kind,
        path: name,
        sha256: sha256Hex(text),
        terminology: 'table' as const,
        termColumn: 'term',
        identifierColumn: 'identifier',
        count: pairs.length,
        longest,
      },
    };
  });
  return { spec: { ...spec, groups }, tables };
}

/** The order that the draw of all of them turns into this one. */
function beforeShuffle<T>(items: readonly T[], random: PhiloxSequence): T[] {
  const before = new Array<T>(items.length);
  for (const [i, from] of random.shuffle(items.map((_, i) => i)).entries()) before[from] = items[i]!;
  return before;
}
