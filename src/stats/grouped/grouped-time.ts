/**
 * Survival models for times that many rows share: the facts of a run have their events at some twenty evaluations.
 *
 * Promises: every event time has a baseline of its own; with the complementary log-log link the coefficients are log
 * hazard ratios of the continuous-time model that lies behind the grouped times. Must not know: trials, epochs' names.
 */
import type { Estimate, StatsWarning } from '../../core/estimate';
import { badInput, requireFinite, requireLevel } from '../checks';
import type { ChiSquareTest } from '../cox/types';
import { percent } from '../proportions';
import { chiSquareUpper } from '../special/chi-square';
import { normalCdf, normalQuantile } from '../special/normal';
import { requireSurvival, type SurvivalRows } from '../survival-rows';
import { fitBinomial, type BinomialFit, type BinomialRows } from './binomial-fit';
import { LINKS, linkValue, type Link } from './links';

export interface GroupedData extends SurvivalRows {
  /** n × p, row-major. */
  x: Float64Array;
  names: readonly string[];
  offset?: ArrayLike<number>;
  /** Rows of one cluster are not independent: gives the grouped sandwich variance. */
  cluster?: ArrayLike<number | string>;
}

export interface GroupedOptions {
  /** `cloglog`: hazard ratios (default); `logit`: odds ratios of the discrete hazard. */
  link?: Link;
  level?: number;
}

export interface GroupedTerm {
  name: string;
  /** Null, as all that follow, where the column is aliased (constant or collinear). */
  beta: number | null;
  /** The one that z, p and the interval use: robust with clusters. */
  se: number | null;
  modelSe: number | null;
  robustSe: number | null;
  z: number | null;
  p: number | null;
  /** exp(beta): hazard ratio (cloglog) or odds ratio (logit). */
  ratio: Estimate | null;
}

export interface GroupedFit {
  terms: GroupedTerm[];
  link: Link;
  /** Discrete hazard at each event time, at the covariates' means. */
  baseline: { time: number; hazard: Estimate }[];
  /** Without covariates and with them. */
  logLikelihood: { null: number; fitted: number };
  likelihoodRatio: ChiSquareTest;
  /** Rows, their events, and the row × time pairs they were spread to. */
  n: number;
  events: number;
  personPeriods: number;
  iterations: number;
  converged: boolean;
  warnings: StatsWarning[];
}

export interface PersonPeriods {
  /** Row of the data, and number of the event time, of each pair. */
  row: Int32Array;
  period: Int32Array;
  y: Uint8Array;
  /** Distinct event times, ascending. */
  times: number[];
}

/**
 * Every row at every event time at which it was at risk: start < t ≤ time. Times without an event carry no information on
 * the covariates (their baseline hazard is 0) and are left out.
 */
export function personPeriods(data: SurvivalRows): PersonPeriods {
  requireSurvival('Grouped time', data);
  const { time, event, start } = data;
  const n = time.length;
  const times = [...new Set(Array.from(time).filter((_, i) => Number(event[i]) === 1))].sort((a, b) => a - b);
  const row: number[] = [];
  const period: number[] = [];
  const y: number[] = [];
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < times.length && times[k]! <= time[i]!; k++) {
      if (start !== undefined && start[i]! >= times[k]!) continue;
      row.push(i);
      period.push(k);
      y.push(times[k] === time[i] && Number(event[i]) === 1 ? 1 : 0);
    }
  }
  return { row: Int32Array.from(row), period: Int32Array.from(period), y: Uint8Array.from(y), times };
}

/**
 * Binomial regression on person-periods, a baseline for each event time. Sources: Prentice & Gloeckler, Biometrics 34
 * (1978) 57–67 (cloglog); Cox, JRSS B 34 (1972) 187–220, §6 (logit). Throws `stats-input` for bad rows and no events.
 */
