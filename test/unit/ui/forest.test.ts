import { describe, expect, it } from 'vitest';
import { cutTo, forestDomain, forestTicks } from '../../../src/ui/charts/forest-geometry';
import { shortPoint } from '../../../src/ui/views/study/study-words';

const at = (value: number, lo: number, hi: number) => ({ value, lo, hi });

describe('the axis of a forest plot', () => {
  it('holds every estimate, every limit within reach, and the line of no effect', () => {
    const [low, high] = forestDomain([at(2, 1.5, 3), at(4, 3, 6)], 'log', 1);
    expect(low).toBeLessThan(1);
    expect(low).toBeGreaterThan(0.5);
    expect(high).toBeGreaterThan(6);
    expect(high).toBeLessThan(10);
    expect(forestDomain([at(0.3, 0.1, 0.5)], 'linear', 0)).toEqual([0, 0.5]);
  });

  it('lets no limit far beyond all estimates press the others together: it is cut and told', () => {
    const wide = at(2, 1e-9, 1e9);
    const domain = forestDomain([at(1.5, 1.2, 2), wide], 'log', 1);
    expect(domain[0]).toBeGreaterThan(0.01);
    expect(domain[1]).toBeLessThan(100);
    expect(cutTo(wide, domain)).toEqual({ lo: domain[0], hi: domain[1], cutLow: true, cutHigh: true });
    expect(cutTo(at(1.5, 1.2, 2), domain)).toEqual({ lo: 1.2, hi: 2, cutLow: false, cutHigh: false });
  });

  it('has a span also where all estimates are one', () => {
    for (const scale of ['log', 'linear'] as const) {
      const [low, high] = forestDomain([at(1, 1, 1)], scale, 1);
      expect(low).toBeLessThan(1);
      expect(high).toBeGreaterThan(1);
    }
  });

  it('has round ticks within it, no more than fit', () => {
    expect(forestTicks([0.09, 40], 'log', 12)).toEqual([0.1, 0.2, 0.5, 1, 2, 5, 10, 20]);
    expect(forestTicks([0.09, 40], 'log', 5)).toEqual([0.1, 1, 10]);
    expect(forestTicks([0.9, 1.3], 'log', 5)).toEqual([0.9, 1, 1.1, 1.2, 1.3]);
    expect(forestTicks([0.9, 2.1], 'log', 6)).toEqual([1, 1.2, 1.4, 1.6, 1.8, 2]);
    expect(forestTicks([0.3, 20], 'log', 3)).toEqual([1, 10]);
    const far = forestTicks([1e-6, 1e6], 'log', 4);
    expect(far.length).toBeLessThanOrEqual(4);
    expect(far.every((tick) => tick >= 1e-6 && tick <= 1e6)).toBe(true);
    expect(forestTicks([-1, 1], 'linear', 5)).toEqual([-1, -0.5, 0, 0.5, 1]);
  });
});

it('a point of a grid is named by the end of its fields', () => {
  expect(shortPoint('world.groups.0.source.identifiers.lambda=0.25, train.epochs=3')).toBe(
    'identifiers.lambda=0.25, train.epochs=3',
  );
  expect(shortPoint('seed=1')).toBe('seed=1');
});
