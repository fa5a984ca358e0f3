/** JSON documents with one member put out of order, for tests that feed garbage. */

/**
 * A copy of `value` whose member at `path` (of each level, the so-manieth key) is replaced (`how` 0), removed (1) or
 * renamed (2).
 */
export function mutate(value: unknown, path: readonly number[], replacement: unknown, how: number): unknown {
  const [at, ...rest] = path;
  if (at === undefined || value === null || typeof value !== 'object') return replacement;
  const copy = structuredClone(value) as Record<string, unknown>;
  const keys = Object.keys(copy);
  if (keys.length === 0) return replacement;
  const key = keys[at % keys.length]!;
  if (rest.length > 0) copy[key] = mutate(copy[key], rest, replacement, how);
  else if (how === 0) copy[key] = replacement;
  else if (how === 1) delete copy[key];
  else {
    copy[typeof replacement === 'string' ? replacement : `${key}x`] = copy[key];
    delete copy[key];
  }
  return copy;
}
