/**
 * The Kaplan–Meier curve of right-censored times.
 *
 * Promises: agrees with R's survfit (survival 3.5) in survival, standard error, limits and median. Where R has NA
 * because S = 0 the curve holds bounds of ours: see `kaplanMeier`.
 */
import type { Estimate, StatsWarning } from '../../core/estimate';
import type { KmCurve } from '../../records/types';
import { badInput, requireFinite, requireLevel } from '../checks';
import { groupsOf } from '../groups';
import { percent } from '../proportions';
import {
  earliest,
  emptiedRiskSet,
  requireSurvival,
  riskTable,
  takesAll,
  type RiskRow,
  type SurvivalRows,
} from '../survival-rows';
import { normalQuantile } from '../special/normal';
import { KM_INTERVALS, kmLimits, type KmIntervalType } from './intervals';
import { crossingTime } from './quantile';

export interface KmOptions {
  intervals?: KmIntervalType;
  level?: number;
  /** Late entry (left truncation): at risk on (start, time]. */
  start?: ArrayLike<number>;
  /** Case weights > 0, taken as how many times a row stands there. */
  weights?: ArrayLike<number>;
}

export interface SurvivalCurve extends KmCurve {
  /** Late entry only: what makes the curve doubtful. */
  warnings?: StatsWarning[];
}

/**
 * S(t) = ∏ (1 − d/n) over event times ≤ t, variance by Greenwood: S²·Σ d/(n(n−d)).
 * Sources: Kaplan & Meier, JASA 53 (1958) 457–481; Greenwood (1926). Median limits: Brookmeyer & Crowley, Biometrics
 * 38 (1982) 29–41, the times at which the pointwise limits cross ½. Late entry: Tsai, Jewell & Wang, Biometrika 74
 * (1987) 883–886.
 *
 * `time[i]` ≥ 0 is when fact i had its event (`event[i]`) or was last seen without one. At equal times events come
 * before censorings. One row per distinct time, starting at 0 (with late entry: at the earliest start, with those who
 * enter there); a censored fact is at risk in the row of its own time.
 * Once S = 0 Greenwood's variance is not defined: the row then holds lo = 0 and the last defined upper limit, which
 * stays a bound because S cannot rise. With late entry S can reach 0 while few are at risk and others have yet to
 * enter: it stays there, and the warning `risk-set-emptied` says so. Throws `stats-input` for no data or bad rows.
 */
