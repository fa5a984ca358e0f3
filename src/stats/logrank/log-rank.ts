/**
 * The log-rank family: do groups have the same hazard?
 *
 * Promises: agrees with R's survdiff; groups that are never at risk beside others at an event are told and left out; groups
 * of which some never meet are compared where they do; never NaN.
 * Must not know: what the event is.
 */
import type { Estimate, StatsWarning } from '../../core/estimate';
import { adjustP, type Adjustment } from '../adjust';
import { badInput, requireLevel } from '../checks';
import type { ChiSquareTest } from '../cox/types';
import { groupsOf } from '../groups';
import { factorSemidefinite, quadraticForm } from '../linear-algebra/semidefinite';
import { percent } from '../proportions';
import { chiSquareUpper } from '../special/chi-square';
import { normalQuantile } from '../special/normal';
import { requireSurvival, type SurvivalRows } from '../survival-rows';

export const LOG_RANK_WEIGHTS = ['log-rank', 'gehan-breslow', 'tarone-ware'] as const;

export interface LogRankOptions {
  /** Weight S(t−)^rho of early against late events: 0 is the log-rank test, 1 Peto & Peto's. Default 0. */
  rho?: number;
  /** Weights by the number at risk, in place of `rho` (not beside it): n (Gehan–Breslow) or √n (Tarone–Ware). */
  weights?: (typeof LOG_RANK_WEIGHTS)[number];
  /** Groups are compared within strata, and the strata added up. */
  strata?: ArrayLike<number | string>;
  level?: number;
}

export interface LogRankGroup<G> {
  group: G;
  n: number;
  /** Weighted by the test's weights. */
  observed: number;
  expected: number;
}

export interface LogRankResult<G> {
  test: ChiSquareTest;
  groups: LogRankGroup<G>[];
  /** k × k covariance of observed − expected. */
  variance: Float64Array;
  /** Two groups, unweighted: exp((O − E)/V) of the first against the second (Peto's one-step estimate). */
  hazardRatio: Estimate | null;
  warnings: StatsWarning[];
}

/**
 * Σ over event times of w·(dᵢ − d·nᵢ/n) with hypergeometric variance, χ² on as many degrees as that variance has rank:
 * groups − 1 where all meet.
 * Sources: Mantel, Cancer Chemotherapy Rep. 50 (1966) 163–170; Peto & Peto, JRSS A 135 (1972) 185–207; Harrington & Fleming,
 * Biometrika 69 (1982) 553–566; Gehan, Biometrika 52 (1965) 203–223; Tarone & Ware, Biometrika 64 (1977) 156–160. Late entry
 * by `start`. Throws `stats-input` for bad rows and fewer than two groups.
 */
export function logRank<G extends string | number>(
  given: Omit<SurvivalRows, 'weights'>,
  group: ArrayLike<G>,
  options: LogRankOptions = {},
): LogRankResult<G> {
  const { rho = 0, weights = 'log-rank', strata, level = 0.95 } = options;
  if (!LOG_RANK_WEIGHTS.includes(weights)) {
    throw badInput('Log-rank', `the weights are ${String(weights)}`, `Use one of ${LOG_RANK_WEIGHTS.join(', ')}.`);
  }
  const method = nameOf(rho, weights, strata !== undefined);
  const data = requireSurvival(method, given);
  requireLevel(method, level);
  if (!(rho >= 0 && rho < Infinity)) throw badInput(method, `rho is ${rho}`, 'Give a number, 0 or more.');
  if (rho !== 0 && weights !== 'log-rank') {
    throw badInput(method, `rho is ${rho} beside weights of its own`, 'Ask for one of the two.');
  }
  const groups = groupsOf(method, group, data.time.length);
  if (groups.length < 2) throw badInput(method, `there is ${groups.length} group`, NEEDS_GROUPS);
  const k = groups.length;
  const totals: Totals = {
    observed: new Float64Array(k),
    expected: new Float64Array(k),
    variance: new Float64Array(k * k),
  };
  const number = new Map(groups.map(({ group: name }, index) => [name, index]));
  const members = Int32Array.from({ length: data.time.length }, (_, i) => number.get(group[i]!)!);
  const parts =
    strata === undefined
      ? [members.map((_, i) => i)]
      : groupsOf(method, strata, members.length, 'stratum').map(({ rows }) => Int32Array.from(rows));
  for (const rows of parts) addStratum(totals, data, members, rows, k, { rho, weights });
  const { test, warnings } = chiSquare(
    totals,
    groups.map(({ group: name }) => String(name)),
    method,
  );
  return {
    test,
    groups: groups.map(({ group: name, rows }, i) => ({
      group: name,
      n: rows.length,
      observed: totals.observed[i]!,
      expected: totals.expected[i]!,
    })),
    variance: totals.variance,
    hazardRatio: k === 2 && rho === 0 && weights === 'log-rank' ? petoRatio(totals, data.time.length, level) : null,
    warnings,
  };
}

