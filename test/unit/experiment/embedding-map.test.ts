import { describe, expect, it } from 'vitest';
import { PhiloxSequence } from '../../../src/core/philox';
import { embeddingMap } from '../../../src/experiment/analyses/embedding-map';

const WIDTH = 8;
const PAIRS = 20;

function layer(seed: number, shift = 0) {
  const draws = new PhiloxSequence(seed, 1);
  const vectors = () => Float32Array.from({ length: PAIRS * WIDTH }, (_, at) => draws.nextUnit() * (at % WIDTH === 0 ? 6 : 1) + shift);
  return { layer: -1, width: WIDTH, term: vectors(), identifier: vectors() };
}

describe('the map of vectors', () => {
  it('keeps a text that did not move at its place, for it projects both moments together', async () => {
    const before = layer(1);
    const { before: was, after: is, explained, method } = await embeddingMap(before, before, 'pca', 1);
    expect(is).toEqual(was);
    expect(was.term).toHaveLength(2 * PAIRS);
    expect(explained![0]).toBeGreaterThan(explained![1]);
    expect(method).toContain('both moments together');
  });

  it('shows a displacement of all as one', async () => {
    const [before, after] = [layer(1), layer(1, 5)];
    const map = await embeddingMap(before, after, 'pca', 1);
    const moved = map.after.term.map((at, i) => at - map.before.term[i]!);
    const steps = Array.from({ length: PAIRS }, (_, i) => [moved[2 * i]!, moved[2 * i + 1]!] as const);
    for (const [x, y] of steps) {
      expect(x).toBeCloseTo(steps[0]![0], 6);
      expect(y).toBeCloseTo(steps[0]![1], 6);
    }
    expect(Math.hypot(...steps[0]!)).toBeGreaterThan(5);
  });

  it('gives the same UMAP for the same seed, and another for another', async () => {
    const [before, after] = [layer(1), layer(2)];
    const [one, again, other] = [
      await embeddingMap(before, after, 'umap', 1),
      await embeddingMap(before, after, 'umap', 1),
      await embeddingMap(before, after, 'umap', 2),
    ];
    expect(again).toEqual(one);
    expect(other.before.term).not.toEqual(one.before.term);
    expect(one.before.term.every(Number.isFinite)).toBe(true);
    expect(one.explained).toBeNull();
    expect(one.method).toContain('seed 1');
  });
});
