import { describe, expect, it } from 'vitest';
import { meanDifference } from '../../../../src/stats';

/** Hollander & Wolfe's depression data. */
const X = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3];
const Y = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];

describe('the mean of paired differences', () => {
  it('has the interval of R’s t.test(paired = TRUE)', () => {
    const { value, lo, hi, n } = meanDifference(X.map((x, i) => x - Y[i]!));
    expect(value).toBeCloseTo(0.431888888888889, 12);
    expect(lo).toBeCloseTo(0.103778712272169, 9);
    expect(hi).toBeCloseTo(0.759999065505609, 9);
    expect(n).toBe(9);
  });

  it('has an interval of no width where all differences are equal', () => {
    const { value, lo, hi } = meanDifference([1, 1, 1]);
    expect([value, lo, hi]).toEqual([1, 1, 1]);
  });

  it('refuses a single difference, and what is no number', () => {
    expect(() => meanDifference([1])).toThrow('at least 2 needed');
    expect(() => meanDifference([1, NaN])).toThrow('value 2 of the differences is NaN');
  });
});
