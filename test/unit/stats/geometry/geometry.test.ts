/** The geometry of vectors against NumPy and scikit-learn (test/golden/geometry_goldens.py). */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PhiloxSequence } from '../../../../src/core/philox';
import { matrixEntropy, patchEntropy } from '../../../../src/stats/geometry/entropy';
import { matchedAgainstShuffled } from '../../../../src/stats/geometry/matching';
import { pca } from '../../../../src/stats/geometry/pca';
import { crossValidatedProbe, logisticRegression } from '../../../../src/stats/geometry/probe';
import { classSeparation, silhouette } from '../../../../src/stats/geometry/separation';
import { symmetricEigen } from '../../../../src/stats/linear-algebra/eigen';
import { cholesky, solveSymmetric } from '../../../../src/stats/linear-algebra/solve';
import { gram, vectorsOf } from '../../../../src/stats/linear-algebra/vectors';
import { normalQuantile } from '../../../../src/stats/special/normal';

interface Case {
  x: number[][];
  labels: boolean[];
  asPublished: number;
  tightness: number;
  between: number;
  margin: number;
  cosine: number;
  euclidean: number;
  fits: { C: number; weights: number[]; intercept: number }[];
  variance: number[];
  ratio: number[];
  loadings: number[][];
  scores: number[][];
  entropy: Record<'2' | '1' | '0.5', number>;
}
const { cases } = JSON.parse(readFileSync(new URL('../../../golden/geometry.json', import.meta.url), 'utf8')) as {
  cases: Case[];
};
const normal = (draws: PhiloxSequence) => normalQuantile(draws.nextUnit() * 0.999999 + 5e-7);
const cloud = (seed: number, n: number, d: number) => {
  const draws = new PhiloxSequence(seed, 50);
  return Array.from({ length: n }, () => Array.from({ length: d }, () => normal(draws)));
};
const few = { seed: 1, permutations: 99, replicates: 100 };

describe('class separation by cosine', () => {
  it('is the published figure with the diagonal in, and the corrected ones without it', () => {
    for (const { x, labels, asPublished, tightness, between, margin } of cases) {
      const result = classSeparation(vectorsOf(x), labels, few);
      expect(result.asPublished).toBeCloseTo(asPublished, 12);
      expect(result.tightnessDifference).toBeCloseTo(tightness, 12);
      expect(result.between).toBeCloseTo(between, 12);
      expect(result.margin.value).toBeCloseTo(margin, 12);
      expect(result.margin.lo).toBeLessThan(result.margin.hi);
    }
  });

  it('shows that the published figure can be large where nothing separates the classes', () => {
    // One class tight, one wide, both around the same direction: tightness differs, place does not.
    const draws = new PhiloxSequence(4, 1);
    const rows = Array.from({ length: 80 }, (_, i) => {
      const spread = i < 40 ? 0.1 : 2;
      return [3, 0, 0, 0, 0, 0].map((centre) => centre + spread * normal(draws));
    });
    const labels = rows.map((_, i) => i < 40);
    const result = classSeparation(vectorsOf(rows), labels, few);
    expect(result.asPublished).toBeGreaterThan(0.3);
    expect(result.test.statistic).toBeLessThan(0.15);
    expect(silhouette(vectorsOf(rows), labels)).toBeLessThan(0.4);
  });

  it('finds a planted margin and none in noise', () => {
    const noise = cloud(3, 40, 6);
    const labels = noise.map((_, i) => i % 2 === 0);
    const planted = noise.map((row, i) => row.map((value, j) => value + (labels[i] && j === 0 ? 4 : 0)));
    expect(classSeparation(vectorsOf(planted), labels, few).test.p).toBe(0.01);
    expect(classSeparation(vectorsOf(noise), labels, few).test.p).toBeGreaterThan(0.05);
  });

  it('does not change with the lengths of the vectors', () => {
    const rows = cloud(9, 12, 4);
    const labels = rows.map((_, i) => i < 5);
    const stretched = rows.map((row, i) => row.map((value) => value * (i + 1)));
    const [a, b] = [rows, stretched].map((each) => classSeparation(vectorsOf(each), labels, few));
    expect(b!.margin.value).toBeCloseTo(a!.margin.value, 12);
  });

  it('refuses a class of one, missing labels and vectors without direction', () => {
    expect(() => classSeparation(vectorsOf(cloud(1, 4, 2)), [true, false, false, false], few)).toThrow(
      'true class: 1 given',
    );
    expect(() => classSeparation(vectorsOf(cloud(1, 4, 2)), [true], few)).toThrow('4 vectors have 1 labels');
    expect(() =>
      classSeparation(
        vectorsOf([
          [0, 0],
          [1, 0],
          [1, 1],
          [2, 1],
        ]),
        [true, true, false, false],
        few,
      ),
    ).toThrow('vector 1 is zero');
    expect(() => vectorsOf([[1, 2], [1]])).toThrow('vector 2 has 1 numbers');
    expect(() => vectorsOf([])).toThrow('there is none');
    expect(() => vectorsOf([[1, NaN]])).toThrow('number 2 of vector 1 is NaN');
  });
});

