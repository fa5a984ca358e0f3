/**
 * Survival curves that a fitted Cox model predicts for rows of covariates.
 *
 * Promises: agrees with R's survfit.coxph (survival 3.5) in survival, cumulative hazard, standard errors and limits; has
 * the shape of a Kaplan–Meier curve, so charts and `survivalAt` take it. Must not know: how the fit was made.
 */
import type { StatsWarning } from '../../core/estimate';
import type { KmCurve } from '../../records/types';
import { requireLevel } from '../checks';
import { crossingTime, kmLimits, type KmIntervalType } from '../km';
import { percent } from '../proportions';
import { normalQuantile } from '../special/normal';
import { eventWarnings, hazardMethod, stratumTimes, type StratumTimes } from './baseline';
import { carriedWarnings } from './carried-warnings';
import { cumulate, hazardIncrements, type HazardIncrements } from './hazard';
import { placeRows, type CoxNewRows, type PlacedRows } from './new-rows';
import { contrastVariance } from './predict';
import { fittedRows, keptBlock, type FittedRows } from './fitted-rows';
import type { CoxFit } from './types';

export interface CoxCurveOptions {
  /** Default `log`, as in R. */
  intervals?: KmIntervalType;
  /** Default the fit's. */
  level?: number;
}

/** atRisk, events and censored are those of the fit's rows in the stratum (sums of case weights), not of the new row. */
export interface CoxCurve extends KmCurve {
  /** Index of the new row. */
  row: number;
  /** The caller's label; '' where there are no strata. */
  stratum: number | string;
  cumulativeHazard: number[];
  /** Of the cumulative hazard, which is that of log survival. */
  standardError: number[];
  warnings: StatsWarning[];
}

interface Steps extends StratumTimes {
  /** Before anything happened; null where the stratum's first time is itself the beginning. */
  begin: { time: number; atRisk: number } | null;
}

interface Parts {
  model: FittedRows;
  increments: HazardIncrements;
  hazards: Float64Array;
  hazardsX: Float64Array;
  variances: Float64Array;
  variance: Float64Array;
  placed: PlacedRows;
}

/**
 * One curve per new row; where the fit has strata and the rows name none, one per row and stratum, row by row.
 * S = exp(−Λ·exp(eta)); variance Σ dVar + (Λx − Σ x̄ dΛ)ᵀ V (Λx − Σ x̄ dΛ), V robust where the fit's is.
 * One step per distinct time of the stratum, after a first at 0 (or at the earliest start, if earlier) where S = 1.
 * Source: Tsiatis, Annals of Statistics 9 (1981) 93–108; Therneau & Grambsch, Modeling Survival Data (2000), §10.2.
 */
export function predictedCurves(fit: CoxFit, rows: CoxNewRows, options: CoxCurveOptions = {}): CoxCurve[] {
  const { intervals = 'log', level = fit.level } = options;
  requireLevel('Cox prediction', level);
  const model = fittedRows(fit);
  const increments = hazardIncrements(model);
  const { groupBounds, strata } = model.rows;
  const parts: Parts = {
    model,
    increments,
    hazards: cumulate(groupBounds, increments.hazard, 1),
    hazardsX: cumulate(groupBounds, increments.hazardX, model.kept.length),
    variances: cumulate(groupBounds, increments.variance, 1),
    variance: keptBlock(fit.variance, model),
    placed: placeRows(model, rows),
  };
  const steps = strata.map((_, s) => stepsOf(model, increments, s));
  const { placed } = parts;
  return Array.from({ length: placed.count }, (_, row) => {
    const own = placed.stratum === null ? strata.map((_, s) => s) : [placed.stratum[row]!];
    return own.map((s) => curve(parts, steps[s]!, row, s, intervals, level));
  }).flat();
}

function curve(parts: Parts, steps: Steps, row: number, s: number, intervals: KmIntervalType, level: number): CoxCurve {
  const { model } = parts;
  const stratum = model.rows.strata[s]!;
  const { begin } = steps;
  const { cumulativeHazard, standardError } = hazardOf(parts, steps, row, s, begin !== null);
  const survival = cumulativeHazard.map((hazard) => Math.exp(-hazard));
  const z = normalQuantile(1 - (1 - level) / 2);
  const limits = survival.map((value, k) => kmLimits(value, standardError[k]!, z, intervals));
  const time = [...(begin ? [begin.time] : []), ...steps.time];
  const lo = limits.map((limit) => limit.lo);
  const hi = limits.map((limit) => limit.hi);
  let last = 1;
  return {
    row,
    stratum,
    time,
    survival,
    // Where S has fallen below the smallest number no interval is defined: bounds as in Kaplan–Meier curves.
    lo: lo.map((limit) => (Number.isNaN(limit) ? 0 : limit)),
    hi: hi.map((limit) => (last = Number.isNaN(limit) ? last : limit)),
    atRisk: [...(begin ? [begin.atRisk] : []), ...steps.atRisk],
    events: [...(begin ? [0] : []), ...steps.events],
    censored: [...(begin ? [0] : []), ...steps.censored],
    n: steps.n,
    totalEvents: steps.totalEvents,
    median: {
      value: crossingTime(time, survival, 0.5),
      lo: crossingTime(time, lo, 0.5),
      hi: crossingTime(time, hi, 0.5),
    },
    cumulativeHazard,
    standardError,
    method: `Cox, ${hazardMethod(model.fit)}, Tsiatis variance, ${intervals} interval, ${percent(level)}`,
    warnings: [...carriedWarnings(model.fit), ...eventWarnings(stratum, steps)],
  };
}

function hazardOf(
  { model, hazards, hazardsX, variances, variance, placed }: Parts,
  steps: Steps,
  row: number,
  s: number,
  begins: boolean,
): { cumulativeHazard: number[]; standardError: number[] } {
  const q = model.kept.length;
  const base = model.rows.groupBounds[s]! + s;
  const risk = Math.exp(placed.eta[row]! - model.shift[s]!);
  const cumulativeHazard = begins ? [0] : [];
  const standardError = begins ? [0] : [];
  const drift = new Float64Array(q);
  for (const group of steps.groups) {
    const at = base + group;
    for (let k = 0; k < q; k++) drift[k] = hazards[at]! * placed.x[row * q + k]! - hazardsX[at * q + k]!;
    cumulativeHazard.push(risk * hazards[at]!);
    standardError.push(risk * Math.sqrt(variances[at]! + contrastVariance(drift, variance)));
  }
  return { cumulativeHazard, standardError };
}

function stepsOf(model: FittedRows, increments: HazardIncrements, s: number): Steps {
  const { rows } = model;
  const steps = stratumTimes(model, increments, s);
  const [from, to] = [rows.bounds[s]!, rows.bounds[s + 1]!];
  let time = Math.min(0, steps.time[0]!);
  for (let i = from; rows.start && i < to; i++) time = Math.min(time, rows.start[i]!);
  if (steps.time[0] === time) return { ...steps, begin: null };
  let atRisk = 0;
  for (let i = from; i < to; i++) if (!rows.start || rows.start[i]! <= time) atRisk += rows.weights[i]!;
  return { ...steps, begin: { time, atRisk } };
}
