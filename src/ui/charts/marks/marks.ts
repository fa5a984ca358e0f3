/**
 * Marks of facts on a plane: which lies under a pointer, which comes next by an arrow key, which lie in a box. Pure.
 *
 * Must not know: how marks are drawn, what they stand for.
 */
import type { FactSet } from '../../../records';

/** Above so many marks a chart draws on canvas: elements for each would make the page slow. */
export const MOST_ELEMENTS = 500;

export interface Mark {
  /** Of its fact. */
  fact: string;
  x: number;
  y: number;
  tone: FactSet;
  /** `full`: known; `half`: within reach; `hollow`: neither. `square` and `diamond` tell kinds of text apart. */
  shape: 'full' | 'half' | 'hollow' | 'square' | 'diamond';
  /** A second circle around it. */
  ring?: boolean;
  /** Where it came from: a line is drawn from there. */
  from?: { x: number; y: number };
}

export interface Box {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

type Place = Pick<Mark, 'x' | 'y'>;

/** Place in the list of the mark nearest to a point, no farther than `reach`; −1 where there is none. */
export function nearestMark(marks: readonly Place[], at: Place, reach: number): number {
  let best = -1;
  let least = reach ** 2;
  marks.forEach(({ x, y }, index) => {
    const distance = (x - at.x) ** 2 + (y - at.y) ** 2;
    if (distance > least) return;
    least = distance;
    best = index;
  });
  return best;
}

const WAYS: Record<string, Place> = {
  ArrowRight: { x: 1, y: 0 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowDown: { x: 0, y: 1 },
  ArrowUp: { x: 0, y: -1 },
};

/**
 * The mark that an arrow key goes to from another: the nearest in that direction, where what lies aside counts double. Marks
 * at one place follow each other in their order. The same one where there is none further; null for other keys.
 */
export function nextMark(marks: readonly Place[], from: number, key: string): number | null {
  if (key === 'Home') return 0;
  if (key === 'End') return marks.length - 1;
  const way = WAYS[key];
  if (way === undefined || marks[from] === undefined) return null;
  const forward = way.x + way.y > 0;
  const here = marks[from];
  let best = from;
  let least = Infinity;
  marks.forEach(({ x, y }, index) => {
    if (index === from) return;
    const along = (x - here.x) * way.x + (y - here.y) * way.y;
    const aside = Math.abs((x - here.x) * way.y) + Math.abs((y - here.y) * way.x);
    const same = along === 0 && aside === 0;
    if (along < 0 || (along === 0 && !same) || (same && forward !== index > from)) return;
    const distance = along + 2 * aside + (same ? Math.abs(index - from) * 1e-6 : 0);
    if (distance >= least) return;
    least = distance;
    best = index;
  });
  return best;
}

/** Facts whose marks lie in the box, each once. */
export function factsInBox(marks: readonly Mark[], { x0, y0, x1, y1 }: Box): string[] {
  const [left, right] = [Math.min(x0, x1), Math.max(x0, x1)];
  const [top, bottom] = [Math.min(y0, y1), Math.max(y0, y1)];
  const inside = marks.filter(({ x, y }) => x >= left && x <= right && y >= top && y <= bottom);
  return [...new Set(inside.map(({ fact }) => fact))];
}