describe('the silhouette', () => {
  it('agrees with scikit-learn by both distances', () => {
    for (const { x, labels, cosine, euclidean } of cases) {
      expect(silhouette(vectorsOf(x), labels)).toBeCloseTo(cosine, 10);
      expect(silhouette(vectorsOf(x), labels, 'euclidean')).toBeCloseTo(euclidean, 10);
    }
  });
  it('counts a vector alone in its class as 0 and refuses a single class', () => {
    expect(
      silhouette(
        vectorsOf([
          [0, 1],
          [5, 1],
          [5.1, 1],
        ]),
        ['a', 'b', 'b'],
        'euclidean',
      ),
    ).toBeCloseTo((2 * (5 - 0.1)) / 5 / 3, 1);
    expect(() => silhouette(vectorsOf([[1], [2]]), ['a', 'a'])).toThrow('classes: 1 given');
    expect(() => silhouette(vectorsOf([[1], [2]]), ['a'])).toThrow('2 vectors have 1 labels');
  });
});

describe('the linear probe', () => {
  it('is scikit-learn’s logistic regression, for tall and for wide vectors', () => {
    for (const { x, labels, fits } of cases) {
      for (const { C, weights, intercept } of fits) {
        const fit = logisticRegression(vectorsOf(x), labels, C);
        expect(fit.converged).toBe(true);
        expect(fit.intercept).toBeCloseTo(intercept, 6);
        weights.forEach((weight, j) => expect(fit.weights[j]).toBeCloseTo(weight, 6));
      }
    }
  });

  it('reads a planted direction, not shuffled labels', () => {
    const rows = cloud(5, 80, 10);
    const labels = rows.map((row) => row[0]! + 0.3 * row[1]! > 0);
    const probe = crossValidatedProbe(vectorsOf(rows), labels, { seed: 2 });
    expect(probe.accuracy.value).toBeGreaterThan(0.85);
    expect(probe.control.value).toBeLessThan(0.7);
    expect(probe.selectivity).toBeCloseTo(probe.accuracy.value - probe.control.value, 12);
    expect(crossValidatedProbe(vectorsOf(rows), labels, { seed: 2 })).toEqual(probe);
  });

  it('stays finite under perfect separation, because of its penalty', () => {
    const fit = logisticRegression(vectorsOf([[-2], [-1], [1], [2]]), [false, false, true, true]);
    expect(fit.converged).toBe(true);
    expect(fit.weights[0]).toBeGreaterThan(0);
  });

  it('refuses one class, too few rows for the folds, and a bad penalty', () => {
    expect(() => logisticRegression(vectorsOf([[1], [2]]), [true, true])).toThrow('false class: 0 given');
    expect(() => logisticRegression(vectorsOf([[1], [2]]), [true, false], 0)).toThrow('C is 0');
    expect(() => logisticRegression(vectorsOf([[1], [2]]), [true])).toThrow('2 vectors have 1 labels');
    expect(() =>
      crossValidatedProbe(vectorsOf(cloud(1, 6, 2)), [true, false, true, false, true, false], { seed: 1 }),
    ).toThrow('at least 5 needed');
  });
});

describe('matched against shuffled pairs', () => {
  it('finds partners, and ranks them', () => {
    const left = cloud(6, 30, 8);
    const right = left.map((row, i) => row.map((value, j) => value + 0.4 * cloud(7, 30, 8)[i]![j]!));
    const result = matchedAgainstShuffled(vectorsOf(left), vectorsOf(right), { seed: 1 });
    expect(result.auc.value).toBeGreaterThan(0.97);
    expect(result.meanReciprocalRank.value).toBeGreaterThan(0.85);
    expect(result.cohenD).toBeGreaterThan(2);
  });

  it('of strangers is chance', () => {
    const result = matchedAgainstShuffled(vectorsOf(cloud(8, 200, 8)), vectorsOf(cloud(9, 200, 8)), { seed: 1 });
    expect(result.auc.lo).toBeLessThan(0.5);
    expect(result.auc.hi).toBeGreaterThan(0.5);
    expect(Math.abs(result.meanReciprocalRank.value - result.chanceReciprocalRank)).toBeLessThan(0.03);
  });

  it('shuffles no pair onto itself', () => {
    // Identical unit vectors but one per axis: a fixed point would have cosine 1.
    const axes = Array.from({ length: 12 }, (_, i) => Array.from({ length: 12 }, (_, j) => (i === j ? 1 : 0)));
    for (let seed = 0; seed < 30; seed++) {
      const { shuffled, meanReciprocalRank } = matchedAgainstShuffled(vectorsOf(axes), vectorsOf(axes), { seed });
      expect(shuffled.every((value) => value === 0)).toBe(true);
      expect(meanReciprocalRank.value).toBe(1);
    }
  });

  it('refuses pairs that do not fit', () => {
    expect(() => matchedAgainstShuffled(vectorsOf([[1]]), vectorsOf([[1, 2]]), { seed: 1 })).toThrow(
      '1 × 1 vectors are matched with 1 × 2',
    );
  });
});

