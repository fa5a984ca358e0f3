import { describe, expect, it } from 'vitest';
import type { ChartRun } from '../../../../src/app/chart-run';
import { barsOf, spanOf } from '../../../../src/app/estimates/cosines';
import { layerOf, mapData, umapFits } from '../../../../src/app/estimates/embeddings';
import type { EmbeddingRecord } from '../../../../src/records';
import { mapMarks, mapPlaces } from '../../../../src/ui/charts/embedding-map/map-geometry';
import { fixtureRun, VIEW } from '../../../helpers/chart-run';

const record = (layer: number, pairs = 4) => ({ direction: 'term-to-id', layer, pairs }) as EmbeddingRecord;
const bare = fixtureRun({ pairs: 2, epochs: 1 });
const withLayers = (...embeddings: EmbeddingRecord[]): ChartRun => ({
  ...bare,
  probes: { ...bare.probes, embeddings },
});
const facts = bare.facts.filter(({ direction }) => direction === 'term-to-id');
const map = {
  facts: facts.map(({ fact }) => fact),
  moments: [0, 1].map((epoch) => ({
    ...{ epoch, step: epoch },
    term: facts.flatMap((_, i) => [i * 10 + epoch, i]),
    identifier: facts.flatMap((_, i) => [i * 10, -i]),
  })),
  pooling: 'content-mean' as const,
  explained: [0.6, 0.3] as [number, number],
  method: 'PCA',
};

describe('the layer whose vectors are shown', () => {
  it('is the chosen one, else the last hidden state, else the last of the spec', () => {
    const run = withLayers(record(0), record(-1), record(2));
    expect(layerOf(run, VIEW)).toBe(-1);
    expect(layerOf(run, { ...VIEW, options: { layer: '2' } })).toBe(2);
    expect(layerOf(run, { ...VIEW, options: { layer: '9' } })).toBe(-1);
    expect(layerOf(withLayers(record(0), record(1)), VIEW)).toBe(1);
    expect(layerOf(run, { ...VIEW, direction: 'id-to-term' })).toBeNull();
    expect(layerOf(run, { ...VIEW, direction: null })).toBeNull();
  });

  it('is laid flat by UMAP only where that ends soon', () => {
    expect(umapFits(withLayers(record(-1, 1000)))).toBe(true);
    expect(umapFits(withLayers(record(-1, 1001)))).toBe(false);
  });
});

describe('the data of the map', () => {
  const run = withLayers(record(-1));

  it('names pairs as they are shown, with the set they are in', () => {
    const first = map.facts[0]!;
    const named = {
      ...run,
      trials: run.trials.map((trial) => (trial.fact === first ? { ...trial, term: 'put back' } : trial)),
    };
    const data = mapData(named, VIEW, map)!;
    expect(data.pairs.map(({ fact }) => fact)).toEqual(map.facts);
    expect(data.pairs[0]!.term).toBe('put back');
    expect(data.pairs.map(({ set }) => set)).toEqual(facts.map(({ seen }) => (seen ? 'seen' : 'withheld')));
  });

  it('is nothing without vectors', () => {
    expect(mapData(bare, VIEW, map)).toBeNull();
    expect(mapData(run, VIEW, null)).toBeNull();
  });

  it('is drawn within its frame, on one scale for both axes', () => {
    const data = mapData(run, VIEW, map)!;
    const places = mapPlaces(data, 'both', { width: 300, height: 200, margin: 20 });
    for (const { x0, y0, x1, y1 } of places) {
      for (const x of [x0, x1]) expect(Math.abs(x - 150)).toBeLessThanOrEqual(130 + 1e-9);
      for (const y of [y0, y1]) expect(Math.abs(y - 100)).toBeLessThanOrEqual(80 + 1e-9);
    }
    const [a, b] = [places[0]!, places[1]!];
    expect((b.x0 - a.x0) / 10).toBeCloseTo((a.y0 - b.y0) / 1, 9);
    const marks = mapMarks(data, places, 0.5);
    expect(marks[0]!.x).toBeCloseTo((a.x0 + a.x1) / 2, 9);
    expect(marks[0]!.from).toEqual({ x: a.x0, y: a.y0 });
    expect(mapMarks({ ...data, map: { ...map, explained: null } }, places, 0.5)[0]!.from).toBeUndefined();
  });
});

describe('bars of a distribution', () => {
  it('hold every value once, as shares of their own list', () => {
    const lists = [
      [0.1, 0.2, 0.25, 0.9],
      [-0.4, 0],
    ];
    const domain = spanOf(lists, 20);
    for (const list of lists) {
      const bars = barsOf(list, domain, 20);
      expect(bars.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    }
    expect(domain[0]).toBeLessThanOrEqual(-0.4);
    expect(domain[1]).toBeGreaterThanOrEqual(0.9);
  });

  it('have a scale where there is nothing, or one value', () => {
    expect(spanOf([[]], 10)).toEqual([-1, 1]);
    expect(spanOf([[0.5]], 10)).toEqual([0, 1]);
    expect(barsOf([], [0, 1], 10)).toEqual([]);
  });
});
