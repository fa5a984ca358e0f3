/**
 * The Kaplan–Meier curve of right-censored times.
 *
 * Promises: agrees with R's survfit (survival 3.5) in survival, standard error, limits and median. Where R has NA
 * because S = 0 the curve holds bounds of ours: see `kaplanMeier`.
 */
import type { Estimate } from '../../core/estimate';
import type { KmCurve } from '../../records/types';
import { percent } from '../proportions';
import { normalQuantile } from '../special/normal';
import { kmLimits, type KmIntervalType } from './intervals';
import { crossingTime } from './quantile';

export interface KmOptions {
  intervals?: KmIntervalType;
  level?: number;
}

interface Row {
  time: number;
  atRisk: number;
  events: number;
  censored: number;
  survival: number;
  se: number;
}

/**
 * S(t) = ∏ (1 − d/n) over event times ≤ t, variance by Greenwood: S²·Σ d/(n(n−d)).
 * Sources: Kaplan & Meier, JASA 53 (1958) 457–481; Greenwood (1926). Median limits: Brookmeyer & Crowley, Biometrics
 * 38 (1982) 29–41, the times at which the pointwise limits cross ½.
 *
 * `time[i]` ≥ 0 is when fact i had its event (`event[i]`) or was last seen without one. At equal times events come
 * before censorings. One row per distinct time, starting at 0; a censored fact is at risk in the row of its own time.
 * Once S = 0 Greenwood's variance is not defined: the row then holds lo = 0 and the last defined upper limit, which
 * stays a bound because S cannot rise. Throws RangeError for no data or bad times.
 */
export function kaplanMeier(time: readonly number[], event: readonly boolean[], options: KmOptions = {}): KmCurve {
  const { intervals = 'log', level = 0.95 } = options;
  requireData(time, event);
  const rows = lifeTable(time, event);
  const z = normalQuantile(1 - (1 - level) / 2);
  const limits = rows.map((row) => kmLimits(row.survival, row.se, z, intervals));
  const times = rows.map((row) => row.time);
  const survival = rows.map((row) => row.survival);
  const lo = limits.map((limit) => limit.lo);
  const hi = limits.map((limit) => limit.hi);
  return {
    time: times,
    survival,
    lo: lo.map((limit) => (Number.isNaN(limit) ? 0 : limit)),
    hi: carryForward(hi),
    atRisk: rows.map((row) => row.atRisk),
    events: rows.map((row) => row.events),
    censored: rows.map((row) => row.censored),
    n: time.length,
    totalEvents: event.filter(Boolean).length,
    median: {
      value: crossingTime(times, survival, 0.5),
      lo: crossingTime(times, lo, 0.5),
      hi: crossingTime(times, hi, 0.5),
    },
    method: `Kaplan–Meier, Greenwood variance, ${intervals} interval, ${percent(level)}`,
  };
}

/** Standard error of S in every row of a curve, from Greenwood's formula; 0 before the first event, NaN where S = 0. */
export function greenwoodErrors(curve: Pick<KmCurve, 'survival' | 'atRisk' | 'events'>): number[] {
  let sum = 0;
  return curve.survival.map((survival, index) => {
    sum += greenwoodTerm(curve.atRisk[index]!, curve.events[index]!);
    return survival === 0 ? NaN : survival * Math.sqrt(sum);
  });
}

/** S(t) with its interval: the value of the last row at or before t. Throws RangeError before time 0. */
export function survivalAt(curve: KmCurve, t: number): Estimate {
  const index = curve.time.findLastIndex((time) => time <= t);
  if (index < 0) throw new RangeError(`The curve starts at time 0, asked for ${t}.`);
  return {
    value: curve.survival[index]!,
    lo: curve.lo[index]!,
    hi: curve.hi[index]!,
    n: curve.n,
    method: curve.method,
  };
}

function lifeTable(time: readonly number[], event: readonly boolean[]): Row[] {
  const tally = new Map<number, { events: number; censored: number }>([[0, { events: 0, censored: 0 }]]);
  time.forEach((t, index) => {
    const cell = tally.get(t) ?? { events: 0, censored: 0 };
    if (event[index]) cell.events += 1;
    else cell.censored += 1;
    tally.set(t, cell);
  });
  let atRisk = time.length;
  let survival = 1;
  let sum = 0;
  return [...tally.entries()]
    .sort(([a], [b]) => a - b)
    .map(([t, { events, censored }]) => {
      if (events > 0) survival = events === atRisk ? 0 : survival * (1 - events / atRisk);
      sum += greenwoodTerm(atRisk, events);
      const row = { time: t, atRisk, events, censored, survival, se: Math.sqrt(sum) };
      atRisk -= events + censored;
      return row;
    });
}

function greenwoodTerm(atRisk: number, events: number): number {
  return events === 0 ? 0 : events / (atRisk * (atRisk - events));
}

function carryForward(values: readonly number[]): number[] {
  let last = 1;
  return values.map((value) => (last = Number.isNaN(value) ? last : value));
}

function requireData(time: readonly number[], event: readonly boolean[]): void {
  if (time.length === 0 || time.length !== event.length) {
    throw new RangeError(`Kaplan–Meier needs one event mark per time, got ${time.length} and ${event.length}.`);
  }
  const bad = time.findIndex((t) => !(t >= 0 && t < Infinity));
  if (bad >= 0) throw new RangeError(`Kaplan–Meier needs finite times from 0 on, got ${time[bad]} at ${bad}.`);
}
