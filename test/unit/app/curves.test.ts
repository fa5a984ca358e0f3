import { describe, expect, it } from 'vitest';
import { lossCurve, quantile, risesOf } from '../../../src/app/curves';
import { plausibleRun } from '../../fixtures/run/plausible-run';

const NONE: ReadonlySet<string> = new Set();
const run = plausibleRun({ pairs: 4, epochs: 3 });

describe('the loss curve', () => {
  it('shows every step where there is room', () => {
    const points = lossCurve(run.steps, 'term-to-id');
    const own = run.steps.filter(({ direction }) => direction === 'term-to-id');
    expect(points.map(({ mean }) => mean)).toEqual(own.map(({ loss }) => loss));
  });

  it('groups neighbouring steps where there is none, each in exactly one point, with its range', () => {
    const points = lossCurve(run.steps, 'id-to-term', 10);
    const own = run.steps.filter(({ direction }) => direction === 'id-to-term');
    expect(points.length).toBeLessThanOrEqual(10);
    expect(points.reduce((sum, { steps }) => sum + steps, 0)).toBe(own.length);
    expect(points.at(-1)!.step).toBe(own.at(-1)!.step);
    for (const { lo, mean, hi } of points) {
      expect(lo).toBeLessThanOrEqual(mean);
      expect(mean).toBeLessThanOrEqual(hi);
    }
  });

  it('is empty before the first step', () => {
    expect(lossCurve([], 'term-to-id')).toEqual([]);
  });
});

describe('the rise of log q', () => {
  it('compares the last evaluation with the one before training, per completion token', () => {
    const { seen, epoch } = risesOf(run.trials, 'term-to-id', 'held-out', NONE);
    const life = run.trials.filter((trial) => trial.fact === run.trials[0]!.fact && trial.template === 'held-out');
    expect(epoch).toBe(3);
    expect(seen[0]).toBeCloseTo((life.at(-1)!.logProb - life[0]!.logProb) / life[0]!.tokens, 12);
  });

  it('has one number a fact, seen and withheld apart', () => {
    const { seen, withheld } = risesOf(run.trials, 'id-to-term', 'trained', NONE);
    expect([seen.length, withheld.length]).toEqual([4, 4]);
  });

  it('never counts a rehearsed fact as one that nobody trained', () => {
    const all = risesOf(run.trials, 'id-to-term', 'trained', NONE);
    const own = run.trials.find(({ seen, direction }) => !seen && direction === 'id-to-term')!;
    const apart = risesOf(run.trials, 'id-to-term', 'trained', new Set([own.fact, 'another|id-to-term']));
    expect([apart.seen.length, apart.withheld.length, apart.rehearsed.length]).toEqual([4, 3, 1]);
    expect([...apart.rehearsed, ...apart.withheld].sort()).toEqual([...all.withheld].sort());
  });

  it('is empty before the first training epoch', () => {
    expect(
      risesOf(
        run.trials.filter(({ epoch }) => epoch === 0),
        'term-to-id',
        'held-out',
        NONE,
      ),
    ).toEqual({ epoch: 0, seen: [], withheld: [], rehearsed: [] });
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
