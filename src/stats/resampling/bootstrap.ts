/**
 * Bootstrap intervals of any statistic, by fact or by run.
 *
 * Promises: equal seeds give equal intervals; a replicate whose statistic is not a number is counted and told, never
 * averaged in silence. Must not know: what the statistic is.
 */
import type { Estimate, StatsWarning } from '../../core/estimate';
import { PhiloxSequence, STREAM } from '../../core/philox';
import { badInput, requireCount, requireLevel } from '../checks';
import { percent } from '../proportions';
import { normalCdf, normalQuantile } from '../special/normal';

export interface BootstrapOptions {
  seed: number;
  /** Default 2,000. */
  replicates?: number;
  level?: number;
  /** `bca`: bias-corrected and accelerated; `percentile`: plain quantiles. Default `bca`. */
  interval?: 'bca' | 'percentile';
  /**
   * Which cluster each unit belongs to (a run, a seed): whole clusters are drawn, so that what varies between them
   * counts. Absent: units are drawn one by one.
   */
  clusters?: ArrayLike<number | string>;
}

export interface BootstrapResult extends Estimate {
  /** Statistics of the replicates, ascending; those that were not a number are left out. */
  replicates: Float64Array;
}

/**
 * `statistic(indices)` is computed on the units drawn with replacement, `units` many (or as many as the drawn clusters hold).
 * Sources: Efron, Annals of Statistics 7 (1979) 1–26; BCa: Efron, JASA 82 (1987) 171–185, acceleration by the
 * jackknife over units (clusters). Limits are quantiles of type 6, as in R's boot. Throws `stats-input`.
 */
