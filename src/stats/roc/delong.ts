/**
 * The area under the ROC curve with DeLong's interval, and the difference of two areas on the same cases.
 *
 * Promises: O(n log n) by midranks; ties count one half. Must not know: what the scores mean.
 */
import type { Estimate, StatsWarning } from '../../core/estimate';
import { badInput, requireCount, requireFinite, requireLevel } from '../checks';
import { percent } from '../proportions';
import { midranks } from '../ranks';
import { normalCdf, normalQuantile } from '../special/normal';
import type { TestResult } from '../test-result';

/** How far each case lies above the other class: the structural components of DeLong et al. */
interface Components {
  auc: number;
  positive: number[];
  negative: number[];
}

/**
 * P(score of a positive > score of a negative), ties one half. Interval: normal on the logit of the area, so it stays in
 * (0, 1); without variance (areas of 0 and 1) the exact bound 1 − (α/2)^(1/min(n₁, n₀)) takes its place, with a warning.
 * Sources: DeLong, DeLong & Clarke-Pearson, Biometrics 44 (1988) 837–845; Sun & Xu, IEEE Signal Process. Lett. 21 (2014)
 * 1389–1393. Throws `stats-input`.
 */
export function aucDeLong(scores: readonly number[], positive: readonly boolean[], level = 0.95): Estimate {
  requireLevel('AUC', level);
  const parts = components(scores, positive);
  const variance =
    sampleVariance(parts.positive) / parts.positive.length + sampleVariance(parts.negative) / parts.negative.length;
  const base = { value: parts.auc, n: scores.length, method: `AUC, DeLong interval (logit), ${percent(level)}` };
  if (!(variance > 0)) return { ...base, ...boundWithoutVariance(parts, level) };
  const z = normalQuantile(1 - (1 - level) / 2);
  const centre = Math.log(parts.auc / (1 - parts.auc));
  const half = (z * Math.sqrt(variance)) / (parts.auc * (1 - parts.auc));
  const inverse = (logit: number) => 1 / (1 + Math.exp(-logit));
  return { ...base, lo: inverse(centre - half), hi: inverse(centre + half) };
}

/** Two scores of the same cases: difference of areas with its interval and two-sided p. */
export function compareAuc(
  a: readonly number[],
  b: readonly number[],
  positive: readonly boolean[],
  level = 0.95,
): { difference: Estimate; test: TestResult } {
  requireLevel('AUC', level);
  const [x, y] = [components(a, positive), components(b, positive)];
  const spread = (u: readonly number[], v: readonly number[]) =>
    sampleVariance(u.map((value, i) => value - v[i]!)) / u.length;
  const se = Math.sqrt(spread(x.positive, y.positive) + spread(x.negative, y.negative));
  const value = x.auc - y.auc;
  const z = normalQuantile(1 - (1 - level) / 2);
  const statistic = se > 0 ? value / se : 0;
  return {
    difference: {
      value,
      lo: value - z * se,
      hi: value + z * se,
      n: a.length,
      method: `difference of two AUCs on the same cases, DeLong, ${percent(level)}`,
    },
    test: {
      statistic,
      p: se > 0 ? Math.min(1, 2 * normalCdf(-Math.abs(statistic))) : 1,
      method: 'DeLong’s test, two-sided',
    },
  };
}

function components(scores: readonly number[], positive: readonly boolean[]): Components {
  if (scores.length !== positive.length) {
    throw badInput('AUC', `${scores.length} scores have ${positive.length} labels`, 'Give one label per score.');
  }
  requireFinite('AUC', 'the scores', scores);
  const high = scores.filter((_, i) => positive[i]);
  const low = scores.filter((_, i) => !positive[i]);
  requireCount('AUC', 'positives', high.length, 1);
  requireCount('AUC', 'negatives', low.length, 1);
  const all = midranks([...high, ...low]).ranks;
  const amongHigh = midranks(high).ranks;
  const amongLow = midranks(low).ranks;
  const aboveNegatives = high.map((_, i) => (all[i]! - amongHigh[i]!) / low.length);
  const belowPositives = low.map((_, j) => 1 - (all[high.length + j]! - amongLow[j]!) / high.length);
  const auc = aboveNegatives.reduce((sum, value) => sum + value, 0) / high.length;
  return { auc, positive: aboveNegatives, negative: belowPositives };
}

function sampleVariance(values: readonly number[]): number {
  const n = values.length;
  if (n < 2) return 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
}

function boundWithoutVariance(
  { auc, positive, negative }: Components,
  level: number,
): Pick<Estimate, 'lo' | 'hi'> & { warnings: StatsWarning[] } {
  const room = 1 - ((1 - level) / 2) ** (1 / Math.min(positive.length, negative.length));
  return {
    lo: auc === 1 ? 1 - room : auc === 0 ? 0 : Math.max(0, auc - room),
    hi: auc === 0 ? room : auc === 1 ? 1 : Math.min(1, auc + room),
    warnings: [
      {
        code: 'zero-variance',
        message: `DeLong’s variance is 0 (the area is ${auc}); the interval is a bound from the smaller class alone.`,
        hint: 'Give more cases of both classes.',
      },
    ],
  };
}