export interface PairwiseTest<G> {
  a: G;
  b: G;
  test: ChiSquareTest;
  /** Adjusted for the number of pairs. */
  adjustedP: number;
  warnings: StatsWarning[];
}

/** Every two groups against each other, p-values adjusted (Holm by default). Throws as `logRank` does. */
export function pairwiseLogRank<G extends string | number>(
  given: Omit<SurvivalRows, 'weights'>,
  group: ArrayLike<G>,
  { adjustment = 'holm', ...options }: LogRankOptions & { adjustment?: Adjustment } = {},
): PairwiseTest<G>[] {
  const data = requireSurvival('Log-rank', given);
  const groups = groupsOf('Log-rank', group, data.time.length);
  if (groups.length < 2) throw badInput('Log-rank', `there is ${groups.length} group`, NEEDS_GROUPS);
  if (options.strata !== undefined) groupsOf('Log-rank', options.strata, data.time.length, 'stratum');
  const pairs = groups.flatMap((a, i) =>
    groups.slice(i + 1).map((b) => {
      const rows = [...a.rows, ...b.rows];
      const pick = <T>(values: ArrayLike<T>) => rows.map((row) => values[row]!);
      const { test, warnings } = logRank(
        {
          time: pick(data.time),
          event: pick(data.event),
          ...(data.start === undefined ? {} : { start: pick(data.start) }),
        },
        pick(group),
        { ...options, ...(options.strata === undefined ? {} : { strata: pick(options.strata) }) },
      );
      return { a: a.group, b: b.group, test, warnings };
    }),
  );
  const adjusted = adjustP(
    pairs.map(({ test }) => test.p),
    adjustment,
  );
  return pairs.map((pair, i) => ({ ...pair, adjustedP: adjusted[i]! }));
}

const NEEDS_GROUPS = 'Give rows of two groups or more.';

interface Totals {
  observed: Float64Array;
  expected: Float64Array;
  variance: Float64Array;
}

/** Sweeps the event times of one stratum upward; rows enter at their start and leave after their time. */
function addStratum(
  totals: Totals,
  { time, event, start }: Omit<SurvivalRows, 'weights'>,
  members: Int32Array,
  rows: Int32Array,
  k: number,
  { rho, weights }: { rho: number; weights: (typeof LOG_RANK_WEIGHTS)[number] },
): void {
  const byTime = Int32Array.from(rows).sort((a, b) => time[a]! - time[b]!);
  const byStart = start && Int32Array.from(rows).sort((a, b) => start[a]! - start[b]!);
  const atRisk = new Float64Array(k);
  if (byStart === undefined) for (const i of rows) atRisk[members[i]!]! += 1;
  let entered = 0;
  let survival = 1;
  for (let at = 0; at < byTime.length;) {
    const t = time[byTime[at]!]!;
    while (byStart !== undefined && entered < byStart.length && start![byStart[entered]!]! < t) {
      atRisk[members[byStart[entered++]!]!]! += 1;
    }
    const deaths = new Float64Array(k);
    const leaving = new Float64Array(k);
    for (; at < byTime.length && time[byTime[at]!] === t; at++) {
      const i = byTime[at]!;
      leaving[members[i]!]! += 1;
      if (Number(event[i]) === 1) deaths[members[i]!]! += 1;
    }
    const d = deaths.reduce((sum, count) => sum + count, 0);
    const n = atRisk.reduce((sum, count) => sum + count, 0);
    if (d > 0) {
      const weight = weights === 'gehan-breslow' ? n : weights === 'tarone-ware' ? Math.sqrt(n) : survival ** rho;
      addTime(totals, deaths, atRisk, d, n, weight);
      survival *= 1 - d / n;
    }
    leaving.forEach((count, g) => (atRisk[g]! -= count));
  }
}

