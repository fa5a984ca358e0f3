/** True-positive rate at a fixed false-positive rate, and the reverse. Must not know: what the scores mean. */
import type { Estimate } from '../../core/estimate';
import { badInput, requireCount, requireFinite } from '../checks';
import { wilson } from '../proportions';

/**
 * Share of positives whose score exceeds the threshold that lets at most `rate` of the negatives pass: with t the
 * ⌊rate·n₀⌋ + 1-th largest negative score, those strictly above t. The interval takes the threshold as given.
 */
export function tprAtFpr(scores: readonly number[], positive: readonly boolean[], rate: number): Estimate {
  const { high, low } = classes(scores, positive, rate);
  const threshold = low[Math.floor(rate * low.length + 1e-9)];
  const passing = threshold === undefined ? high.length : high.filter((score) => score > threshold).length;
  return { ...wilson(passing, high.length), method: `TPR at FPR ≤ ${rate}, Wilson interval given the threshold` };
}

/** Share of negatives that pass where at least `rate` of the positives do (score ≥ the ⌈rate·n₁⌉-th largest positive one). */
export function fprAtTpr(scores: readonly number[], positive: readonly boolean[], rate: number): Estimate {
  const { high, low } = classes(scores, positive, rate);
  const threshold = high[Math.max(0, Math.ceil(rate * high.length - 1e-9) - 1)]!;
  const passing = low.filter((score) => score >= threshold).length;
  return { ...wilson(passing, low.length), method: `FPR at TPR ≥ ${rate}, Wilson interval given the threshold` };
}

/** Scores of both classes, descending. */
function classes(scores: readonly number[], positive: readonly boolean[], rate: number) {
  if (!(rate >= 0 && rate <= 1)) throw badInput('ROC', `the fixed rate is ${rate}`, 'Give a number from 0 to 1.');
  if (scores.length !== positive.length) {
    throw badInput('ROC', `${scores.length} scores have ${positive.length} labels`, 'Give one label per score.');
  }
  requireFinite('ROC', 'the scores', scores);
  const sorted = (wanted: boolean) => scores.filter((_, i) => positive[i] === wanted).sort((a, b) => b - a);
  const [high, low] = [sorted(true), sorted(false)];
  requireCount('ROC', 'positives', high.length, 1);
  requireCount('ROC', 'negatives', low.length, 1);
  return { high, low };
}
