/**
 * Do the vectors of two classes lie apart? The published separation, what it should have been, and a margin with a test.
 *
 * Promises: every figure says whether the diagonal is in it. Must not know: where the vectors come from.
 */
import type { Estimate } from '../../core/estimate';
import { badInput, requireCount } from '../checks';
import { gram, normalizeRows, type Vectors } from '../linear-algebra/vectors';
import { bootstrap } from '../resampling/bootstrap';
import { permutationTest } from '../resampling/permutation';
import type { TestResult } from '../test-result';

export interface Separation {
  /**
   * | mean cos(true, true) − mean cos(false, false) | over whole matrices, diagonal included: a difference of
   * tightness, not of place, and without a sign. Kept for comparison with published figures.
   */
  asPublished: number;
  /** Mean cosine within the true class minus within the false one, diagonal left out, with its sign. */
  tightnessDifference: number;
  withinTrue: number;
  withinFalse: number;
  between: number;
  /** Mean cosine of pairs of one class minus mean cosine of pairs across: > 0 where classes lie apart. */
  margin: Estimate;
  /** Of the margin, by relabelling. One-sided: larger than chance. */
  test: TestResult;
}

/** `isTrue[i]` names the class of row i. Cosines; both classes need two vectors. Throws `stats-input`. */
export function classSeparation(
  vectors: Vectors,
  isTrue: readonly boolean[],
  {
    seed,
    permutations = 999,
    replicates = 1000,
    level = 0.95,
  }: { seed: number; permutations?: number; replicates?: number; level?: number },
): Separation {
  const n = vectors.rows;
  if (isTrue.length !== n) {
    throw badInput('Separation', `${n} vectors have ${isTrue.length} labels`, 'Give one label per vector.');
  }
  const trues = isTrue.filter(Boolean).length;
  requireCount('Separation', 'vectors of the true class', trues, 2);
  requireCount('Separation', 'vectors of the false class', n - trues, 2);
  const cosines = gram(normalizeRows(vectors));
  const identity = Int32Array.from({ length: n }, (_, i) => i);
  const labels = Uint8Array.from(isTrue, (value) => (value ? 1 : 0));
  const sums = pairSums(cosines, n, identity, labels);
  const falses = n - trues;
  return {
    asPublished: Math.abs((2 * sums.trueSum + trues) / trues ** 2 - (2 * sums.falseSum + falses) / falses ** 2),
    tightnessDifference: sums.trueSum / sums.truePairs - sums.falseSum / sums.falsePairs,
    withinTrue: sums.trueSum / sums.truePairs,
    withinFalse: sums.falseSum / sums.falsePairs,
    between: sums.betweenSum / sums.betweenPairs,
    margin: {
      ...bootstrap(n, (indices) => marginOf(pairSums(cosines, n, indices, labels)), {
        seed,
        replicates,
        level,
        interval: 'percentile',
      }),
      n,
    },
    test: {
      ...permutationTest(isTrue, (relabelled) => marginOf(pairSums(cosines, n, identity, relabelled)), {
        seed,
        permutations,
        alternative: 'greater',
      }),
    },
  };
}

/**
 * The margin of `classSeparation` with what relabelling alone gives: its null distribution, ascending. One-sided, as there; equal
 * seeds and numbers of relabellings give its p. O(n²) a relabelling. Throws `stats-input`.
 */
export function marginNull(
  vectors: Vectors,
  isTrue: readonly boolean[],
  { seed, permutations = 999 }: { seed: number; permutations?: number },
): { margin: number; relabelled: Float64Array; test: TestResult } {
  const n = vectors.rows;
  const cosines = gram(normalizeRows(vectors));
  const identity = Int32Array.from({ length: n }, (_, i) => i);
  const margins: number[] = [];
  const test = permutationTest(
    isTrue,
    (labels) => {
      const margin = marginOf(pairSums(cosines, n, identity, labels));
      margins.push(margin);
      return margin;
    },
    { seed, permutations, alternative: 'greater' },
  );
  // The first is the observed one.
  return { margin: margins[0]!, relabelled: Float64Array.from(margins.slice(1)).sort(), test };
}

interface PairSums {
  trueSum: number;
  truePairs: number;
  falseSum: number;
  falsePairs: number;
  betweenSum: number;
  betweenPairs: number;
}

/** Over pairs of different vectors; a vector drawn twice is no pair with itself. */
function pairSums(cosines: Float64Array, n: number, indices: Int32Array, labels: Uint8Array): PairSums {
  const sums = { trueSum: 0, truePairs: 0, falseSum: 0, falsePairs: 0, betweenSum: 0, betweenPairs: 0 };
  for (let a = 0; a < indices.length; a++) {
    const i = indices[a]!;
    for (let b = a + 1; b < indices.length; b++) {
      const j = indices[b]!;
      if (i === j) continue;
      const cosine = cosines[i * n + j]!;
      if (labels[i] !== labels[j]) {
        sums.betweenSum += cosine;
        sums.betweenPairs += 1;
      } else if (labels[i]) {
        sums.trueSum += cosine;
        sums.truePairs += 1;
      } else {
        sums.falseSum += cosine;
        sums.falsePairs += 1;
      }
    }
  }
  return sums;
}

function marginOf({ trueSum, truePairs, falseSum, falsePairs, betweenSum, betweenPairs }: PairSums): number {
  return (trueSum + falseSum) / (truePairs + falsePairs) - betweenSum / betweenPairs;
}

/**
 * Mean silhouette over all vectors, by cosine distance 1 − cos (default) or Euclidean. A vector alone in its class has 0.
 * Source: P. J. Rousseeuw, J. Comput. Appl. Math. 20 (1987) 53–65.
 */
export function silhouette(
  vectors: Vectors,
  classes: readonly (string | number | boolean)[],
  metric: 'cosine' | 'euclidean' = 'cosine',
): number {
  const n = vectors.rows;
  if (classes.length !== n)
    throw badInput('Silhouette', `${n} vectors have ${classes.length} labels`, 'Give one label per vector.');
  const names = [...new Set(classes)];
  requireCount('Silhouette', 'classes', names.length, 2);
  const products = gram(metric === 'cosine' ? normalizeRows(vectors) : vectors);
  const distance = (i: number, j: number) =>
    metric === 'cosine'
      ? 1 - products[i * n + j]!
      : Math.sqrt(Math.max(0, products[i * n + i]! + products[j * n + j]! - 2 * products[i * n + j]!));
  const sizes = new Map(names.map((name) => [name, classes.filter((other) => other === name).length]));
  let total = 0;
  for (let i = 0; i < n; i++) {
    if (sizes.get(classes[i]!)! === 1) continue;
    const sums = new Map(names.map((name) => [name, 0]));
    for (let j = 0; j < n; j++) if (j !== i) sums.set(classes[j]!, sums.get(classes[j]!)! + distance(i, j));
    const own = sums.get(classes[i]!)! / (sizes.get(classes[i]!)! - 1);
    const nearest = Math.min(
      ...names.filter((name) => name !== classes[i]).map((name) => sums.get(name)! / sizes.get(name)!),
    );
    const larger = Math.max(own, nearest);
    if (larger > 0) total += (nearest - own) / larger;
  }
  return total / n;
}
