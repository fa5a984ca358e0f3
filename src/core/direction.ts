/** The two ways of asking for a pair, and the word for a pair asked one way: a fact. */
export const DIRECTIONS = ['term-to-id', 'id-to-term'] as const;
export type Direction = (typeof DIRECTIONS)[number];

export const DIRECTION_LABEL: Record<Direction, string> = { 'term-to-id': 'term→id', 'id-to-term': 'id→term' };

/** Stable key of a fact (pair × direction). */
export function factKey(identifier: string, direction: Direction): string {
  return `${identifier}|${direction}`;
}
