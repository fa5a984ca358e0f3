import { describe, expect, it } from 'vitest';
import { lossPoints, quantile } from '../../../src/app/curves';
import { plausibleRun } from '../../fixtures/run/plausible-run';

const run = plausibleRun({ pairs: 4, epochs: 3 });

describe('the loss curve', () => {
  it('shows every step where there is room', () => {
    const own = run.steps.filter(({ direction }) => direction === 'term-to-id');
    const points = lossPoints(own);
    expect(points.map(({ mean }) => mean)).toEqual(own.map(({ loss }) => loss));
  });

  it('groups neighbouring steps where there is none, each in exactly one point, with its range', () => {
    const own = run.steps.filter(({ direction }) => direction === 'id-to-term');
    const points = lossPoints(own, 10);
    expect(points.length).toBeLessThanOrEqual(10);
    expect(points.reduce((sum, { steps }) => sum + steps, 0)).toBe(own.length);
    expect(points.at(-1)!.step).toBe(own.at(-1)!.step);
    for (const { lo, mean, hi } of points) {
      expect(lo).toBeLessThanOrEqual(mean);
      expect(mean).toBeLessThanOrEqual(hi);
    }
  });

  it('is empty before the first step', () => {
    expect(lossPoints([])).toEqual([]);
  });
});

describe('quantiles', () => {
  it('interpolates between order statistics', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([4, 1, 3, 2], 0.25)).toBe(1.75);
    expect(quantile([7], 0.9)).toBe(7);
    expect(quantile([], 0.5)).toBeNull();
  });
});