export function groupedTimeFit(data: GroupedData, options: GroupedOptions = {}): GroupedFit {
  const { link = 'cloglog', level = 0.95 } = options;
  const method = link === 'cloglog' ? 'Grouped time (cloglog)' : 'Grouped time (logit)';
  if (!LINKS.includes(link)) throw badInput('Grouped time', `the link is ${String(link)}`, 'Use cloglog or logit.');
  requireLevel(method, level);
  const periods = personPeriods(data);
  if (periods.times.length === 0)
    throw badInput(method, 'no row has an event', 'Observe longer, or choose another event.');
  const { rows, kept, warnings } = binomialRows(method, data, periods);
  const fit = fitBinomial(rows, link);
  const none = fitBinomial({ ...rows, x: new Float64Array(0), p: 0 }, link);
  const robust = data.cluster === undefined ? null : sandwich(fit, rows.p, data.cluster, periods, kept);
  const z = normalQuantile(1 - (1 - level) / 2);
  const terms = data.names.map((name, j) =>
    term(
      fit,
      robust,
      j,
      name,
      z,
      `${method}, ${link === 'cloglog' ? 'hazard' : 'odds'} ratio${robust ? ', robust' : ''}, Wald, ${percent(level)}`,
      data.time.length,
    ),
  );
  data.names.forEach((name, j) => {
    if (fit.aliased[j])
      warnings.push(
        warning(
          'collinear',
          `${name} is constant or a combination of other covariates; it has no coefficient.`,
          'Leave it out.',
        ),
      );
    else if (fit.moving[j])
      warnings.push(
        warning(
          'monotone-likelihood',
          `The coefficient of ${name} grows without bound: it separates events from non-events.`,
          'Use Firth’s penalty in a Cox model, or leave it out.',
        ),
      );
  });
  if (!fit.converged)
    warnings.push(
      warning(
        'not-converged',
        `The fit did not settle in ${fit.iterations} iterations.`,
        'Look at the covariates; one may be extreme.',
      ),
    );
  const df = fit.aliased.filter((gone) => !gone).length;
  const statistic = Math.max(0, 2 * (fit.logLikelihood - none.logLikelihood));
  return {
    terms,
    link,
    baseline: kept.map((k, b) => ({
      time: periods.times[k]!,
      hazard: hazardAt(fit, b, link, z, level, data.time.length),
    })),
    logLikelihood: { null: none.logLikelihood, fitted: fit.logLikelihood },
    likelihoodRatio: {
      statistic,
      df,
      p: df === 0 ? 1 : chiSquareUpper(statistic, df),
      method: 'likelihood-ratio test',
    },
    n: data.time.length,
    events: Array.from(data.event).filter((mark) => Number(mark) === 1).length,
    personPeriods: rows.block.length,
    iterations: fit.iterations,
    converged: fit.converged,
    warnings,
  };
}

function warning(code: string, message: string, hint: string): StatsWarning {
  return { code, message, hint };
}