describe('principal components', () => {
  it('agree with scikit-learn up to signs, for tall and for wide vectors', () => {
    for (const { x, variance, ratio, loadings, scores } of cases) {
      const result = pca(vectorsOf(x), 3);
      variance.forEach((value, k) => expect(result.variance[k]).toBeCloseTo(value, 9));
      ratio.forEach((value, k) => expect(result.explained[k]).toBeCloseTo(value, 9));
      loadings.flat().forEach((value, k) => expect(Math.abs(result.loadings.data[k]!)).toBeCloseTo(value, 7));
      scores.flat().forEach((value, k) => expect(Math.abs(result.scores.data[k]!)).toBeCloseTo(value, 7));
    }
  });
  it('leave out directions without variance', () => {
    expect(
      pca(
        vectorsOf([
          [1, 2],
          [2, 4],
          [3, 6],
        ]),
        2,
      ).variance,
    ).toHaveLength(1);
    expect(
      pca(
        vectorsOf([
          [1, 2],
          [1, 2],
        ]),
        2,
      ).variance,
    ).toHaveLength(0);
    expect(() => pca(vectorsOf([[1, 2]]))).toThrow('at least 2 needed');
  });
});

describe('matrix-based entropy', () => {
  it('of n orthonormal rows is ln n, of one direction 0, of (1,0), (0,1), (1,1) .470004', () => {
    const identity = vectorsOf([
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ]);
    for (const alpha of [0.5, 1, 2, 3]) expect(matrixEntropy(identity, alpha)).toBeCloseTo(Math.log(4), 10);
    for (const alpha of [0.5, 1, 2])
      expect(
        matrixEntropy(
          vectorsOf([
            [1, 2],
            [2, 4],
            [-3, -6],
          ]),
          alpha,
        ),
      ).toBeCloseTo(0, 6);
    expect(
      matrixEntropy(
        vectorsOf([
          [1, 0],
          [0, 1],
          [1, 1],
        ]),
      ),
    ).toBeCloseTo(0.470004, 6);
  });
  it('agrees with NumPy at orders ½, 1 and 2', () => {
    for (const { x, entropy } of cases) {
      for (const alpha of ['0.5', '1', '2'] as const)
        expect(matrixEntropy(vectorsOf(x), Number(alpha))).toBeCloseTo(entropy[alpha], 6);
    }
  });
  it('is averaged over patches of consecutive rows', () => {
    const rows = vectorsOf([
      [1, 0],
      [0, 1],
      [1, 0],
      [1, 0],
      [5, 5],
    ]);
    expect(patchEntropy(rows, 2)).toBeCloseTo(Math.log(2) / 3, 12);
    expect(() => patchEntropy(rows, 0)).toThrow('the patch is 0 rows');
    expect(() => matrixEntropy(rows, 0)).toThrow('alpha is 0');
    expect(() => matrixEntropy(vectorsOf([[0, 0]]))).toThrow('all vectors are zero');
  });
});

describe('symmetric matrices', () => {
  it('are taken apart into orthonormal vectors and put together again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 1e6 }), (n, seed) => {
        const matrix = gram(vectorsOf(cloud(seed, n, Math.max(1, n - 1))));
        const { values, vectors } = symmetricEigen(matrix, n);
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            let [rebuilt, product] = [0, 0];
            for (let k = 0; k < n; k++) {
              rebuilt += values[k]! * vectors[k * n + i]! * vectors[k * n + j]!;
              product += vectors[i * n + k]! * vectors[j * n + k]!;
            }
            expect(rebuilt).toBeCloseTo(matrix[i * n + j]!, 8);
            expect(product).toBeCloseTo(i === j ? 1 : 0, 10);
          }
        }
      }),
      { numRuns: 40 },
    );
  });
  it('are solved where positive definite and refused elsewhere', () => {
    const [first, second] = solveSymmetric(Float64Array.of(4, 2, 2, 3), 2, [8, 7]);
    expect(first).toBeCloseTo(1.25, 12);
    expect(second).toBeCloseTo(1.5, 12);
    expect(cholesky(Float64Array.of(1, 2, 2, 1), 2)).toBeNull();
    expect(() => solveSymmetric(Float64Array.of(1, 2, 2, 1), 2, [1, 1])).toThrow('not positive definite');
  });
});
