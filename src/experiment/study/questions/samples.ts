/**
 * Do samples find latent facts as often as their exact probabilities say? A fact whose label has probability q stands among
 * k samples with probability 1 − (1 − q)^k.
 *
 * Promises: compared are samples that are the label token for token, which is what q is the probability of; answers right
 * in other words are counted apart. Of facts wrong before training, of all seeds.
 */
import { DIRECTIONS } from '../../../core/direction';
import type { StatsWarning } from '../../../core/estimate';
import type { StudyRow } from '../../../records';
import { chiSquareUpper, normalCdf, normalQuantile, wilson } from '../../../stats';
import { percent } from '../../../stats/proportions';
import { repeatedFacts } from './pooled-shares';
import { estimatedRow, refusedRow } from './rows';
import type { Frame, PooledRuns } from './types';

const MOST_BINS = 10;
/** Variance of a bin's count from which it is about normal. */
const LEAST_VARIANCE = 2.5;

interface Sampled {
  fact: string;
  pair: string;
  /** Probability that k samples hold the label. */
  expected: number;
  found: boolean;
  /** Some answer was right, in whatever words. */
  right: boolean;
}

export function sampleRows({ points, analysis: { level } }: PooledRuns): StudyRow[] {
  return points.flatMap(({ point, members }) =>
    DIRECTIONS.flatMap((direction) => {
      const runs = members.flatMap((run) => {
        const facts = run.facts.flatMap(({ fact, pair, sampled, before, logQBefore, ...of }): Sampled[] => {
          if (of.direction !== direction || before || sampled === null || logQBefore === null) return [];
          // expm1 and log1p: q is often far below 1e-16.
          const expected = -Math.expm1(sampled.samples * Math.log1p(-Math.min(Math.exp(logQBefore), 1 - 1e-16)));
          return [{ fact, pair, expected, found: sampled.tokenHits > 0, right: sampled.answerHits > 0 }];
        });
        return facts.length === 0 ? [] : [{ facts, whole: run.wholeSamples }];
      });
      if (runs.length === 0) return [];
      const frame = { point, direction, measure: 'found by samples', group: 'both' } as const;
      const cut = runs.some(({ whole }) => whole === false);
      return agreement(frame, runs.flatMap(({ facts }) => facts), runs.length, cut, level); // prettier-ignore
    }),
  );
}

function agreement(
  of: Omit<Frame, 'term' | 'scale'>,
  facts: readonly Sampled[],
  runs: number,
  cut: boolean,
  level: number,
): StudyRow[] {
  const n = facts.length;
  const count = (holds: (fact: Sampled) => boolean) => facts.filter(holds).length;
  const repeated = repeatedFacts(facts);
  const shares = [
    ['the label', count(({ found }) => found)],
    ['any right answer', count(({ right }) => right)],
  ] as const;
  const share = (term: string): Frame => ({ ...of, term, scale: 'share' });
  const counted = shares.map(([term, hits]) =>
    estimatedRow(share(term), 'pooled', runs, { ...wilson(hits, n, level), warnings: repeated }),
  );
  const against: Frame = { ...of, term: 'the label − 1−(1−q)^k', scale: 'difference' };
  const binned: Frame = { ...against, term: 'the label − 1−(1−q)^k, by bin' };
  const refused = (reason: string) =>
    [against, binned].map((frame) => refusedRow(frame, 'exact against sampled', runs, reason));
  if (cut) {
    const reason = 'top-k or top-p cut what was sampled, and log q is of the whole distribution';
    return [...counted, ...refused(reason)];
  }
  const [expected, variance] = sums(facts);
  if (!(variance > 0)) return [...counted, ...refused('every fact is found for certain, or never')];
  const observed = shares[0][1];
  const se = Math.sqrt(variance) / n;
  const value = (observed - expected) / n;
  const half = normalQuantile(1 - (1 - level) / 2) * se;
  const method = `found facts against Σ 1−(1−q)^k = ${round(expected)} of ${n}, variance Σ π(1−π), normal, ${percent(level)}`;
  const estimate = { value, lo: value - half, hi: value + half, n, method };
  const warnings = variance < LEAST_VARIANCE ? [littleChance(variance)] : [];
  const z = value / se;
  const p = Math.min(1, 2 * normalCdf(-Math.abs(z)));
  return [
    ...counted,
    estimatedRow(against, 'exact against sampled', runs, { ...estimate, warnings }, { coefficient: { beta: value, se, p } }),
    estimatedRow(binned, 'exact against sampled', runs, { ...estimate, warnings }, { test: chiSquare(facts, variance) }),
  ]; // prettier-ignore
}

/** Σ π and Σ π(1 − π). */
function sums(facts: readonly Sampled[]): [number, number] {
  return facts.reduce(([mean, variance], { expected: p }) => [mean + p, variance + p * (1 - p)], [0, 0]);
}

/** Bins ascend in probability and hold equal parts of the variance, so that each tells as much as the next. */
function chiSquare(facts: readonly Sampled[], total: number): NonNullable<StudyRow['test']> {
  const least = Math.max(LEAST_VARIANCE, total / MOST_BINS);
  const bins: Sampled[][] = [[]];
  let left = total;
  let own = 0;
  for (const fact of [...facts].sort((a, b) => a.expected - b.expected || (a.fact < b.fact ? -1 : 1))) {
    // What is left must fill a bin of its own. Rounding must not decide.
    if (own >= least * (1 - 1e-9) && left >= least * (1 - 1e-9)) {
      bins.push([]);
      own = 0;
    }
    const variance = fact.expected * (1 - fact.expected);
    bins.at(-1)!.push(fact);
    own += variance;
    left -= variance;
  }
  const statistic = bins.reduce((sum, bin) => {
    const [expected, variance] = sums(bin);
    return sum + (bin.filter(({ found }) => found).length - expected) ** 2 / variance;
  }, 0);
  const method = `χ² over ${bins.length} bins of expected probability, Σ (found − Σπ)² / Σπ(1−π)`;
  return { statistic, df: bins.length, p: chiSquareUpper(statistic, bins.length), method };
}

function littleChance(variance: number): StatsWarning {
  return {
    code: 'few-events',
    message: `Chance moves the number of found facts by ${round(Math.sqrt(variance))} only: the normal interval is rough.`,
    hint: 'Draw more samples, or look at facts that the model half knows.',
  };
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
