/** Edges: what a method says where its formula runs out. */
import { describe, expect, it } from 'vitest';
import { matchedAgainstShuffled } from '../../../src/stats/geometry/matching';
import { pca } from '../../../src/stats/geometry/pca';
import { crossValidatedProbe, logisticRegression } from '../../../src/stats/geometry/probe';
import { silhouette } from '../../../src/stats/geometry/separation';
import { compareRestrictedMeans, kaplanMeier, nelsonAalen, restrictedMean } from '../../../src/stats/km';
import { symmetricEigen } from '../../../src/stats/linear-algebra/eigen';
import { vectorsOf } from '../../../src/stats/linear-algebra/vectors';
import { spearman } from '../../../src/stats/paired/spearman';
import { wilcoxonSignedRank } from '../../../src/stats/paired/wilcoxon';
import { randomEffects } from '../../../src/stats/random-effects';
import { bootstrap } from '../../../src/stats/resampling/bootstrap';
import { permutationTest } from '../../../src/stats/resampling/permutation';
import { aucDeLong, compareAuc } from '../../../src/stats/roc/delong';
import { fprAtTpr, tprAtFpr } from '../../../src/stats/roc/fixed-rate';
import { betaI, betaQuantile } from '../../../src/stats/special/beta';
import { binomialCdf, binomialMass } from '../../../src/stats/special/binomial';
import { gammaP, gammaQ, logGamma } from '../../../src/stats/special/gamma';
import { normalQuantile } from '../../../src/stats/special/normal';

describe('areas and rates at their ends', () => {
  it('an area of 0 or of a single case keeps a bound of its own', () => {
    const none = aucDeLong([1, 2, 3], [true, false, false]);
    expect(none).toMatchObject({ value: 0, lo: 0 });
    expect(none.hi).toBeCloseTo(1 - 0.025, 12);
    const tied = aucDeLong([1, 1, 1, 1], [true, true, false, false]);
    expect(tied).toMatchObject({ value: 0.5, lo: 0 });
    expect(tied.hi).toBe(1);
    expect(compareAuc([1, 2], [2, 3], [false, true]).test).toMatchObject({ statistic: 0, p: 1 });
  });

  it('rates of 0 and 1 pass nobody and everybody', () => {
    const positive = [true, true, false, false];
    expect(tprAtFpr([2, 2, 1, 1], positive, 1).value).toBe(1);
    expect(fprAtTpr([2, 2, 1, 1], positive, 0).value).toBe(0);
  });
});

describe('correlations and ranks at their ends', () => {
  it('a perfect order has no width, and its exact p, two of n! orders', () => {
    const up = spearman([1, 2, 3, 4, 5], [2, 4, 6, 8, 10]);
    expect(up.rho).toMatchObject({ value: 1, lo: 1, hi: 1 });
    expect(up.p).toBeCloseTo(2 / 120, 12);
    const many = Array.from({ length: 20 }, (_, i) => i);
    expect(spearman(many, many).p).toBeCloseTo(8.22063524662433e-19, 30);
    expect(spearman(many, many.toReversed()).rho.value).toBe(-1);
    expect(() => spearman([1, 2, 3, 4], [1, 2, 3])).toThrow('4 values are paired with 3');
  });

  it('signed ranks with ties use the normal approximation whatever the sample size', () => {
    const { method, p } = wilcoxonSignedRank([3, 3, 3, 3], [1, 1, 5, 1]);
    expect(method).toContain('normal approximation');
    expect(p).toBeLessThanOrEqual(1);
  });
});

describe('resampling at its ends', () => {
  it('a statistic without spread has an interval without width', () => {
    const estimate = bootstrap(10, () => 4, { seed: 1 });
    expect(estimate).toMatchObject({ value: 4, lo: 4, hi: 4 });
  });

  it('a statistic that needs all units is told of, not guessed', () => {
    const whole = (indices: Int32Array) => (new Set(indices).size === 4 ? indices.length : NaN);
    expect(() => bootstrap(4, whole, { seed: 1, replicates: 60 })).toThrow('on which the statistic is defined');
  });

  it('an undefined relabelling speaks for the null hypothesis', () => {
    const statistic = (labels: Uint8Array) => (labels[0] === 1 ? 5 : NaN);
    expect(permutationTest([1, 1, 0, 0], statistic, { seed: 1 }).p).toBe(1);
  });
});

