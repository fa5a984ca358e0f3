/**
 * Harrell's C: how often the row with the higher score has its event first.
 *
 * Promises: agrees with R's concordance (survival 3.5, time weight n) in counts, value and infinitesimal-jackknife
 * variance, with start–stop rows, strata, case weights and clusters; O(n log n). Must not know: where scores come from.
 */
import type { Estimate, StatsWarning } from '../../core/estimate';
import { badInput, requireFinite, requireLevel } from '../checks';
import { percent } from '../proportions';
import { normalQuantile } from '../special/normal';
import { fittedPredictors } from './predict';
import { indexLabels, prepareCox, type PreparedCox } from './prepare';
import { WeightTree } from './weight-tree';
import type { CoxData, CoxFit } from './types';

/** Weighted pairs. Comparable: one row has its event while the other is at risk and stays at risk, or is censored then. */
export interface ConcordanceCounts {
  concordant: number;
  discordant: number;
  /** Comparable with equal scores. */
  tiedScore: number;
  /** Both events at one time, scores different. */
  tiedTime: number;
  /** Both events at one time, scores equal. */
  tiedBoth: number;
}

export interface Concordance {
  /** Null where no pair is comparable. */
  estimate: Estimate | null;
  standardError: number | null;
  counts: ConcordanceCounts;
  warnings: StatsWarning[];
}

export interface ConcordanceOptions {
  /** Default 0.95. */
  level?: number;
  /** Whether a higher score predicts an earlier event (a risk, the default) or a later one (a survival time). */
  higherScore?: 'earlier' | 'later';
}

export type TimesAtRisk = Omit<CoxData, 'x' | 'names' | 'offset'>;

/** C of a fit's own linear predictors, in its strata, with its weights and clusters. */
export function coxConcordance(fit: CoxFit, options: ConcordanceOptions = {}): Concordance {
  return concordance(fit.data, fittedPredictors(fit), { level: fit.level, ...options });
}

/**
 * C = (concordant + tied scores / 2) / comparable pairs; pairs are within strata. Its variance is the sum of squared
 * influences of rows, or of clusters where they are given; the interval is normal, cut to [0, 1].
 * Sources: Harrell et al., JAMA 247 (1982) 2543–2546; tie rules and variance: Therneau & Watson, "The concordance
 * statistic and the Cox model", Mayo Clinic technical report 85 (2015). Throws `stats-input`.
 */
export function concordance(
  data: TimesAtRisk,
  score: ArrayLike<number>,
  options: ConcordanceOptions = {},
): Concordance {
  const { level = 0.95, higherScore = 'earlier' } = options;
  const { time, start, event, strata, weights, cluster } = data;
  requireLevel('Concordance', level);
  requireFinite('Concordance', 'the scores', score);
  if (score.length !== time.length) {
    const problem = `there are ${time.length} rows but ${score.length} scores`;
    throw badInput('Concordance', problem, 'Give one score per row.');
  }
  const rows = prepareCox({ time, start, event, strata, weights, cluster, x: new Float64Array(0), names: [] });
  const sign = higherScore === 'earlier' ? 1 : -1;
  const pairs = new Pairs(
    rows,
    Float64Array.from(rows.order, (row) => sign * score[row]!),
  );
  const { counts } = pairs;
  const comparable = counts.concordant + counts.discordant + counts.tiedScore;
  if (!(comparable > 0)) return { estimate: null, standardError: null, counts, warnings: [noPairs()] };
  const somers = (counts.concordant - counts.discordant) / comparable;
  const { index } = cluster
    ? indexLabels(cluster, rows.n)
    : { index: Int32Array.from({ length: rows.n }, (_, i) => i) };
  const influence = new Float64Array(rows.n);
  for (let i = 0; i < rows.n; i++) {
    const net = pairs.concordant[i]! - pairs.discordant[i]!;
    const all = pairs.concordant[i]! + pairs.discordant[i]! + pairs.tied[i]!;
    influence[index[rows.order[i]!]!]! += (rows.weights[i]! * (net - somers * all)) / (2 * comparable);
  }
  const standardError = Math.sqrt(influence.reduce((sum, value) => sum + value * value, 0));
  return result((somers + 1) / 2, standardError, rows.n, counts, level);
}

function result(
  value: number,
  standardError: number,
  n: number,
  counts: ConcordanceCounts,
  level: number,
): Concordance {
  const half = normalQuantile(1 - (1 - level) / 2) * standardError;
  const method = `Harrell C, infinitesimal jackknife, ${percent(level)}`;
  // Where every pair agrees the influences vanish, and with them the interval.
  const warnings = standardError > 1e-12 ? [] : [noSpread()];
  const estimate = { value, lo: Math.max(0, value - half), hi: Math.min(1, value + half), n, method };
  return { estimate: warnings.length > 0 ? { ...estimate, warnings } : estimate, standardError, counts, warnings };
}

/** Counts pairs over all strata, and per position the weight of the other rows of its pairs. */
class Pairs {
  readonly counts: ConcordanceCounts = { concordant: 0, discordant: 0, tiedScore: 0, tiedTime: 0, tiedBoth: 0 };
  readonly concordant: Float64Array;
  readonly discordant: Float64Array;
  readonly tied: Float64Array;
  private readonly rank: Int32Array;

