/**
 * Restricted mean survival time: the mean time without the event up to a horizon, and how two groups differ in it.
 *
 * Promises: agrees with R's print of a survfit with rmean. Must not know: what the event is.
 */
import type { Estimate, StatsWarning } from '../../core/estimate';
import { badInput, requireLevel } from '../checks';
import { percent } from '../proportions';
import { normalCdf, normalQuantile } from '../special/normal';
import { requireSurvival, riskTable, type SurvivalRows } from '../survival-rows';

export interface RestrictedMean extends Estimate {
  standardError: number;
  tau: number;
}

/**
 * ∫₀^τ S(t) dt with variance Σ A(t)² d/(n(n − d)), A the area still to come (Karrison, Controlled Clin. Trials 18 (1997) 151–167).
 * With late entry the integral begins at the earliest start. A warning tells where nobody is followed up to τ.
 */
export function restrictedMean(data: SurvivalRows, tau: number, level = 0.95): RestrictedMean {
  requireSurvival('RMST', data);
  requireLevel('RMST', level);
  const origin = data.start === undefined ? 0 : Math.min(...Array.from(data.start));
  if (!(tau > origin) || tau === Infinity) {
    throw badInput('RMST', `the horizon is ${tau}`, `Give a finite time after ${origin}.`);
  }
  const rows = riskTable(data).filter(({ time }) => time <= tau);
  const ends = [...rows.slice(1).map(({ time }) => time), tau];
  let survival = 1;
  let value = (rows[0]?.time ?? tau) - origin;
  const pieces = rows.map(({ time, atRisk, events }, i) => {
    if (events > 0) survival = atRisk - events <= 1e-9 * atRisk ? 0 : survival * (1 - events / atRisk);
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
  const last = Math.max(...Array.from(data.time));
  const warnings: StatsWarning[] =
    last < tau && survival > 0
      ? [
          {
            code: 'beyond-follow-up',
            message: `Nobody is followed up to ${tau}: the curve is carried on flat from ${last}.`,
            hint: `Give a horizon of ${last} or less.`,
          },
        ]
      : [];
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

/** Difference a − b and ratio a / b of two groups' restricted means, with intervals and two-sided p of no difference. */
export function compareRestrictedMeans(
  a: RestrictedMean,
  b: RestrictedMean,
  level = 0.95,
): { difference: Estimate; ratio: Estimate | null; p: number } {
  requireLevel('RMST', level);
  if (a.tau !== b.tau)
    throw badInput('RMST', `the horizons are ${a.tau} and ${b.tau}`, 'Compare means to one horizon.');
  const z = normalQuantile(1 - (1 - level) / 2);
  const se = Math.hypot(a.standardError, b.standardError);
  const value = a.value - b.value;
  const n = a.n + b.n;
  const relative = Math.hypot(a.standardError / a.value, b.standardError / b.value);
  return {
    difference: {
      value,
      lo: value - z * se,
      hi: value + z * se,
      n,
      method: `difference of restricted means, ${percent(level)}`,
    },
    ratio:
      a.value > 0 && b.value > 0
        ? {
            value: a.value / b.value,
            lo: (a.value / b.value) * Math.exp(-z * relative),
            hi: (a.value / b.value) * Math.exp(z * relative),
            n,
            method: `ratio of restricted means, ${percent(level)}`,
          }
        : null,
    p: se > 0 ? Math.min(1, 2 * normalCdf(-Math.abs(value / se))) : 1,
  };
}
