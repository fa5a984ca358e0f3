import { describe, expect, it } from 'vitest';
import type { LatentData, LatentFact } from '../../../src/app/estimates/latent';
import { cosineData } from '../../../src/ui/charts/cosines/ask';
import { flowGeometry, spreadLabels } from '../../../src/ui/charts/direction/flow-geometry';
import { DEEPEST, icebergGeometry } from '../../../src/ui/charts/latent-map/iceberg-geometry';
import { factsInBox, nearestMark, nextMark, type Mark } from '../../../src/ui/charts/marks/marks';
import { fixtureRun, VIEW } from '../../helpers/chart-run';

const row = (both: number, forward: number, back: number, neither: number) => ({
  ...{ both, 'term-to-id': forward, 'id-to-term': back, neither },
});

describe('the flow of pairs', () => {
  const flows = {
    both: row(6, 0, 0, 2),
    'term-to-id': row(0, 0, 0, 0),
    'id-to-term': row(1, 0, 0, 0),
    neither: row(3, 2, 0, 6),
  };
  const flow = flowGeometry(flows, 200, 4);

  it('is as tall as it has pairs, and every ribbon begins and ends in its segment', () => {
    const scale = flow.before[0]!.height / 8;
    for (const segment of [...flow.before, ...flow.after]) expect(segment.height).toBeCloseTo(segment.pairs * scale, 9);
    for (const { from, to, y0, y1, height, pairs } of flow.ribbons) {
      const left = flow.before.find(({ way }) => way === from)!;
      const right = flow.after.find(({ way }) => way === to)!;
      expect(height).toBeCloseTo(pairs * scale, 9);
      expect(y0).toBeGreaterThanOrEqual(left.y - 1e-9);
      expect(y0 + height).toBeLessThanOrEqual(left.y + left.height + 1e-9);
      expect(y1).toBeGreaterThanOrEqual(right.y - 1e-9);
      expect(y1 + height).toBeLessThanOrEqual(right.y + right.height + 1e-9);
    }
    expect(flow.ribbons.reduce((sum, { pairs }) => sum + pairs, 0)).toBe(20);
  });

  it('leaves out what nobody is in, and stays within its height', () => {
    expect(flow.before.map(({ way }) => way)).toEqual(['both', 'id-to-term', 'neither']);
    const last = [flow.before.at(-1)!, flow.after.at(-1)!];
    for (const { y, height } of last) expect(y + height).toBeLessThanOrEqual(200 + 1e-9);
  });

  it('moves labels apart without changing their order', () => {
    expect(spreadLabels([10, 12, 90], 15, 100)).toEqual([10, 25, 90]);
    expect(spreadLabels([95, 97, 99], 15, 100)).toEqual([70, 85, 100]);
  });
});

describe('the iceberg', () => {
  const fact = (depth: number, known = false, q = 0.5): LatentFact => ({
    ...{ fact: `f${depth}`, identifier: '', term: '', set: 'seen' as const, known, q, logQ: 0, depth, hits: null },
  });
  const frame = { left: 50, width: 300, top: 20, sky: 100, water: 240, floor: 60 };
  const at = (facts: LatentFact[]) => icebergGeometry({ facts, sets: [{ set: 'seen' }] } as LatentData, frame, 10);

  it('puts known facts above the water and the others below it, deeper the more samples they need', () => {
    const { placed, depth } = at([fact(1, true, 0.9), fact(5), fact(5000), fact(Infinity)]);
    const [sky, near, deep, floor] = placed.map(({ y }) => y) as [number, number, number, number];
    expect(sky).toBeLessThan(120);
    expect(near).toBeGreaterThan(120);
    expect(deep).toBeGreaterThan(near);
    expect(floor).toBeGreaterThan(depth(DEEPEST));
    expect(depth(1000) - depth(100)).toBeCloseTo(40, 9);
  });

  it('keeps every mark within its column, however many there are', () => {
    const { placed } = at(Array.from({ length: 3000 }, (_, i) => fact(i % 3 === 0 ? Infinity : 1 + (i % 50))));
    expect(placed).toHaveLength(3000);
    for (const { x, y } of placed) {
      expect(x).toBeGreaterThanOrEqual(50);
      expect(x).toBeLessThanOrEqual(350);
      expect(y).toBeLessThanOrEqual(420);
    }
  });
});

describe('marks of facts', () => {
  const mark = (fact: string, x: number, y: number): Mark => ({ fact, x, y, tone: 'seen', shape: 'full' });
  const marks = [mark('a', 0, 0), mark('b', 20, 0), mark('c', 22, 30), mark('d', 0, 40), mark('a2', 0, 0)];

  it('are found by a pointer near them', () => {
    expect(nearestMark(marks, { x: 18, y: 2 }, 10)).toBe(1);
    expect(nearestMark(marks, { x: 100, y: 2 }, 10)).toBe(-1);
  });

  it('are reached by arrow keys, those at one place one after the other', () => {
    expect(nextMark(marks, 0, 'ArrowDown')).toBe(4);
    expect(nextMark(marks, 4, 'ArrowRight')).toBe(1);
    expect(nextMark(marks, 4, 'ArrowDown')).toBe(3);
    expect(nextMark(marks, 1, 'ArrowRight')).toBe(2);
    expect(nextMark(marks, 2, 'ArrowRight')).toBe(2);
    expect(nextMark(marks, 2, 'Home')).toBe(0);
    expect(nextMark(marks, 2, 'x')).toBeNull();
  });

  it('are chosen by a box, drawn from any corner', () => {
    expect(factsInBox(marks, { x0: 25, y0: 35, x1: 10, y1: -5 })).toEqual(['b', 'c']);
  });
});

describe('pictures of vectors', () => {
  it('count the rehearsed pairs of their direction, which were recorded as withheld', () => {
    const fixture = fixtureRun({ pairs: 3, epochs: 1 });
    const withheld = fixture.facts.filter(({ seen }) => !seen).map(({ fact }) => fact);
    const probes = { ...fixture.probes, embeddings: [{ direction: 'term-to-id', layer: -1 }] as never };
    const moments = [{ epoch: 0 }] as never;
    const of = (rehearsed: readonly string[]) =>
      cosineData({ ...fixture, probes, rehearsed: new Set(rehearsed) }, VIEW, moments)!.rehearsed;
    expect(withheld).toHaveLength(6);
    expect([of([]), of(withheld), of(['line:3'])]).toEqual([0, 3, 0]);
  });
});
