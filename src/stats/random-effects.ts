/**
 * The mean of an estimate over runs that differ: random-effects meta-analysis at the level of seeds.
 *
 * Promises: with few runs the interval is Student's, so it is honest about how few they are. Must not know: what was
 * estimated; ratios come in as logarithms.
 */
import type { Estimate, StatsWarning } from '../core/estimate';
import { badInput, requireCount, requireLevel, requireScale } from './checks';
import { percent } from './proportions';
import { studentQuantile, studentTwoSided } from './special/beta';
import { chiSquareUpper } from './special/chi-square';
import { normalCdf, normalQuantile } from './special/normal';

export interface RandomEffects {
  mean: Estimate;
  /** Two-sided, of a mean of 0. */
  p: number;
  /** Where the value of one more run would lie. Null for fewer than three runs. */
  prediction: { lo: number; hi: number } | null;
  /** Variance between runs. */
  tau2: number;
  /** Cochran's Q, its p, and the share of variance that lies between runs. */
  q: number;
  qP: number;
  i2: number;
}

export interface RandomEffectsOptions {
  level?: number;
  /** Default `paule-mandel`. */
  tau2?: 'paule-mandel' | 'dersimonian-laird';
  /** `hartung-knapp` (default): Student's t with the observed spread; `wald`: normal. */
  interval?: 'hartung-knapp' | 'wald';
}

/**
 * Mean of `values` with standard errors `errors`, weights 1/(se² + τ²).
 * Sources: Paule & Mandel, J. Res. NBS 87 (1982) 377–385; DerSimonian & Laird, Controlled Clin. Trials 7 (1986) 177–188;
 * Hartung & Knapp, Statistics in Medicine 20 (2001) 1771–1782 (with the spread not taken below 1); prediction interval:
 * Higgins, Thompson & Spiegelhalter, JRSS A 172 (2009) 137–159. Throws `stats-input`.
 */
export function randomEffects(
  values: readonly number[],
  errors: readonly number[],
  { level = 0.95, tau2: estimator = 'paule-mandel', interval = 'hartung-knapp' }: RandomEffectsOptions = {},
): RandomEffects {
  const name = 'Random effects';
  requireLevel(name, level);
  requireCount(name, 'runs', values.length, 2);
  if (errors.length !== values.length) {
    throw badInput(name, `${values.length} values have ${errors.length} standard errors`, 'Give one per value.');
  }
  requireScale(name, 'the value', values);
  requireScale(name, 'the standard error', errors);
  const bad = errors.findIndex((se) => !(se > 0));
  if (bad >= 0) throw badInput(name, `standard error ${bad + 1} is ${errors[bad]}`, 'Give positive standard errors.');
  const k = values.length;
  const variances = errors.map((se) => se * se);
  const fixed = weighted(values, variances, 0);
  const tau2 = estimator === 'paule-mandel' ? pauleMandel(values, variances) : derSimonianLaird(fixed, variances);
  const { mean, weight, q: spread } = weighted(values, variances, tau2);
  const student = interval === 'hartung-knapp';
  const se = Math.sqrt((student ? Math.max(1, spread / (k - 1)) : 1) / weight);
  const critical = student ? studentQuantile(1 - (1 - level) / 2, k - 1) : normalQuantile(1 - (1 - level) / 2);
  const score = mean / se;
  const further = k < 3 ? null : studentQuantile(1 - (1 - level) / 2, k - 2) * Math.sqrt(tau2 + 1 / weight);
  return {
    mean: {
      value: mean,
      lo: mean - critical * se,
      hi: mean + critical * se,
      n: k,
      method: `random-effects mean (${estimator}), ${student ? 'Hartung–Knapp' : 'Wald'} interval, ${percent(level)}`,
      ...(k < 5 ? { warnings: [fewRuns(k)] } : {}),
    },
    p: student ? studentTwoSided(score, k - 1) : Math.min(1, 2 * normalCdf(-Math.abs(score))),
    prediction: further === null ? null : { lo: mean - further, hi: mean + further },
    tau2,
    q: fixed.q,
    qP: chiSquareUpper(fixed.q, k - 1),
    i2: fixed.q > 0 ? Math.max(0, (fixed.q - (k - 1)) / fixed.q) : 0,
  };
}

function weighted(values: readonly number[], variances: readonly number[], tau2: number) {
  const weights = variances.map((variance) => 1 / (variance + tau2));
  const weight = weights.reduce((sum, w) => sum + w, 0);
  const mean = values.reduce((sum, value, i) => sum + weights[i]! * value, 0) / weight;
  const q = values.reduce((sum, value, i) => sum + weights[i]! * (value - mean) ** 2, 0);
  return { mean, weight, q };
}

function derSimonianLaird({ q, weight }: { q: number; weight: number }, variances: readonly number[]): number {
  const squares = variances.reduce((sum, variance) => sum + 1 / variance ** 2, 0);
  return Math.max(0, (q - (variances.length - 1)) / (weight - squares / weight));
}

/** τ² at which Q(τ²) = k − 1: Q falls in τ², so bisection finds it. */
function pauleMandel(values: readonly number[], variances: readonly number[]): number {
  const target = values.length - 1;
  const excess = (tau2: number) => weighted(values, variances, tau2).q - target;
  if (excess(0) <= 0) return 0;
  let [lo, hi] = [0, Math.max(...variances)];
  while (excess(hi) > 0) hi *= 2;
  for (let i = 0; i < 200; i++) {
    const mid = (lo + hi) / 2;
    if (mid === lo || mid === hi) break;
    if (excess(mid) > 0) lo = mid;
    else hi = mid;
  }
  return (lo + hi) / 2;
}

function fewRuns(k: number): StatsWarning {
  return {
    code: 'few-runs',
    message: `The mean is over ${k} runs only: the variance between runs is hardly known.`,
    hint: 'Run the experiment with five seeds or more.',
  };
}
