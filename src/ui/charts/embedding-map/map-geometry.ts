/**
 * Places of a map in pixels, at any moment between before and after. Pure.
 *
 * Promises: one scale for both axes and both moments, so that distances can be compared; everything lies within the frame.
 * Must not know: how a map was made.
 */
import type { MapData } from '../../../app/estimates/embeddings';
import type { Mark } from '../marks/marks';

export type Texts = 'both' | 'term' | 'identifier';

export interface MapFrame {
  width: number;
  height: number;
  margin: number;
}

/** Which pair and which of its texts each mark is, with the places before and after. */
export interface MapPlace {
  pair: number;
  text: 'term' | 'identifier';
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

export function mapPlaces({ map }: MapData, texts: Texts, { width, height, margin }: MapFrame): MapPlace[] {
  const first = map.moments[0]!;
  const last = map.moments.at(-1)!;
  const shown = (['term', 'identifier'] as const).filter((text) => texts === 'both' || texts === text);
  const [x, y] = ([0, 1] as const).map((axis) => {
    let [low, high] = [Infinity, -Infinity];
    for (const text of shown)
      for (const { [text]: places } of [first, last])
        for (let at = axis; at < places.length; at += 2) {
          low = Math.min(low, places[at]!);
          high = Math.max(high, places[at]!);
        }
    return { middle: (low + high) / 2, spread: high - low };
  }) as [{ middle: number; spread: number }, { middle: number; spread: number }];
  const fit = (room: number, spread: number) => (spread > 0 ? room / spread : Infinity);
  const found = Math.min(fit(width - 2 * margin, x.spread), fit(height - 2 * margin, y.spread));
  const scale = Number.isFinite(found) ? found : 1;
  const right = (value: number) => width / 2 + (value - x.middle) * scale;
  const up = (value: number) => height / 2 - (value - y.middle) * scale;
  return shown.flatMap((text) =>
    map.facts.map((_, pair): MapPlace => ({
      ...{ pair, text },
      ...{ x0: right(first[text][2 * pair]!), y0: up(first[text][2 * pair + 1]!) },
      ...{ x1: right(last[text][2 * pair]!), y1: up(last[text][2 * pair + 1]!) },
    })),
  );
}

/** @param share of the way from before (0) to after (1) */
export function mapMarks({ pairs }: MapData, places: readonly MapPlace[], share: number): Mark[] {
  return places.map(({ pair, text, x0, y0, x1, y1 }) => {
    const { fact, set } = pairs[pair]!;
    return {
      ...{ fact, tone: set, shape: text === 'term' ? 'full' : 'square' },
      ...{ x: x0 + (x1 - x0) * share, y: y0 + (y1 - y0) * share },
      ...(share > 0 ? { from: { x: x0, y: y0 } } : {}),
    };
  });
}
