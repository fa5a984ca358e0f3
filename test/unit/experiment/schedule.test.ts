import { describe, expect, it } from 'vitest';
import { learningRateAt } from '../../../src/experiment/schedule';

describe('the learning rate', () => {
  it('rises linearly to the peak over the warm-up and never begins at zero', () => {
    const rates = [1, 2, 3, 4, 5].map((step) => learningRateAt({ kind: 'constant', warmupSteps: 4 }, 0.8, step, 10));
    expect(rates).toEqual([0.2, 0.4, 0.6000000000000001, 0.8, 0.8]);
  });

  it('stays at the peak under a constant schedule', () => {
    expect(learningRateAt({ kind: 'constant', warmupSteps: 0 }, 0.3, 1, 9)).toBe(0.3);
    expect(learningRateAt({ kind: 'constant', warmupSteps: 0 }, 0.3, 9, 9)).toBe(0.3);
  });

  it('falls along half a cosine that would reach zero one step after the last', () => {
    const schedule = { kind: 'cosine', warmupSteps: 2 } as const;
    expect(learningRateAt(schedule, 1, 2, 11)).toBe(1);
    expect(learningRateAt(schedule, 1, 7, 11)).toBeCloseTo(0.5, 12);
    expect(learningRateAt(schedule, 1, 11, 11)).toBeCloseTo(0.5 * (1 + Math.cos(0.9 * Math.PI)), 12);
    expect(learningRateAt(schedule, 1, 11, 11)).toBeGreaterThan(0);
    expect(learningRateAt(schedule, 1, 12, 11)).toBeCloseTo(0, 12);
  });

  it('never leaves a warm-up that is longer than the training', () => {
    const rates = [1, 2, 3].map((step) => learningRateAt({ kind: 'cosine', warmupSteps: 100 }, 1, step, 3));
    expect(rates).toEqual([0.01, 0.02, 0.03]);
  });
});
