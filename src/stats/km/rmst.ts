/**
 * Restricted mean survival time: the mean time without the event up to a horizon, and how two groups differ in it.
 *
 * Promises: agrees with R's print of a survfit with rmean. Must not know: what the event is.
 */
import type { Estimate, StatsWarning } from '../../core/estimate';
import { badInput, requireLevel } from '../checks';
import { percent } from '../proportions';
import { normalCdf, normalQuantile } from '../special/normal';
import { earliest, emptiedRiskSet, requireSurvival, riskTable, takesAll, type SurvivalRows } from '../survival-rows';
import { beyondFollowUp } from './kaplan-meier';

export interface RestrictedMean extends Estimate {
  standardError: number;
  tau: number;
}

/**
 * ∫₀^τ S(t) dt with variance Σ A(t)² d/(n(n − d)), A the area still to come (Karrison, Controlled Clin. Trials 18 (1997) 151–167).
 * With late entry the integral begins at the earliest start. Warnings tell where nobody is followed up to τ, where late
 * entry let the curve reach 0 too early, and where there is no variance to make an interval from.
 */
export function restrictedMean(given: SurvivalRows, tau: number, level = 0.95): RestrictedMean {
  const data = requireSurvival('RMST', given);
  requireLevel('RMST', level);
  const origin = data.start === undefined ? 0 : earliest(data.start);
  if (!(tau > origin) || tau === Infinity) {
    throw badInput('RMST', `the horizon is ${tau}`, `Give a finite time after ${origin}.`);
  }
  const table = riskTable(data);
  const rows = table.filter(({ time }) => time <= tau);
  const ends = [...rows.slice(1).map(({ time }) => time), tau];
  let survival = 1;
  let value = (rows[0]?.time ?? tau) - origin;
  const pieces = rows.map((row, i) => {
    const { time, atRisk, events } = row;
    if (events > 0) survival = takesAll(row) ? 0 : survival * (1 - events / atRisk);
    const area = survival * (ends[i]! - time);
    value += area;
    return { area, term: events === 0 || survival === 0 ? 0 : events / (atRisk * (atRisk - events)) };
  });
  let [ahead, variance] = [0, 0];
  for (const { area, term } of pieces.toReversed()) {
    ahead += area;
    variance += ahead ** 2 * term;
  }
  const standardError = Math.sqrt(variance);
  const half = normalQuantile(1 - (1 - level) / 2) * standardError;
  const last = table.at(-1)!.time;
  const emptied = data.start === undefined ? [] : emptiedRiskSet(table);
  const warnings = [
    ...(last < tau && survival > 0 ? [beyondFollowUp(tau, last)] : []),
    ...(survival === 0 ? emptied : []),
    ...(variance > 0 ? [] : [NO_VARIANCE]),
  ];
  return {
    value,
    lo: Math.max(0, value - half),
    hi: Math.min(tau - origin, value + half),
    n: data.time.length,
    method: `restricted mean survival time to ${tau}, ${percent(level)}`,
    standardError,
    tau,
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

const NO_VARIANCE: StatsWarning = {
  code: 'zero-variance',
  message: 'The restricted mean has no variance: before the horizon nobody has the event, or all have it at once.',
  hint: 'Its interval has no width and its p-value is 1 by convention: choose another horizon, or more data.',
};

export interface RestrictedMeanComparison {
  difference: Estimate;
  /** Null where a mean is 0. */
  ratio: Estimate | null;
  /** Two-sided, of no difference; 1 where neither mean has variance. */
  p: number;
  /** Two-sided, of a ratio of 1, on the logarithmic scale. */
  ratioP: number | null;
}

/**
 * Difference a − b and ratio a / b of two independent groups' restricted means. Source: Uno et al., J. Clinical Oncology 32
 * (2014) 2380–2385. Warnings of the means go with both. Throws `stats-input` for means to different horizons.
 */
export function compareRestrictedMeans(a: RestrictedMean, b: RestrictedMean, level = 0.95): RestrictedMeanComparison {
  requireLevel('RMST', level);
  if (a.tau !== b.tau)
    throw badInput('RMST', `the horizons are ${a.tau} and ${b.tau}`, 'Compare means to one horizon.');
  const z = normalQuantile(1 - (1 - level) / 2);
  const se = Math.hypot(a.standardError, b.standardError);
  const value = a.value - b.value;
  const carried = [...(a.warnings ?? []), ...(b.warnings ?? [])];
  const warnings = carried.filter(({ message }, i) => carried.findIndex((other) => other.message === message) === i);
  const n = a.n + b.n;
  const doubts = warnings.length > 0 ? { warnings } : {};
  const twoSided = (gap: number, spread: number) =>
    spread > 0 ? Math.min(1, 2 * normalCdf(-Math.abs(gap / spread))) : 1;
  const difference = {
    value,
    lo: value - z * se,
    hi: value + z * se,
    n,
    method: `difference of restricted means, ${percent(level)}`,
    ...doubts,
  };
  const p = twoSided(value, se);
  if (!(a.value > 0 && b.value > 0)) return { difference, ratio: null, p, ratioP: null };
  const relative = Math.hypot(a.standardError / a.value, b.standardError / b.value);
  const quotient = a.value / b.value;
  const ratio = {
    value: quotient,
    lo: quotient * Math.exp(-z * relative),
    hi: quotient * Math.exp(z * relative),
    n,
    method: `ratio of restricted means, ${percent(level)}`,
    ...doubts,
  };
  return { difference, ratio, p, ratioP: twoSided(Math.log(quotient), relative) };
}
