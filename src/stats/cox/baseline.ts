/**
 * Baseline cumulative hazard of a fitted Cox model, one per stratum.
 *
 * Promises: agrees with R's basehaz and survfit (survival 3.5): Efron's estimator with Efron's ties, else Breslow's.
 * Must not know: predictions for new rows.
 */
import type { StatsWarning } from '../../core/estimate';
import { carriedWarnings } from './carried-warnings';
import { cumulate, hazardIncrements, type HazardIncrements } from './hazard';
import { fittedRows, type FittedRows } from './fitted-rows';
import type { CoxFit } from './types';

/** `mean`: covariates at the fit's means, the offset at its weighted mean. `zero`: all of them 0. */
export type CoxReference = 'mean' | 'zero';

/** Steps of one stratum: what happened at each of its distinct times, event or not. */
export interface StratumTimes {
  /** Distinct times, ascending. */
  time: Float64Array;
  /** Sums of case weights. */
  atRisk: Float64Array;
  events: Float64Array;
  censored: Float64Array;
  /** Number of event groups of the stratum at or before each time. */
  groups: Int32Array;
  /** Rows, and the weight of its events, in the stratum. */
  n: number;
  totalEvents: number;
}

export interface BaselineHazard extends StratumTimes {
  /** The caller's label; '' where there are no strata. */
  stratum: number | string;
  cumulativeHazard: Float64Array;
  survival: Float64Array;
  reference: CoxReference;
  method: string;
  warnings: StatsWarning[];
}

/** Source: Breslow, JRSS B 34 (1972) 216–217; Efron, JASA 72 (1977) 557–565. Survival is exp(−Λ). */
export function baselineHazard(
  fit: CoxFit,
  { reference = 'mean' }: { reference?: CoxReference } = {},
): BaselineHazard[] {
  const model = fittedRows(fit);
  const increments = hazardIncrements(model);
  const cumulative = cumulate(model.rows.groupBounds, increments.hazard, 1);
  const eta = referenceEta(model, reference);
  return model.rows.strata.map((stratum, s) => {
    const times = stratumTimes(model, increments, s);
    const scale = Math.exp(eta - model.shift[s]!);
    const base = model.rows.groupBounds[s]! + s;
    const cumulativeHazard = Float64Array.from(times.groups, (g) => scale * cumulative[base + g]!);
    const method = `${hazardMethod(fit)}, covariates at ${reference === 'mean' ? 'their means' : '0'}`;
    const survival = cumulativeHazard.map((hazard) => Math.exp(-hazard));
    return {
      stratum,
      ...times,
      cumulativeHazard,
      survival,
      reference,
      method,
      warnings: [...carriedWarnings(fit), ...eventWarnings(stratum, times)],
    };
  });
}

export function hazardMethod(fit: CoxFit): string {
  return fit.ties === 'efron' ? 'Efron cumulative hazard' : 'Breslow cumulative hazard';
}

/** The linear predictor of the reference on the scale of `FittedRows.eta`. */
export function referenceEta({ fit, rows, kept, beta }: FittedRows, reference: CoxReference): number {
  let eta = reference === 'mean' ? meanOffset(rows) : 0;
  kept.forEach((j, k) => {
    const value = reference === 'mean' ? fit.means[j]! : 0;
    eta += (value - rows.means[j]!) * beta[k]!;
  });
  return eta;
}

function meanOffset({ offset, weights }: FittedRows['rows']): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < offset.length; i++) {
    sum += weights[i]! * offset[i]!;
    total += weights[i]!;
  }
  return sum / total;
}

/** Without events the cumulative hazard of a stratum is 0 throughout, which says nothing about survival. */
export function eventWarnings(stratum: number | string, { totalEvents, n }: StratumTimes): StatsWarning[] {
  if (totalEvents > 0) return [];
  const where = stratum === '' ? 'The data' : `Stratum ${stratum}`;
  return [
    {
      code: 'no-events',
      message: `${where} (${n} rows) has no event: its cumulative hazard stays 0.`,
      hint: 'Read nothing from this curve; merge the stratum with another, or observe longer.',
    },
  ];
}

export function stratumTimes({ rows }: FittedRows, { atRisk }: HazardIncrements, s: number): StratumTimes {
  const { time, event, weights, bounds, groupBounds, groupTo, start, startOrder } = rows;
  const [from, to] = [bounds[s]!, bounds[s + 1]!];
  const result = { time: [] as number[], atRisk: [] as number[], groups: [] as number[] };
  const tallies = { events: [] as number[], censored: [] as number[] };
  let left = sumWeights(weights, from, to);
  // Rows that have not yet started, by start ascending.
  let waiting = startOrder ? left : 0;
  let entering = to - 1;
  for (let i = from; i < to;) {
    const t = time[i]!;
    for (; startOrder && start && entering >= from && start[startOrder[entering]!]! < t; entering--) {
      waiting -= weights[startOrder[entering]!]!;
    }
    let [events, censored] = [0, 0];
    const first = i;
    for (; i < to && time[i] === t; i++) {
      if (event[i] === 1) events += weights[i]!;
      else censored += weights[i]!;
    }
    result.time.push(t);
    // At an event time the risk sums have counted already, without the rounding of subtraction.
    result.atRisk.push(events > 0 ? atRisk[groupTo[first]! - 1]! : left - waiting);
    result.groups.push(groupTo[first]! - groupBounds[s]!);
    tallies.events.push(events);
    tallies.censored.push(censored);
    left -= events + censored;
  }
  return {
    time: Float64Array.from(result.time),
    atRisk: Float64Array.from(result.atRisk),
    events: Float64Array.from(tallies.events),
    censored: Float64Array.from(tallies.censored),
    groups: Int32Array.from(result.groups),
    n: to - from,
    totalEvents: tallies.events.reduce((sum, value) => sum + value, 0),
  };
}

function sumWeights(weights: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += weights[i]!;
  return sum;
}
