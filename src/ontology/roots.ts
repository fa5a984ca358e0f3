/** Tops of the hierarchy that a file holds. */
import type { Term } from './types';

/** Ids of live terms none of whose parents is a live term of the same file, in file order. */
export function liveRoots(terms: readonly Term[]): string[] {
  const live = new Set(terms.filter((term) => !term.obsolete).map((term) => term.id));
  return terms.filter((t) => !t.obsolete && !t.parents.some((parent) => live.has(parent))).map((t) => t.id);
}
