/**
 * Rank correlation of exposures with what is known before training: over the means of buckets, and fact by fact.
 *
 * Promises: equal facts give equal numbers, drawn ones too. Must not know: grids.
 */
import { PhiloxSequence, STREAM } from '../../../core/philox';
import type { StatsWarning } from '../../../core/estimate';
import type { StudyRow } from '../../../records';
import { normalQuantile, rankCorrelation, spearman } from '../../../stats';
import { percent } from '../../../stats/proportions';
import { exposureBuckets, type ExposureBucket, type Known } from './exposure-buckets';
import { estimatedRow, meanRow, refusedRow, type SeedValue } from './rows';
import { scoreOf, type ScoreMeasure } from './scores';
import type { Frame } from './types';

/** Single seeds are for a look beside their mean. */
const DRAWS = { together: 1000, single: 200 } as const;
/** Resampling needs a seed; any will do, as long as it stays. */
const SEED = 1;
/** Spearman's test needs so many. */
const LEAST = 4;

/** The term of `frame` is `exposures`; over buckets it is `exposures, by bucket`. */
export function rankRows(frame: Frame, measure: ScoreMeasure, facts: readonly Known[], level: number): StudyRow[] {
  const seeds = [...new Set(facts.map(({ seed }) => seed))];
  const byBucket: Frame = { ...frame, term: 'exposures, by bucket' };
  const ofSeed = (seed: number) => facts.filter((fact) => fact.seed === seed);
  return [
    ...(seeds.length < 2 ? [] : seeds.map((seed) => ofSeed(seed)).map((own) => ({ ...overBuckets(byBucket, measure, own, 1, level), model: 'one run' as const, run: own[0]!.run, seed: own[0]!.seed }))),
    overBuckets(byBucket, measure, facts, seeds.length, level),
    overFacts(frame, measure, seeds.map((seed) => [seed, ofSeed(seed)] as const), level),
  ]; // prettier-ignore
}

/**
 * Of the means of all facts of a bucket. Interval: the means drawn anew from normal distributions with their own errors,
 * percentiles of the correlations that they give. Where means lie within their errors of each other it is wide.
 */
function overBuckets(
  frame: Frame,
  measure: ScoreMeasure,
  facts: readonly Known[],
  runs: number,
  level: number,
): StudyRow {
  const scored = exposureBuckets(facts).flatMap(({ log2, facts: own }: ExposureBucket) => {
    // Facts of different seeds are different ones: each counts.
    const score = scoreOf(own.map((fact) => ({ ...fact, pair: `${fact.seed}\t${fact.pair}` })), measure);
    return score && Number.isFinite(score.error) ? [{ log2, ...score }] : [];
  }); // prettier-ignore
  const x = scored.map(({ log2 }) => log2);
  const means = scored.map(({ value }) => value);
  const problem = unranked(means, 'bucket');
  if (problem !== null) return refusedRow(frame, 'rank correlation', runs, problem);
  const { rho, p, method } = spearman(x, means, level);
  const count = runs === 1 ? DRAWS.single : DRAWS.together;
  const draws = new PhiloxSequence(SEED, STREAM.resampling);
  const drawn = Float64Array.from({ length: count }, () => {
    const moved = scored.map(({ value, error }) => value + error * normalQuantile(draws.nextUnit()));
    return rankCorrelation(x, moved);
  }).sort();
  const tail = (1 - level) / 2;
  const at = (share: number) => drawn[Math.min(count - 1, Math.floor(share * count))]!;
  const estimate = {
    value: rho.value,
    lo: Math.min(rho.value, at(tail)),
    hi: Math.max(rho.value, at(1 - tail)),
    n: scored.length,
    method: `Spearman over the means of ${scored.length} buckets; interval of ${count} draws of the means by their errors, percentile, ${percent(level)}`,
  };
  return estimatedRow(frame, 'rank correlation', runs, estimate, {
    // Not 0 where all are in order: of n! orders two are so.
    test: { statistic: rho.value, df: scored.length - 2, p: p === 0 ? 2 / factorial(scored.length) : p, method },
  });
}

/** Fact by fact within each seed; Fisher's z, averaged over seeds. */
function overFacts(
  frame: Frame,
  measure: ScoreMeasure,
  seeds: readonly (readonly [number, readonly Known[]])[],
  level: number,
): StudyRow {
  const left: string[] = [];
  const values = seeds.flatMap(([seed, facts]): SeedValue[] => {
    const usable = facts.flatMap((fact) => {
      const score = scoreOf([fact], measure);
      return score ? [{ x: fact.exposures, y: score.value }] : [];
    });
    const y = usable.map((each) => each.y);
    const problem = unranked(y, 'fact') ?? unranked(usable.map((each) => each.x), 'fact'); // prettier-ignore
    if (problem !== null) {
      left.push(`seed ${seed} (${problem})`);
      return [];
    }
    const rho = rankCorrelation(usable.map(({ x }) => x), y); // prettier-ignore
    // Bonett & Wright, as in the interval of one sample.
    return [{ seed, value: Math.atanh(rho), error: Math.sqrt((1 + rho ** 2 / 2) / (usable.length - 3)) }];
  });
  const row = meanRow(frame, 'mean over seeds', values, {
    level,
    within: 'Spearman over the facts of each seed, on Fisher’s z',
    back: Math.tanh,
  });
  return left.length === 0 ? row : { ...row, warnings: [...row.warnings, seedsLeftOut(left)] };
}

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}

function unranked(values: readonly number[], what: string): string | null {
  if (values.length < LEAST) return `${values.length} ${what}s; a rank correlation needs ${LEAST}`;
  return new Set(values).size < 2 ? `it is the same in every ${what}` : null;
}

function seedsLeftOut(seeds: readonly string[]): StatsWarning {
  return {
    code: 'run-left-out',
    message: `Left out of the mean: ${seeds.join('; ')}.`,
    hint: 'Facts have no order there: train the world’s model longer, or give more exposures.',
  };
}
