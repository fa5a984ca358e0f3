import { describe, expect, it } from 'vitest';
import { PhiloxSequence, STREAM } from '../../../src/core/philox';
import { pooledGoodnessOfFit } from '../../../src/stats/goodness';
import { chiSquareUpper } from '../../../src/stats/special/chi-square';

const SAMPLES = 200;
const shares = Array.from({ length: 60 }, (_, index) => 0.05 + (0.9 * (index + 0.5)) / 60);

function draw(probabilities: number[], seed: number): number[] {
  const random = new PhiloxSequence(seed, STREAM.decode);
  return probabilities.map((q) => Array.from({ length: SAMPLES }, () => random.nextUnit() < q).filter(Boolean).length);
}

describe('pooled goodness of fit', () => {
  it('is the sum of squared standardised counts, by hand', () => {
    const fit = pooledGoodnessOfFit([12, 5], 20, [0.5, 0.25]);
    expect(fit.statistic).toBeCloseTo(4 / 5, 12);
    expect(fit).toMatchObject({ df: 2 });
    expect(fit.worst.index).toBe(0);
    expect(fit.worst.z).toBeCloseTo(2 / Math.sqrt(5), 12);
    expect(fit.p).toBe(chiSquareUpper(fit.statistic, 2));
  });

  it('keeps its level: true probabilities are rejected at 5 % about 5 % of the time', () => {
    const rejected = Array.from({ length: 200 }, (_, seed) =>
      pooledGoodnessOfFit(draw(shares, seed), SAMPLES, shares),
    ).filter((fit) => fit.p < 0.05).length;
    expect(rejected).toBeGreaterThanOrEqual(2);
    expect(rejected).toBeLessThanOrEqual(20);
  });

  it('sees a sampler that runs at another temperature', () => {
    const sharpened = shares.map((q) => q ** 1.3 / (q ** 1.3 + (1 - q) ** 1.3));
    expect(pooledGoodnessOfFit(draw(sharpened, 3), SAMPLES, shares).p).toBeLessThan(1e-6);
  });

  it('refuses probabilities at the ends and unequal lengths', () => {
    expect(() => pooledGoodnessOfFit([1], 20, [1])).toThrow(RangeError);
    expect(() => pooledGoodnessOfFit([1, 2], 20, [0.5])).toThrow(RangeError);
    expect(() => pooledGoodnessOfFit([], 20, [])).toThrow(RangeError);
  });
});