  constructor(
    private readonly rows: PreparedCox,
    score: Float64Array,
  ) {
    this.concordant = new Float64Array(rows.n);
    this.discordant = new Float64Array(rows.n);
    this.tied = new Float64Array(rows.n);
    this.rank = new Int32Array(rows.n);
    for (let s = 0; s + 1 < rows.bounds.length; s++) {
      const [from, to] = [rows.bounds[s]!, rows.bounds[s + 1]!];
      const distinct = this.rankScores(score.subarray(from, to), from);
      this.fromEvents(s, new WeightTree(distinct));
      this.fromOthers(s, new WeightTree(distinct));
    }
  }

  private rankScores(score: Float64Array, from: number): number {
    const distinct = [...new Set(score)].sort((a, b) => a - b);
    const rankOf = new Map(distinct.map((value, rank) => [value, rank]));
    score.forEach((value, i) => {
      this.rank[from + i] = rankOf.get(value)!;
    });
    return distinct.length;
  }

  /** Backward in time: each event against those who are still at risk after it. */
  private fromEvents(s: number, survivors: WeightTree): void {
    const { bounds, time, start, startOrder, event, weights } = this.rows;
    const from = bounds[s]!;
    let leave = from;
    for (let i = bounds[s + 1]! - 1; i >= from;) {
      const t = time[i]!;
      for (; start && startOrder && leave < bounds[s + 1]! && start[startOrder[leave]!]! >= t; leave++) {
        survivors.add(this.rank[startOrder[leave]!]!, -weights[startOrder[leave]!]!);
      }
      for (; i >= from && time[i] === t && event[i] === 0; i--) survivors.add(this.rank[i]!, weights[i]!);
      const last = i;
      for (; i >= from && time[i] === t; i--) {
        const { below, equal, above } = survivors.split(this.rank[i]!);
        this.note(i, below, above, equal);
        this.counts.concordant += weights[i]! * below;
        this.counts.discordant += weights[i]! * above;
        this.counts.tiedScore += weights[i]! * equal;
      }
      this.countTiedTimes(i + 1, last + 1);
      for (let k = last; k > i; k--) survivors.add(this.rank[k]!, weights[k]!);
    }
  }

  /** Forward in time: each row against the events that came while it was at risk and did not end with it. */
  private fromOthers(s: number, events: WeightTree): void {
    const { bounds, groups, groupBounds, groupFrom, groupTo, event, startOrder, weights } = this.rows;
    const [from, to] = [bounds[s]!, bounds[s + 1]!];
    let exit = from;
    let entry = to - 1;
    for (let g = groupBounds[s]!; g <= groupBounds[s + 1]!; g++) {
      for (; exit < to && groupTo[exit]! - event[exit]! === g; exit++) this.noteEvents(exit, events, 1);
      for (; startOrder && entry >= from && groupFrom[startOrder[entry]!] === g; entry--) {
        this.noteEvents(startOrder[entry]!, events, -1);
      }
      if (g === groupBounds[s + 1]) break;
      const end = groups.first[g]! + groups.deaths[g]!;
      for (let i = groups.first[g]!; i < end; i++) events.add(this.rank[i]!, weights[i]!);
    }
  }

  private noteEvents(i: number, events: WeightTree, sign: 1 | -1): void {
    const { below, equal, above } = events.split(this.rank[i]!);
    this.note(i, sign * above, sign * below, sign * equal);
  }

  private note(i: number, concordant: number, discordant: number, tied: number): void {
    this.concordant[i]! += concordant;
    this.discordant[i]! += discordant;
    this.tied[i]! += tied;
  }

  /** Pairs among the events at positions [from, to), all at one time: Σᵢ<ⱼ wᵢwⱼ = ((Σw)² − Σw²)/2. */
  private countTiedTimes(from: number, to: number): void {
    if (to - from < 2) return;
    const weightOf = new Map<number, number>();
    let [total, squares] = [0, 0];
    for (let i = from; i < to; i++) {
      const weight = this.rows.weights[i]!;
      total += weight;
      squares += weight * weight;
      weightOf.set(this.rank[i]!, (weightOf.get(this.rank[i]!) ?? 0) + weight);
    }
    let sameScore = 0;
    for (const weight of weightOf.values()) sameScore += weight * weight;
    this.counts.tiedBoth += (sameScore - squares) / 2;
    this.counts.tiedTime += (total * total - sameScore) / 2;
  }
}

function noPairs(): StatsWarning {
  return {
    code: 'no-comparable-pairs',
    message: 'No row has its event while another stays at risk, so there is nothing to order.',
    hint: 'Give more events, or merge strata.',
  };
}

function noSpread(): StatsWarning {
  return {
    code: 'degenerate-interval',
    message: 'Every row agrees with the value, so the estimated standard error is 0 and the interval a point.',
    hint: 'Do not read the interval as certainty: few pairs or perfect order make it too narrow.',
  };
}
