/**
 * Are matched pairs of vectors (a term and its identifier) nearer to each other than shuffled ones?
 *
 * Must not know: where the vectors come from.
 */
import type { Estimate } from '../../core/estimate';
import { PhiloxSequence, STREAM } from '../../core/philox';
import { badInput, requireCount } from '../checks';
import { dot, normalizeRows, rowOf, type Vectors } from '../linear-algebra/vectors';
import { bootstrap } from '../resampling/bootstrap';
import { aucDeLong } from '../roc/delong';

export interface Matching {
  /** P(cosine of a matched pair > cosine of a shuffled one). */
  auc: Estimate;
  /** Mean of 1/rank of the right partner among all, by cosine (ties: the middle rank). */
  meanReciprocalRank: Estimate;
  /** Mean reciprocal rank of a guess: Σ 1/r / n. */
  chanceReciprocalRank: number;
  /** Difference of mean cosines over the pooled standard deviation (Cohen's d). */
  cohenD: number;
  matchedMean: number;
  shuffledMean: number;
  /** Cosines of the matched pairs, and of one seeded derangement of them. */
  matched: number[];
  shuffled: number[];
}

/** Row i of `left` belongs to row i of `right`. No pair is shuffled onto itself. Throws `stats-input`. */
export function matchedAgainstShuffled(
  left: Vectors,
  right: Vectors,
  { seed, level = 0.95 }: { seed: number; level?: number },
): Matching {
  const { n, cosine, matched, shuffled } = pairedCosines(left, right, seed);
  const reciprocal = Array.from({ length: n }, (_, i) => {
    let [above, equal] = [0, 0];
    for (let j = 0; j < n; j++) {
      const value = j === i ? NaN : cosine(i, j);
      if (value > matched[i]!) above += 1;
      else if (value === matched[i]) equal += 1;
    }
    return 1 / (1 + above + equal / 2);
  });
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [m, s] = [mean(matched), mean(shuffled)];
  const spread = (values: readonly number[], centre: number) =>
    values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  const pooled = Math.sqrt((spread(matched, m) + spread(shuffled, s)) / (2 * n - 2));
  const average = (indices: Int32Array) => indices.reduce((sum, i) => sum + reciprocal[i]!, 0) / indices.length;
  return {
    auc: aucDeLong([...matched, ...shuffled], [...matched.map(() => true), ...shuffled.map(() => false)], level),
    meanReciprocalRank: { ...bootstrap(n, average, { seed, level, interval: 'percentile' }), n },
    chanceReciprocalRank: Array.from({ length: n }, (_, r) => 1 / (r + 1)).reduce((sum, value) => sum + value, 0) / n,
    cohenD: pooled > 0 ? (m - s) / pooled : 0,
    matchedMean: m,
    shuffledMean: s,
    matched,
    shuffled,
  };
}

/**
 * Cosines of the matched pairs and of one seeded derangement of them, in O(n d): what `matchedAgainstShuffled` compares.
 * Throws `stats-input`.
 */
export function matchedCosines(left: Vectors, right: Vectors, seed: number): Pick<Matching, 'matched' | 'shuffled'> {
  const { matched, shuffled } = pairedCosines(left, right, seed);
  return { matched, shuffled };
}

function pairedCosines(left: Vectors, right: Vectors, seed: number) {
  if (left.rows !== right.rows || left.columns !== right.columns) {
    throw badInput(
      'Matching',
      `${left.rows} × ${left.columns} vectors are matched with ${right.rows} × ${right.columns}`,
      'Give one partner of the same length for each vector.',
    );
  }
  const n = left.rows;
  requireCount('Matching', 'pairs', n, 3);
  const [a, b] = [normalizeRows(left), normalizeRows(right)];
  const cosine = (i: number, j: number) => dot(rowOf(a, i), rowOf(b, j));
  const partner = derangement(n, seed);
  const matched = Array.from({ length: n }, (_, i) => cosine(i, i));
  const shuffled = Array.from({ length: n }, (_, i) => cosine(i, partner[i]!));
  return { n, cosine, matched, shuffled };
}

/** A seeded permutation without fixed points: a uniformly random single cycle (Sattolo). */
function derangement(n: number, seed: number): number[] {
  const draws = new PhiloxSequence(seed, STREAM.resampling, 1);
  const items = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = draws.nextInt(i);
    [items[i], items[j]] = [items[j]!, items[i]!];
  }
  return items;
}
