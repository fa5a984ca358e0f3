/**
 * Permutation tests: is this difference larger than relabelling alone would give?
 *
 * Promises: equal seeds give equal p-values; where all relabellings are few they are all tried and p is exact; otherwise
 * the observed one counts as one of the draws, so p is never 0. Must not know: what the statistic is.
 */
import { PhiloxSequence, STREAM } from '../../core/philox';
import { badInput, requireCount, requireFinite } from '../checks';
import type { Alternative, TestResult } from '../test-result';

export interface PermutationOptions {
  seed: number;
  /** Relabellings drawn where not all are tried. Default 9,999. */
  permutations?: number;
  alternative?: Alternative;
}

const MOST_EXACT = 20_000;
/** Relabellings this close to the observed statistic count as equal to it: sums come in another order. */
const TOLERANCE = 1e-9;

/**
 * Two independent groups: `statistic(isFirst)` with isFirst[i] = 1 for members of the first group. Two-sided by
 * its absolute value, so it must be one that is 0 without a difference.
 * Source: Phipson & Smyth, Stat. Appl. Genet. Mol. Biol. 9 (2010) 39 for (b + 1)/(m + 1).
 */
export function permutationTest(
  isFirst: ArrayLike<boolean | number>,
  statistic: (isFirst: Uint8Array) => number,
  { seed, permutations = 9999, alternative = 'two-sided' }: PermutationOptions,
): TestResult {
  const labels = Uint8Array.from(isFirst, (value) => (value ? 1 : 0));
  const first = labels.reduce((sum, label) => sum + label, 0);
  requireCount('Permutation test', 'first group', first, 1);
  requireCount('Permutation test', 'second group', labels.length - first, 1);
  const tally = new Tally(statistic(labels), alternative);
  if (combinations(labels.length, first) <= MOST_EXACT) {
    forEachSubset(labels.length, first, (subset) => tally.add(statistic(subset)));
    return tally.exact('Permutation test');
  }
  const draws = new PhiloxSequence(seed, STREAM.resampling);
  for (let i = 0; i < permutations; i++) {
    shuffleBytes(labels, draws);
    tally.add(statistic(labels));
  }
  return tally.sampled('Permutation test', permutations);
}

/** Paired differences: their signs are flipped. The statistic is their mean. */
export function signFlipTest(
  differences: readonly number[],
  { seed, permutations = 9999, alternative = 'two-sided' }: PermutationOptions,
): TestResult {
  const n = differences.length;
  requireCount('Sign-flip test', 'differences', n, 1);
  requireFinite('Sign-flip test', 'the differences', differences);
  const mean = (flip: (index: number) => boolean) =>
    differences.reduce((sum, difference, i) => sum + (flip(i) ? -difference : difference), 0) / n;
  const tally = new Tally(
    mean(() => false),
    alternative,
  );
  if (2 ** n <= MOST_EXACT) {
    for (let mask = 0; mask < 2 ** n; mask++) tally.add(mean((i) => ((mask >> i) & 1) === 1));
    return tally.exact('Sign-flip test');
  }
  const draws = new PhiloxSequence(seed, STREAM.resampling);
  for (let i = 0; i < permutations; i++) tally.add(mean(() => draws.nextWord() >>> 31 === 1));
  return tally.sampled('Sign-flip test', permutations);
}

class Tally {
  #extreme = 0;
  #all = 0;

  constructor(
    private readonly observed: number,
    private readonly alternative: Alternative,
  ) {
    if (!Number.isFinite(observed)) {
      throw badInput('Permutation test', `the observed statistic is ${observed}`, 'Give data on which it is defined.');
    }
  }

  add(value: number): void {
    this.#all += 1;
    const slack = TOLERANCE * Math.max(1, Math.abs(this.observed));
    const extreme =
      this.alternative === 'greater'
        ? value >= this.observed - slack
        : this.alternative === 'less'
          ? value <= this.observed + slack
          : Math.abs(value) >= Math.abs(this.observed) - slack;
    // What is not defined cannot speak against the null hypothesis: it counts as extreme.
    if (extreme || Number.isNaN(value)) this.#extreme += 1;
  }

  exact(name: string): TestResult {
    return {
      statistic: this.observed,
      p: this.#extreme / this.#all,
      method: `${name}, exact (${this.#all} relabellings), ${this.alternative}`,
    };
  }

  sampled(name: string, permutations: number): TestResult {
    return {
      statistic: this.observed,
      p: (this.#extreme + 1) / (permutations + 1),
      method: `${name}, ${permutations} draws, ${this.alternative}`,
    };
  }
}

function combinations(n: number, k: number): number {
  let result = 1;
  for (let i = 1; i <= Math.min(k, n - k); i++) result = (result * (n - i + 1)) / i;
  return Math.round(result);
}

/** Every way to choose k of n, as 0/1 labels (the same array each time). */
function forEachSubset(n: number, k: number, visit: (labels: Uint8Array) => void): void {
  const labels = new Uint8Array(n);
  const choose = (from: number, left: number): void => {
    if (left === 0) return visit(labels);
    for (let i = from; i <= n - left; i++) {
      labels[i] = 1;
      choose(i + 1, left - 1);
      labels[i] = 0;
    }
  };
  choose(0, k);
}

function shuffleBytes(values: Uint8Array, draws: PhiloxSequence): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = draws.nextInt(i + 1);
    [values[i], values[j]] = [values[j]!, values[i]!];
  }
}
