/** The two ways of asking for a pair, and the word for a pair asked one way: a fact. */
export const DIRECTIONS = ['term-to-id', 'id-to-term'] as const;
export type Direction = (typeof DIRECTIONS)[number];

export const DIRECTION_LABEL: Record<Direction, string> = { 'term-to-id': 'term→id', 'id-to-term': 'id→term' };

/** In words; `both` where something concerns the two together. */
export function directionWords(direction: Direction | 'both'): string {
  return direction === 'both' ? 'both directions' : DIRECTION_LABEL[direction];
}

/** Stable key of a fact (pair × direction). */
export function factKey(identifier: string, direction: Direction): string {
  return `${identifier}|${direction}`;
}
