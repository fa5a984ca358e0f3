import { describe, expect, it } from 'vitest';
import { PhiloxSequence } from '../../../../src/core/philox';
import { randomEffects } from '../../../../src/stats/random-effects';
import { bootstrap } from '../../../../src/stats/resampling/bootstrap';
import { permutationTest, signFlipTest } from '../../../../src/stats/resampling/permutation';
import { normalQuantile } from '../../../../src/stats/special/normal';

const normals = (seed: number, n: number) => {
  const draws = new PhiloxSequence(seed, 99);
  return Array.from({ length: n }, () => normalQuantile(draws.nextUnit() * 0.999999 + 5e-7));
};
const meanOf = (values: readonly number[]) => (indices: Int32Array) =>
  indices.reduce((sum, i) => sum + values[i]!, 0) / indices.length;

describe('the bootstrap', () => {
  const values = normals(1, 60);

  it('of a mean is near the normal interval, by either method', () => {
    const mean = meanOf(values)(Int32Array.from(values.keys()));
    const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
    for (const interval of ['bca', 'percentile'] as const) {
      const estimate = bootstrap(60, meanOf(values), { seed: 5, interval });
      expect(estimate.value).toBeCloseTo(mean, 12);
      expect((estimate.hi - estimate.lo) / ((2 * 1.96 * sd) / Math.sqrt(60))).toBeCloseTo(1, 0);
      expect(estimate.lo).toBeLessThan(mean);
      expect(estimate.hi).toBeGreaterThan(mean);
    }
  });

  it('repeats with its seed and differs with another', () => {
    const draw = (seed: number) => bootstrap(60, meanOf(values), { seed, replicates: 200 });
    expect(draw(3)).toEqual(draw(3));
    expect(draw(3).lo).not.toBe(draw(4).lo);
  });

  it('by run is wider than by fact where runs differ', () => {
    const shift = normals(2, 6);
    const grouped = values.map((value, i) => value + 3 * shift[i % 6]!);
    const clusters = grouped.map((_, i) => `run ${i % 6}`);
    const byFact = bootstrap(60, meanOf(grouped), { seed: 1, interval: 'percentile' });
    const byRun = bootstrap(60, meanOf(grouped), { seed: 1, interval: 'percentile', clusters });
    expect(byRun.hi - byRun.lo).toBeGreaterThan(1.5 * (byFact.hi - byFact.lo));
    expect(bootstrap(60, meanOf(grouped), { seed: 1, clusters }).method).toContain('of 6 clusters');
  });

  it('moves the limits of a skewed statistic with BCa', () => {
    const skewed = values.map((value) => Math.exp(value));
    const bca = bootstrap(60, meanOf(skewed), { seed: 1 });
    const plain = bootstrap(60, meanOf(skewed), { seed: 1, interval: 'percentile' });
    expect(bca.lo).toBeGreaterThan(plain.lo);
    expect(bca.hi).toBeGreaterThan(plain.hi);
  });

  it('tells of replicates on which the statistic is not defined', () => {
    const ratio = (indices: Int32Array) => {
      const ones = indices.filter((i) => i === 0).length;
      return ones === 0 ? NaN : indices.length / ones;
    };
    const estimate = bootstrap(5, ratio, { seed: 1, replicates: 400, interval: 'percentile' });
    expect(estimate.warnings?.[0]?.code).toBe('undefined-replicates');
  });

  it('refuses too little', () => {
    expect(() => bootstrap(1, () => 1, { seed: 1 })).toThrow('at least 2 needed');
    expect(() => bootstrap(9, () => NaN, { seed: 1 })).toThrow('the statistic of the whole sample is NaN');
    expect(() => bootstrap(3, () => 1, { seed: 1, clusters: ['a'] })).toThrow('1 cluster names are given for 3 units');
    expect(() => bootstrap(3, () => 1, { seed: 1, level: 1 })).toThrow('confidence level');
  });
});

describe('permutation tests', () => {
  const difference = (values: readonly number[]) => (isFirst: Uint8Array) => {
    let [a, b, n] = [0, 0, 0];
    isFirst.forEach((first, i) => {
      if (first) [a, n] = [a + values[i]!, n + 1];
      else b += values[i]!;
    });
    return a / n - b / (isFirst.length - n);
  };

  it('try every relabelling of few units: the most extreme of 20 has p = 2/20', () => {
    const values = [10, 11, 12, 1, 2, 3];
    const labels = [1, 1, 1, 0, 0, 0];
    expect(permutationTest(labels, difference(values), { seed: 1 }).p).toBeCloseTo(2 / 20, 12);
    expect(permutationTest(labels, difference(values), { seed: 1, alternative: 'greater' }).p).toBeCloseTo(1 / 20, 12);
    expect(permutationTest(labels, difference(values), { seed: 1, alternative: 'less' }).p).toBe(1);
  });

  it('draw relabellings of many units, never give 0, and repeat with their seed', () => {
    const values = [...normals(3, 30).map((value) => value + 4), ...normals(4, 30)];
    const labels = values.map((_, i) => i < 30);
    const test = permutationTest(labels, difference(values), { seed: 9, permutations: 499 });
    expect(test.p).toBe(1 / 500);
    expect(permutationTest(labels, difference(values), { seed: 9, permutations: 499 })).toEqual(test);
  });

  it('keep their level without a difference', () => {
    let rejected = 0;
    for (let study = 0; study < 200; study++) {
      const values = normals(1000 + study, 24);
      const { p } = permutationTest(
        values.map((_, i) => i < 12),
        difference(values),
        { seed: study, permutations: 199 },
      );
      if (p <= 0.05) rejected += 1;
    }
    expect(rejected).toBeGreaterThan(1);
    expect(rejected).toBeLessThan(22);
  });

  it('flip the signs of paired differences', () => {
    expect(signFlipTest([1, 2, 3, 4], { seed: 1 }).p).toBeCloseTo(2 / 16, 12);
    expect(signFlipTest([1, -1, 1, -1], { seed: 1 }).p).toBe(1);
    const many = normals(6, 40).map((value) => value + 1);
    expect(signFlipTest(many, { seed: 1, permutations: 999 }).p).toBe(0.001);
  });

  it('refuse an empty group and a statistic that is not defined', () => {
    expect(() => permutationTest([1, 1], () => 0, { seed: 1 })).toThrow('second group: 0 given');
    expect(() => permutationTest([1, 0], () => NaN, { seed: 1 })).toThrow('the observed statistic is NaN');
    expect(() => signFlipTest([1, Infinity], { seed: 1 })).toThrow('value 2');
  });
});

describe('numbers of extreme size', () => {
  it('skew a BCa interval as small ones do', () => {
    const small = [1, 2, 2, 3, 9];
    const of = (unit: number) =>
      bootstrap(5, (drawn) => drawn.reduce((sum, i) => sum + small[i]! * unit, 0) / 5, { seed: 4, replicates: 200 });
    expect(of(2 ** 500).lo / 2 ** 500).toBeCloseTo(of(1).lo, 12);
    expect(of(2 ** -500).hi / 2 ** -500).toBeCloseTo(of(1).hi, 12);
  });

  it('are refused where squares would overflow or vanish', () => {
    for (const size of [1e161, 1e-161]) {
      expect(() => randomEffects([1, size], [1, 1])).toThrow(/row 2: the value/);
      expect(() => randomEffects([1, 2], [1, size])).toThrow(/row 2: the standard error/);
    }
  });
});