/** Person-periods as rows of a regression; times at which everybody at risk has the event say nothing of covariates. */
function binomialRows(method: string, data: GroupedData, { row, period, y, times }: PersonPeriods) {
  const p = data.names.length;
  const n = data.time.length;
  if (data.x.length !== n * p)
    throw badInput(method, `${n} rows of ${p} covariates have ${data.x.length} values`, 'Give n × p numbers.');
  requireFinite(method, 'the covariates', data.x);
  if (data.offset !== undefined) requireFinite(method, 'the offsets', data.offset);
  if (data.cluster !== undefined && data.cluster.length !== n) {
    throw badInput(method, `${n} rows have ${data.cluster.length} cluster names`, 'Give one per row.');
  }
  const spared = times.map(() => false);
  period.forEach((k, i) => y[i] === 0 && (spared[k] = true));
  const kept = times.flatMap((_, k) => (spared[k] ? [k] : []));
  const warnings: StatsWarning[] = [];
  if (kept.length < times.length) {
    warnings.push(
      warning(
        'everybody-at-once',
        `At ${times.length - kept.length} times everybody at risk has the event; they say nothing of covariates.`,
        'Nothing to do.',
      ),
    );
  }
  if (kept.length === 0)
    throw badInput(method, 'at every event time all rows at risk have the event', 'Give rows that differ.');
  const number = new Map(kept.map((k, b) => [k, b]));
  const used = Int32Array.from(row.keys()).filter((i) => number.has(period[i]!));
  const x = new Float64Array(used.length * p);
  used.forEach((i, at) => x.set(data.x.subarray(row[i]! * p, (row[i]! + 1) * p), at * p));
  const pick = (values: ArrayLike<number> | undefined) =>
    values === undefined ? null : Float64Array.from(used, (i) => values[row[i]!]!);
  const rows: BinomialRows = {
    y: Float64Array.from(used, (i) => y[i]!),
    x,
    p,
    block: used.map((i) => number.get(period[i]!)!),
    blocks: kept.length,
    weights: pick(data.weights),
    offset: pick(data.offset),
  };
  return { rows, kept, warnings };
}

/** V (Σ over clusters of u uᵀ) V, u the cluster's summed score of beta with the baseline eliminated. */
function sandwich(
  fit: BinomialFit,
  p: number,
  cluster: ArrayLike<number | string>,
  { row, period }: PersonPeriods,
  kept: readonly number[],
): Float64Array {
  const inUse = new Set(kept);
  const sums = new Map<number | string, Float64Array>();
  let at = 0;
  row.forEach((source, i) => {
    if (!inUse.has(period[i]!)) return;
    const sum = sums.get(cluster[source]!) ?? new Float64Array(p);
    for (let j = 0; j < p; j++) sum[j]! += fit.scores[at * p + j]!;
    sums.set(cluster[source]!, sum);
    at += 1;
  });
  const influence = [...sums.values()].map((sum) =>
    Float64Array.from({ length: p }, (_, j) =>
      sum.reduce((total, value, k) => total + fit.variance[j * p + k]! * value, 0),
    ),
  );
  return Float64Array.from({ length: p * p }, (_, cell) =>
    influence.reduce((total, d) => total + d[Math.floor(cell / p)]! * d[cell % p]!, 0),
  );
}

function term(
  fit: BinomialFit,
  robust: Float64Array | null,
  j: number,
  name: string,
  critical: number,
  method: string,
  n: number,
): GroupedTerm {
  const p = fit.beta.length;
  const modelSe = Math.sqrt(fit.variance[j * p + j]!);
  if (fit.aliased[j] || !(modelSe > 0) || !Number.isFinite(modelSe)) {
    return {
      name,
      beta: fit.aliased[j] ? null : fit.beta[j]!,
      se: null,
      modelSe: null,
      robustSe: null,
      z: null,
      p: null,
      ratio: null,
    };
  }
  const robustSe = robust === null ? null : Math.sqrt(robust[j * p + j]!);
  const beta = fit.beta[j]!;
  const se = robustSe ?? modelSe;
  const z = beta / se;
  const ratio = {
    value: Math.exp(beta),
    lo: Math.exp(beta - critical * se),
    hi: Math.exp(beta + critical * se),
    n,
    method,
  };
  return { name, beta, se, modelSe, robustSe, z, p: Math.min(1, 2 * normalCdf(-Math.abs(z))), ratio };
}

function hazardAt(
  { alpha, alphaVariance }: BinomialFit,
  b: number,
  link: Link,
  z: number,
  level: number,
  n: number,
): Estimate {
  const half = z * Math.sqrt(alphaVariance[b]!);
  const at = (eta: number) => linkValue(link, eta).mu;
  return {
    value: at(alpha[b]!),
    lo: at(alpha[b]! - half),
    hi: at(alpha[b]! + half),
    n,
    method: `discrete hazard at mean covariates, ${percent(level)}`,
  };
}
