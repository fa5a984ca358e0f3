import { describe, expect, it } from 'vitest';
import { expectedCount } from '../../../src/stats';

describe('the number of events with chances of their own', () => {
  it('has the limits of the exact distribution', () => {
    // R, by convolution: P(N ≤ 0 … 5) = .01575, .1975, .591, .9025, .99325, 1.
    const chances = [0.1, 0.3, 0.5, 0.5, 0.9];
    expect(expectedCount(chances)).toMatchObject({ value: expect.closeTo(2.3, 12), lo: 1, hi: 4, n: 5 });
    expect(expectedCount(chances, 0.6)).toMatchObject({ lo: 2, hi: 3 });
  });

  it('is the binomial where all chances are equal', () => {
    // R: qbinom(c(.025, .975), 20, .3).
    expect(expectedCount(Array<number>(20).fill(0.3))).toMatchObject({ value: expect.closeTo(6, 12), lo: 2, hi: 10 });
  });

  it('comes as close for many chances as whole counts can', () => {
    // R, by convolution: sum 249.50025, limits 229 and 270.
    const chances = Array.from({ length: 1000 }, (_, i) => (((i * 37) % 1000) / 1000) ** 3);
    const { value, lo, hi, method } = expectedCount(chances);
    expect(value).toBeCloseTo(249.50025, 8);
    expect(Math.abs(lo - 229)).toBeLessThanOrEqual(1);
    expect(Math.abs(hi - 270)).toBeLessThanOrEqual(1);
    expect(method).toContain('Cornish–Fisher');
  });

  it('has no spread where everything is certain', () => {
    expect(expectedCount([1, 1, 0])).toMatchObject({ value: 2, lo: 2, hi: 2, n: 3 });
  });

  it('refuses what is no chance', () => {
    expect(() => expectedCount([0.5, 1.2])).toThrow('chance 2 is 1.2');
  });
});