describe('restricted means at their ends', () => {
  const certain = restrictedMean({ time: [4, 5], event: [0, 0] }, 3);
  it('without events have no spread, and differ from themselves with p = 1', () => {
    expect(certain.standardError).toBe(0);
    expect(compareRestrictedMeans(certain, certain)).toMatchObject({ p: 1, difference: { value: 0, lo: 0, hi: 0 } });
  });
  it('with late entry begin at the earliest start', () => {
    expect(restrictedMean({ time: [9, 9], event: [0, 0], start: [2, 4] }, 8).value).toBe(6);
    expect(() => restrictedMean({ time: [9], event: [0], start: [2] }, 2)).toThrow('the horizon is 2');
  });
  it('of 0 have no ratio', () => {
    const none = { ...certain, value: 0 };
    expect(compareRestrictedMeans(none, certain).ratio).toBeNull();
  });
  it('beside a plain cumulative hazard that is never below 0', () => {
    const { lo, hazard } = nelsonAalen({ time: [1, 2, 3], event: [0, 1, 1] }, { intervals: 'plain' });
    expect(lo).toEqual([0, 0, 0]);
    expect(hazard[0]).toBe(0);
    expect(nelsonAalen({ time: [1, 2], event: [0, 0] }).hi).toEqual([0, 0]);
    expect(kaplanMeier([0, 1], [1, 0]).survival).toEqual([0.5, 0.5]);
  });
});

describe('geometry at its ends', () => {
  it('partners that are all alike share the middle rank', () => {
    const same = vectorsOf([
      [1, 0],
      [2, 0],
      [3, 0],
    ]);
    const { meanReciprocalRank, cohenD, auc } = matchedAgainstShuffled(same, same, { seed: 1 });
    expect(meanReciprocalRank.value).toBe(0.5);
    expect(cohenD).toBe(0);
    expect(auc.value).toBe(0.5);
  });

  it('identical vectors of two classes have a silhouette of 0', () => {
    expect(
      silhouette(
        vectorsOf([
          [1, 1],
          [1, 1],
          [1, 1],
          [1, 1],
        ]),
        [1, 1, 2, 2],
        'euclidean',
      ),
    ).toBe(0);
  });

  it('axes point so that their largest entry is positive', () => {
    for (const rows of [
      [
        [0, 0],
        [-3, -1],
        [-6, -2.5],
      ],
      [
        [0, 0, 0, 0],
        [-3, -1, 0, 2],
        [1, -2.5, 4, 0],
      ],
    ]) {
      const { loadings } = pca(vectorsOf(rows), 2);
      for (let k = 0; k < loadings.rows; k++) {
        const axis = [...loadings.data.subarray(k * loadings.columns, (k + 1) * loadings.columns)];
        expect(
          axis.reduce((largest, value) => (Math.abs(value) > Math.abs(largest) ? value : largest), 0),
        ).toBeGreaterThan(0);
      }
    }
    expect([...symmetricEigen(Float64Array.of(2, 0, 0, 3), 2).values]).toEqual([3, 2]);
  });

  it('a probe on far-out vectors halves its steps and converges', () => {
    const rows = Array.from({ length: 12 }, (_, i) => [1000 * (i % 2 === 0 ? 1 : -1) + i, i * i]);
    const fit = logisticRegression(
      vectorsOf(rows),
      rows.map((_, i) => i % 2 === 0),
      100,
    );
    expect(fit.weights.every(Number.isFinite)).toBe(true);
    expect(
      crossValidatedProbe(
        vectorsOf(rows),
        rows.map((_, i) => i % 2 === 0),
        { seed: 1, folds: 2 },
      ).accuracy.value,
    ).toBe(1);
  });
});

describe('random effects at their ends', () => {
  it('of two agreeing runs have no share of variance between them', () => {
    const result = randomEffects([1, 1], [0.5, 0.5], { interval: 'wald', tau2: 'dersimonian-laird' });
    expect(result).toMatchObject({ tau2: 0, i2: 0, q: 0 });
    expect(result.p).toBeLessThan(0.01);
  });
});

describe('distributions at their ends', () => {
  it('are 0 and 1 where nothing or everything lies below', () => {
    expect(betaI(2, 3, 0)).toBe(0);
    expect(betaI(2, 3, 1)).toBe(1);
    expect(betaQuantile(0, 2, 3)).toBeCloseTo(0, 12);
    expect(binomialMass(3, 2, 0.5)).toBe(0);
    expect(binomialMass(0, 3, 0)).toBe(1);
    expect(binomialMass(1, 3, 0)).toBe(0);
    expect(binomialMass(3, 3, 1)).toBe(1);
    expect(binomialMass(1, 3, 1)).toBe(0);
    expect(binomialCdf(-1, 3, 0.5)).toBe(0);
    expect(binomialCdf(3, 3, 0.5)).toBe(1);
    expect(gammaP(2, 0)).toBe(0);
    expect(gammaQ(2, Infinity)).toBe(0);
    expect(gammaP(2, 50)).toBeCloseTo(1, 12);
  });
  it('refuse what is no argument', () => {
    expect(() => binomialMass(1, -1, 0.5)).toThrow(RangeError);
    expect(() => gammaP(0, 1)).toThrow(RangeError);
    expect(() => logGamma(0)).toThrow(RangeError);
    expect(() => normalQuantile(1)).toThrow(RangeError);
  });
});
