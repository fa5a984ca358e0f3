/**
 * Geometry of the flow of pairs from before to after: two stacked bars and the ribbons between them. Pure.
 *
 * Promises: heights are in proportion to pairs; what leaves a segment fills it, and so does what arrives.
 * Must not know: pixels of a page, colours.
 */
import { KNOWN_WAYS, type DirectionSet, type KnownWay } from '../../../app/estimates/direction';

export interface Segment {
  way: KnownWay;
  y: number;
  height: number;
  pairs: number;
}

export interface Ribbon {
  from: KnownWay;
  to: KnownWay;
  pairs: number;
  /** Upper edges at both ends; it is `height` tall all the way. */
  y0: number;
  y1: number;
  height: number;
}

export interface Flow {
  before: Segment[];
  after: Segment[];
  ribbons: Ribbon[];
}

/** @param gap between segments that hold pairs */
export function flowGeometry(flows: DirectionSet['flows'], height: number, gap = 4): Flow {
  const total = (pick: (from: KnownWay, to: KnownWay) => boolean) =>
    KNOWN_WAYS.flatMap((from) => KNOWN_WAYS.map((to) => (pick(from, to) ? flows[from][to] : 0))).reduce(
      (sum, pairs) => sum + pairs,
      0,
    );
  const before = KNOWN_WAYS.map((way) => ({ way, pairs: total((from) => from === way) }));
  const after = KNOWN_WAYS.map((way) => ({ way, pairs: total((_, to) => to === way) }));
  const all = total(() => true);
  // One scale for both bars, so that a ribbon is as tall at its end as at its beginning.
  const gaps = Math.max(...[before, after].map((bar) => bar.filter(({ pairs }) => pairs > 0).length - 1), 0);
  const scale = (height - gaps * gap) / Math.max(1, all);
  const stack = (bar: { way: KnownWay; pairs: number }[]): Segment[] => {
    let y = 0;
    return bar.flatMap(({ way, pairs }) => {
      if (pairs === 0) return [];
      const segment = { way, y, height: pairs * scale, pairs };
      y += segment.height + gap;
      return [segment];
    });
  };
  const [left, right] = [stack(before), stack(after)];
  const leaves = new Map(left.map(({ way, y }) => [way, y]));
  const arrives = new Map(right.map(({ way, y }) => [way, y]));
  const ribbons: Ribbon[] = [];
  for (const from of KNOWN_WAYS) {
    for (const to of KNOWN_WAYS) {
      const pairs = flows[from][to];
      if (pairs === 0) continue;
      const [y0, y1] = [leaves.get(from)!, arrives.get(to)!];
      ribbons.push({ from, to, pairs, y0, y1, height: pairs * scale });
      leaves.set(from, y0 + pairs * scale);
      arrives.set(to, y1 + pairs * scale);
    }
  }
  return { before: left, after: right, ribbons };
}

/** A band from (x0, y0) to (x1, y1), `height` tall at both ends. */
export function ribbonPath({ y0, y1, height }: Pick<Ribbon, 'y0' | 'y1' | 'height'>, x0: number, x1: number): string {
  const middle = (x0 + x1) / 2;
  return (
    `M${x0} ${y0}C${middle} ${y0} ${middle} ${y1} ${x1} ${y1}` +
    `v${height}C${middle} ${y1 + height} ${middle} ${y0 + height} ${x0} ${y0 + height}z`
  );
}

/** Heights of labels moved apart until each has `gap`; the order stays, and none leaves 0…height if there is room. */
export function spreadLabels(places: readonly number[], gap: number, height: number): number[] {
  const spread = [...places];
  for (let i = 1; i < spread.length; i++) spread[i] = Math.max(spread[i]!, spread[i - 1]! + gap);
  for (let i = spread.length - 1; i >= 0; i--) {
    const most = i === spread.length - 1 ? height : spread[i + 1]! - gap;
    spread[i] = Math.min(spread[i]!, most);
  }
  return spread;
}