export function kaplanMeier(
  time: ArrayLike<number>,
  event: ArrayLike<boolean | number>,
  options: KmOptions = {},
): SurvivalCurve {
  const { intervals = 'log', level = 0.95, start, weights } = options;
  const data = requireSurvival('Kaplan–Meier', { time, event, start, weights });
  requireLevel('Kaplan–Meier', level);
  if (!KM_INTERVALS.includes(intervals)) {
    throw badInput('Kaplan–Meier', `the interval is ${String(intervals)}`, `Use one of ${KM_INTERVALS.join(', ')}.`);
  }
  const rows = withOrigin(riskTable(data), data);
  const warnings = start === undefined ? [] : emptiedRiskSet(rows);
  const z = normalQuantile(1 - (1 - level) / 2);
  let survival = 1;
  let sum = 0;
  const steps = rows.map((row) => {
    const { atRisk, events } = row;
    const ends = takesAll(row);
    if (events > 0) survival = ends ? 0 : survival * (1 - events / atRisk);
    sum += ends ? Infinity : greenwoodTerm(atRisk, events);
    return { survival, ...kmLimits(survival, Math.sqrt(sum), z, intervals) };
  });
  const times = rows.map((row) => row.time);
  const curve = steps.map((step) => step.survival);
  const lo = steps.map((step) => step.lo);
  const hi = steps.map((step) => step.hi);
  return {
    time: times,
    survival: curve,
    lo: lo.map((limit) => (Number.isNaN(limit) ? 0 : limit)),
    hi: carryForward(hi),
    atRisk: rows.map((row) => row.atRisk),
    events: rows.map((row) => row.events),
    censored: rows.map((row) => row.censored),
    n: time.length,
    totalEvents: Array.from(event).filter((mark) => Number(mark) === 1).length,
    median: {
      value: crossingTime(times, curve, 0.5),
      lo: crossingTime(times, lo, 0.5),
      hi: crossingTime(times, hi, 0.5),
    },
    method: `Kaplan–Meier, Greenwood variance, ${intervals} interval, ${percent(level)}`,
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

/** A row before anything has happened, unless something happens at that very time. */
function withOrigin(rows: RiskRow[], { start, weights }: SurvivalRows): RiskRow[] {
  if (start === undefined) {
    return rows[0]!.time === 0
      ? rows
      : [{ time: 0, atRisk: rows[0]!.atRisk, events: 0, censored: 0, eventRows: 0 }, ...rows];
  }
  const time = earliest(start);
  const atRisk = Array.from(start).reduce((sum, value, i) => sum + (value === time ? (weights?.[i] ?? 1) : 0), 0);
  return [{ time, atRisk, events: 0, censored: 0, eventRows: 0 }, ...rows];
}

/** The curve of each group, in order of first appearance. */
export function kaplanMeierBy<G extends string | number>(
  time: ArrayLike<number>,
  event: ArrayLike<boolean | number>,
  group: ArrayLike<G>,
  options: KmOptions = {},
): { group: G; curve: SurvivalCurve }[] {
  const { start, weights } = options;
  // Over all groups at once, so that one time is the same time in each.
  const data = requireSurvival('Kaplan–Meier', { time, event, start, weights });
  return groupsOf('Kaplan–Meier', group, time.length).map(({ group: name, rows }) => {
    const pick = <T>(values: ArrayLike<T>) => rows.map((row) => values[row]!);
    return {
      group: name,
      curve: kaplanMeier(pick(data.time), pick(event), {
        ...options,
        ...(data.start === undefined ? {} : { start: pick(data.start) }),
        ...(weights === undefined ? {} : { weights: pick(weights) }),
      }),
    };
  });
}

/** How many (weights) are at risk just before each time: the row under a survival plot. Throws `stats-input`. */
export function numbersAtRisk(
  { time, start, weights }: Pick<SurvivalRows, 'time' | 'start' | 'weights'>,
  at: readonly number[],
): number[] {
  requireFinite('Numbers at risk', 'the chosen times', at);
  requireFinite('Numbers at risk', 'the times', time);
  return at.map((t) => {
    let sum = 0;
    for (let i = 0; i < time.length; i++) {
      if (time[i]! >= t && (start === undefined || start[i]! < t)) sum += weights?.[i] ?? 1;
    }
    return sum;
  });
}

/** Time by which a share has had its event, with Brookmeyer–Crowley limits; null where the curve does not reach it. */
export function survivalQuantile(
  curve: KmCurve,
  share: number,
): { value: number | null; lo: number | null; hi: number | null } {
  if (!(share > 0 && share < 1)) throw badInput('Quantile', `the share is ${share}`, 'Give a share between 0 and 1.');
  const level = 1 - share;
  // Where S = 0 the limits are bounds of ours, no crossings: `carryForward` and 0.
  const defined = (values: readonly number[]) => values.map((value, i) => (curve.survival[i] === 0 ? NaN : value));
  return {
    value: crossingTime(curve.time, curve.survival, level),
    lo: crossingTime(curve.time, defined(curve.lo), level),
    hi: crossingTime(curve.time, defined(curve.hi), level),
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

/**
 * S(t) with its interval: the value of the last row at or before t. Past the last row, where the curve has not reached 0,
 * that value is carried on and a warning says so. Throws `stats-input` before the curve begins.
 */
export function survivalAt(curve: SurvivalCurve, t: number): Estimate {
  const index = curve.time.findLastIndex((time) => time <= t);
  if (index < 0)
    throw badInput('Survival', `the curve starts at ${curve.time[0]}, asked for ${t}`, 'Ask for a later time.');
  const last = curve.time.at(-1)!;
  const warnings = [
    ...(curve.warnings ?? []),
    ...(t > last && curve.survival[index]! > 0 ? [beyondFollowUp(t, last)] : []),
  ];
  return {
    value: curve.survival[index]!,
    lo: curve.lo[index]!,
    hi: curve.hi[index]!,
    n: curve.n,
    method: curve.method,
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

/** A curve read past its last row. */
export function beyondFollowUp(t: number, last: number): StatsWarning {
  return {
    code: 'beyond-follow-up',
    message: `Nobody is followed up to ${t}: the curve is carried on flat from ${last}.`,
    hint: `Ask for ${last} or less.`,
  };
}

function greenwoodTerm(atRisk: number, events: number): number {
  return events === 0 ? 0 : events / (atRisk * (atRisk - events));
}

function carryForward(values: readonly number[]): number[] {
  let last = 1;
  return values.map((value) => (last = Number.isNaN(value) ? last : value));
}