export function bootstrap(
  units: number,
  statistic: (indices: Int32Array) => number,
  { seed, replicates = 2000, level = 0.95, interval = 'bca', clusters }: BootstrapOptions,
): BootstrapResult {
  const name = 'Bootstrap';
  requireCount(name, 'units', units, 2);
  requireCount(name, 'replicates', replicates, 50);
  requireLevel(name, level);
  const blocks = clusters === undefined ? null : blocksOf(clusters, units);
  if (blocks) requireCount(name, 'clusters', blocks.length, 2);
  const draws = new PhiloxSequence(seed, STREAM.resampling);
  const all = Int32Array.from({ length: units }, (_, i) => i);
  const observed = statistic(all);
  if (!Number.isFinite(observed)) {
    throw badInput(name, `the statistic of the whole sample is ${observed}`, 'Give data on which it is defined.');
  }
  const values: number[] = [];
  const single = new Int32Array(units);
  for (let replicate = 0; replicate < replicates; replicate++) {
    const drawn = blocks ? drawBlocks(blocks, draws) : drawUnits(single, draws);
    const value = statistic(drawn);
    if (Number.isFinite(value)) values.push(value);
  }
  const warnings = undefinedWarning(replicates - values.length, replicates);
  requireCount(name, 'replicates on which the statistic is defined', values.length, 50);
  const sorted = Float64Array.from(values).sort();
  const tails = [(1 - level) / 2, 1 - (1 - level) / 2] as const;
  const [lo, hi] = interval === 'bca' ? bcaTails(sorted, observed, statistic, blocks, units, tails) : tails;
  return {
    value: observed,
    lo: quantile(sorted, lo),
    hi: quantile(sorted, hi),
    n: units,
    method:
      `bootstrap, ${interval === 'bca' ? 'BCa' : 'percentile'}, ${percent(level)}, ${values.length} replicates` +
      (blocks ? ` of ${blocks.length} clusters` : ''),
    replicates: sorted,
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

/**
 * Several statistics of the same draws, percentile intervals: what would draw the same units again and again. As many numbers
 * from every call; one that is not a number on the whole sample is null, since it has no interval. Throws `stats-input`.
 */
export function bootstrapTogether(
  units: number,
  statistics: (indices: Int32Array) => readonly number[],
  { seed, replicates = 2000, level = 0.95, clusters }: Omit<BootstrapOptions, 'interval'>,
): (Estimate | null)[] {
  const name = 'Bootstrap';
  requireCount(name, 'units', units, 2);
  requireCount(name, 'replicates', replicates, 50);
  requireLevel(name, level);
  const blocks = clusters === undefined ? null : blocksOf(clusters, units);
  if (blocks) requireCount(name, 'clusters', blocks.length, 2);
  const draws = new PhiloxSequence(seed, STREAM.resampling);
  const observed = statistics(Int32Array.from({ length: units }, (_, i) => i));
  const single = new Int32Array(units);
  const drawn = Array.from({ length: replicates }, () =>
    statistics(blocks ? drawBlocks(blocks, draws) : drawUnits(single, draws)),
  );
  return observed.map((value, at) => {
    const sorted = Float64Array.from(drawn.map((values) => values[at]!).filter(Number.isFinite)).sort();
    if (!Number.isFinite(value) || sorted.length < 50) return null;
    const warnings = undefinedWarning(replicates - sorted.length, replicates);
    return {
      value,
      lo: quantile(sorted, (1 - level) / 2),
      hi: quantile(sorted, 1 - (1 - level) / 2),
      n: units,
      method: `bootstrap, percentile, ${percent(level)}, ${sorted.length} replicates${blocks ? ` of ${blocks.length} clusters` : ''}`,
      ...(warnings.length > 0 ? { warnings } : {}),
    };
  });
}

function blocksOf(clusters: ArrayLike<number | string>, units: number): Int32Array[] {
  if (clusters.length !== units) {
    throw badInput('Bootstrap', `${clusters.length} cluster names are given for ${units} units`, 'Give one per unit.');
  }
  const members = new Map<number | string, number[]>();
  for (let i = 0; i < units; i++) {
    const known = members.get(clusters[i]!);
    if (known) known.push(i);
    else members.set(clusters[i]!, [i]);
  }
  return [...members.values()].map((indices) => Int32Array.from(indices));
}

function drawUnits(into: Int32Array, draws: PhiloxSequence): Int32Array {
  for (let i = 0; i < into.length; i++) into[i] = draws.nextInt(into.length);
  return into;
}

function drawBlocks(blocks: readonly Int32Array[], draws: PhiloxSequence): Int32Array {
  const drawn = blocks.map(() => blocks[draws.nextInt(blocks.length)]!);
  const result = new Int32Array(drawn.reduce((sum, block) => sum + block.length, 0));
  let at = 0;
  for (const block of drawn) {
    result.set(block, at);
    at += block.length;
  }
  return result;
}

/** z₀ from the share of replicates below the estimate (ties half), a from the jackknife's skewness. */
function bcaTails(
  sorted: Float64Array,
  observed: number,
  statistic: (indices: Int32Array) => number,
  blocks: readonly Int32Array[] | null,
  units: number,
  tails: readonly [number, number],
): [number, number] {
  const left: number[] = [];
  const leaveOut = blocks ?? Array.from({ length: units }, (_, i) => Int32Array.of(i));
  for (const block of leaveOut) {
    const gone = new Set(block);
    const value = statistic(Int32Array.from({ length: units }, (_, i) => i).filter((i) => !gone.has(i)));
    if (Number.isFinite(value)) left.push(value);
  }
  // In units of the largest: the cube of a large value overflows.
  const unit = left.reduce((largest, value) => Math.max(largest, Math.abs(value)), Number.MIN_VALUE);
  const mean = left.reduce((sum, value) => sum + value / unit, 0) / left.length;
  const [square, cube] = [2, 3].map((power) => left.reduce((sum, value) => sum + (mean - value / unit) ** power, 0));
  const acceleration = square! > 0 ? cube! / (6 * square! ** 1.5) : 0;
  let below = 0;
  for (const value of sorted) below += value < observed ? 1 : value === observed ? 0.5 : 0;
  const edge = 0.5 / sorted.length;
  const z0 = normalQuantile(Math.min(1 - edge, Math.max(edge, below / sorted.length)));
  return tails.map((tail) => {
    const z = z0 + normalQuantile(tail);
    return normalCdf(z0 + z / (1 - acceleration * z));
  }) as [number, number];
}

/** Type 6: order statistic number p(n + 1), interpolated. */
function quantile(sorted: Float64Array, p: number): number {
  const place = Math.min(sorted.length, Math.max(1, p * (sorted.length + 1)));
  const below = Math.floor(place);
  const low = sorted[below - 1]!;
  const high = sorted[Math.min(sorted.length - 1, below)]!;
  return low + (place - below) * (high - low);
}

function undefinedWarning(undefinedReplicates: number, replicates: number): StatsWarning[] {
  if (undefinedReplicates === 0) return [];
  return [
    {
      code: 'undefined-replicates',
      message: `The statistic is not a number on ${undefinedReplicates} of ${replicates} replicates; they are left out.`,
      hint: 'The interval is narrower than it should be: a group is too small to be resampled.',
    },
  ];
}