function addTime(
  totals: Totals,
  deaths: Float64Array,
  atRisk: Float64Array,
  d: number,
  n: number,
  weight: number,
): void {
  const k = deaths.length;
  const spread = n > 1 ? (weight ** 2 * d * (n - d)) / (n - 1) : 0;
  for (let i = 0; i < k; i++) {
    totals.observed[i]! += weight * deaths[i]!;
    const share = atRisk[i]! / n;
    totals.expected[i]! += weight * d * share;
    for (let j = 0; j < k; j++) totals.variance[i * k + j]! += spread * share * ((i === j ? 1 : 0) - atRisk[j]! / n);
  }
}

/**
 * (O − E)ᵀ V⁻ (O − E). V is singular: its rank is the number of groups less the number of parts that never meet. O − E lies in
 * its range, so leaving out a group of every part gives the same whichever it is.
 */
function chiSquare({ observed, expected, variance }: Totals, names: readonly string[], method: string) {
  const k = observed.length;
  const scale = Math.max(...Array.from({ length: k }, (_, i) => variance[i * k + i]!));
  const informative = names.flatMap((_, i) => (scale > 0 && variance[i * k + i]! > 1e-12 * scale ? [i] : []));
  const warnings: StatsWarning[] = names
    .filter((_, i) => !informative.includes(i))
    .map((name) => ({
      code: 'empty-group',
      message: `The group ${name} has nobody at risk beside others when events happen; it says nothing.`,
      hint: 'Give it rows that are at risk at the same times, or leave it out.',
    }));
  if (observed.every((value) => value === 0)) {
    warnings.push({ code: 'no-events', message: 'There is no event in any group.', hint: 'Wait for events.' });
  }
  const used = informative.slice(0, -1);
  const matrix = Float64Array.from({ length: used.length ** 2 }, (_, at) => {
    return variance[used[Math.floor(at / used.length)]! * k + used[at % used.length]!]!;
  });
  const factor = factorSemidefinite(matrix, used.length);
  if (factor.rank < used.length) {
    warnings.push({
      code: 'groups-apart',
      message:
        'Some groups are never at risk at the same event times as the others: they are compared among themselves only.',
      hint: 'Compare groups that are followed over the same times and strata.',
    });
  }
  const gap = used.map((i) => observed[i]! - expected[i]!);
  const statistic = Math.max(0, quadraticForm(factor, gap));
  const df = factor.rank;
  return { test: { statistic, df, p: df === 0 ? 1 : chiSquareUpper(statistic, df), method }, warnings };
}

function petoRatio({ observed, expected, variance }: Totals, n: number, level: number): Estimate | null {
  const v = variance[0]!;
  if (!(v > 0)) return null;
  const log = (observed[0]! - expected[0]!) / v;
  const half = normalQuantile(1 - (1 - level) / 2) / Math.sqrt(v);
  return {
    value: Math.exp(log),
    lo: Math.exp(log - half),
    hi: Math.exp(log + half),
    n,
    method: `hazard ratio, Peto’s one-step estimate, ${percent(level)}`,
  };
}

function nameOf(rho: number, weights: (typeof LOG_RANK_WEIGHTS)[number], stratified: boolean): string {
  const family = { 'log-rank': 'Log-rank', 'gehan-breslow': 'Gehan–Breslow', 'tarone-ware': 'Tarone–Ware' }[weights];
  const name =
    weights === 'log-rank' && rho !== 0 ? (rho === 1 ? 'Peto & Peto' : `Harrington–Fleming, rho ${rho}`) : family;
  return stratified ? `${name}, stratified` : name;
}
