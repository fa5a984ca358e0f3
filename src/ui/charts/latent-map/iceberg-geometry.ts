/**
 * Where facts stand on the iceberg: known ones above the water, by how sure the answer is; the others below it, by how many
 * samples would find them. Pure.
 *
 * Promises: facts of one set stand in one column, symmetric about its middle, none on another while there is room; those deeper than
 * the picture reaches lie on the floor. Must not know: colours.
 */
import { scaleLinear, scaleLog } from 'd3';
import type { LatentData, LatentFact } from '../../../app/estimates/latent';
import type { FactSet } from '../../../records';

/** Deeper than this lies on the floor. */
export const DEEPEST = 1_000_000;
export const DEPTH_TICKS: readonly number[] = [1, 10, 100, 1000, 10_000, 100_000, DEEPEST];

export interface IcebergFrame {
  left: number;
  width: number;
  /** Where the sky begins. */
  top: number;
  /** Sky above the water, water above the floor, the floor. */
  sky: number;
  water: number;
  floor: number;
}

export interface PlacedFact {
  fact: LatentFact;
  x: number;
  y: number;
}

export interface Column {
  set: FactSet;
  /** Left edge, width. */
  x: number;
  width: number;
}

export interface Iceberg {
  columns: Column[];
  placed: PlacedFact[];
  /** Pixels of a number of samples. */
  depth: (samples: number) => number;
}

/** @param size of a mark, its space included */
export function icebergGeometry(data: LatentData, frame: IcebergFrame, size: number): Iceberg {
  const { left, width, top, sky, water, floor } = frame;
  const surface = top + sky;
  const depth = scaleLog([1, DEEPEST], [surface, surface + water]).clamp(true);
  const height = scaleLinear([1, 0], [top + size, surface - size]);
  const columnWidth = width / Math.max(1, data.sets.length);
  const columns = data.sets.map(({ set }, at) => ({ set, x: left + at * columnWidth, width: columnWidth }));
  const placed = columns.flatMap(({ set, x }) => {
    const middle = x + columnWidth / 2;
    const room = columnWidth - 2 * size;
    const mine = data.facts.filter((fact) => fact.set === set);
    const rows = new Map<number, LatentFact[]>();
    const bottom: LatentFact[] = [];
    for (const fact of mine) {
      if (!fact.known && !(fact.depth <= DEEPEST)) {
        bottom.push(fact);
        continue;
      }
      // The first row below the surface keeps clear of it.
      const y = fact.known ? height(fact.q) : Math.max(surface + size, depth(fact.depth));
      const row = Math.round(y / size);
      const there = rows.get(row);
      if (there) there.push(fact);
      else rows.set(row, [fact]);
    }
    const spread = [...rows].flatMap(([row, facts]) => inRow(facts, row * size, middle, room, size));
    return [...spread, ...onFloor(bottom, { top: surface + water + size, height: floor - size, middle, room, size })];
  });
  return { columns, placed, depth };
}

function inRow(facts: readonly LatentFact[], y: number, middle: number, room: number, size: number): PlacedFact[] {
  const step = Math.min(size, room / Math.max(1, facts.length - 1));
  return facts.map((fact, at) => ({ fact, x: middle + (at - (facts.length - 1) / 2) * step, y }));
}

function onFloor(
  facts: readonly LatentFact[],
  { top, height, middle, room, size }: { top: number; height: number; middle: number; room: number; size: number },
): PlacedFact[] {
  if (facts.length === 0) return [];
  const across = Math.max(1, Math.floor(room / size));
  const rows = Math.ceil(facts.length / across);
  const most = Math.max(1, Math.floor(height / size));
  // Where they are too many, the same rows hold more, closer together.
  const perRow = rows <= most ? across : Math.ceil(facts.length / most);
  return Array.from({ length: Math.min(rows, most) }, (_, row) =>
    inRow(facts.slice(row * perRow, (row + 1) * perRow), top + row * size, middle, room, size),
  ).flat();
}
