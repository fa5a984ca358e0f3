/**
 * Survival models over several runs: a Cox model with a baseline for each run, the mean of models run by run, and the
 * grouped-time model beside them.
 *
 * Promises: rows of one fact in several runs are one cluster; a model with too few events is not fitted, and says so; a
 * coefficient that has no finite estimate says why. Must not know: records, files.
 */
import { LabError } from '../../core/errors';
import type { Estimate, StatsWarning } from '../../core/estimate';
import {
  coxFit,
  groupedTimeFit,
  randomEffects,
  studentQuantile,
  type CoxFit,
  type FactEvent,
  type RandomEffects,
} from '../../stats';
import { percent } from '../../stats/proportions';
import { pooledDesign, type DesignFactor, type PlacedRow, type PooledDesign } from './design';
import type { StudyRow } from '../../records';

export interface SurvivalQuestion {
  point: string;
  direction: StudyRow['direction'];
  event: FactEvent;
  /** Of which facts the rows are; by default those of the event. */
  group?: StudyRow['group'];
  rows: readonly PlacedRow[];
  /** Facts that have no row because they were rehearsed. */
  rehearsed: number;
  covariates: readonly string[];
  /** What the runs differ in; empty within one point of the grid. */
  factors: readonly DesignFactor[];
  /** What has a baseline hazard of its own. Factors of the grid are constant within a run, so there it is the seed. */
  strata: 'run' | 'seed';
  level: number;
}

/** Fewer say nothing of any model; a coefficient needs so many of its own. */
const LEAST_EVENTS = 10;
const LEAST_EVENTS_EACH = 5;
const GROUPS = { acquisition: 'seen', generalization: 'withheld', degradation: 'both' } as const;

type Model = 'cox' | 'cox by run' | 'cloglog';
type Common = Omit<StudyRow, 'model' | 'term' | 'estimate' | 'coefficient' | 'notEstimated' | 'warnings'>;
type Found = Pick<StudyRow, 'term' | 'estimate' | 'coefficient' | 'notEstimated' | 'warnings'>;

export function survivalRows(question: SurvivalQuestion): StudyRow[] {
  const { point, direction, event, rows, covariates, factors, strata } = question;
  const stratumOf = ({ place }: PlacedRow) => (strata === 'run' ? place.run : place.seed);
  const design = pooledDesign(rows, covariates, factors, stratumOf);
  const common: Common = {
    point,
    direction,
    measure: event,
    group: question.group ?? GROUPS[event],
    run: null,
    seed: null,
    scale: 'hazard ratio',
    runs: new Set(design.rows.map(({ place }) => place.run)).size,
    events: eventsOf(design.rows),
  };
  const left = question.rehearsed > 0 ? [rehearsedLeftOut(question.rehearsed)] : [];
  const as = (model: Model, found: readonly Found[]): StudyRow[] =>
    found.map((row) => ({ ...common, ...row, model, warnings: [...left, ...design.warnings, ...row.warnings] }));
  const refusal = tooFew(common.events!, design.names.length, event);
  if (refusal !== null) return as('cox', [none(null, refusal)]);
  return [
    ...as(
      'cox',
      fitted(() => stratifiedCox(design, stratumOf, question)),
    ),
    ...as(
      'cox by run',
      fitted(() => coxByStratum(design, stratumOf, question)),
    ),
    ...as(
      'cloglog',
      fitted(() => stratifiedCloglog(design, stratumOf, question)),
    ),
  ];
}

function stratifiedCox(
  { rows, x, names }: PooledDesign,
  stratumOf: (row: PlacedRow) => string | number,
  { strata, level }: SurvivalQuestion,
): Found[] {
  const fit = coxFit(
    { ...times(rows), x, names, strata: rows.map(stratumOf), cluster: rows.map(({ fact }) => fact) },
    { level },
  );
  const method = `Cox model, efron ties, a baseline for each ${strata}, robust by fact, Wald interval, ${percent(level)}`;
  return fit.terms.map(({ name, beta, se, p, hazardRatio }) =>
    ratioRow(name, { beta, se, p, ratio: hazardRatio }, method, fit.warnings),
  );
}

/** Blocks of the grouped model are event times: strata moved apart in time have baselines of their own. */
function stratifiedCloglog(
  { rows, x, names }: PooledDesign,
  stratumOf: (row: PlacedRow) => string | number,
  { strata, level }: SurvivalQuestion,
): Found[] {
  const labels = [...new Set(rows.map(stratumOf))];
  const stride = 1 + rows.reduce((latest, { time }) => Math.max(latest, time), 0);
  const shift = rows.map((row) => labels.indexOf(stratumOf(row)) * stride);
  const fit = groupedTimeFit(
    {
      start: rows.map(({ start }, i) => start + shift[i]!),
      time: rows.map(({ time }, i) => time + shift[i]!),
      event: rows.map(({ event }) => event),
      x,
      names,
      cluster: rows.map(({ fact }) => fact),
    },
    { level },
  );
  const method = `grouped time (cloglog), a baseline for each ${strata} and epoch, robust by fact, Wald interval, ${percent(level)}`;
  return fit.terms.map(({ name, beta, se, p, ratio }) => ratioRow(name, { beta, se, p, ratio }, method, fit.warnings));
}

/** One model a stratum, their coefficients averaged: between runs that differ, the honest one of the three. */
function coxByStratum(
  { rows, x, names }: PooledDesign,
  stratumOf: (row: PlacedRow) => string | number,
  { strata, level, event }: SurvivalQuestion,
): Found[] {
  const p = names.length;
  const left: string[] = [];
  const fits: CoxFit[] = [];
  for (const label of new Set(rows.map(stratumOf))) {
    const own = [...rows.keys()].filter((i) => stratumOf(rows[i]!) === label);
    const members = own.map((i) => rows[i]!);
    const refusal = tooFew(eventsOf(members), p, event);
    if (refusal !== null) {
      left.push(`${strata} ${label} (${refusal})`);
      continue;
    }
    const part = new Float64Array(own.length * p);
    own.forEach((i, at) => part.set(x.subarray(i * p, (i + 1) * p), at * p));
    const repeated = strata === 'seed' ? { cluster: members.map(({ fact }) => fact) } : {};
    fits.push(coxFit({ ...times(members), x: part, names, ...repeated }, { level }));
  }
  const warnings = left.length > 0 ? [leftOut(left)] : [];
  return names.map((name, j) => {
    const usable = fits.flatMap(({ terms }) => {
      const { beta, se, hazardRatio } = terms[j]!;
      const sound = beta !== null && se !== null && Number.isFinite(se) && !hazardRatio?.warnings;
      return sound ? [{ beta, se }] : [];
    });
    if (usable.length < 2) {
      const reason = `${usable.length} ${strata === 'run' ? 'runs' : 'seeds'} have an estimate; a mean needs two or more`;
      return { ...none(name, reason), warnings };
    }
    const pooled = randomEffects(
      usable.map(({ beta }) => beta),
      usable.map(({ se }) => se),
      { level },
    );
    return pooledRow(name, pooled, usable.length, strata, level, warnings);
  });
}

function pooledRow(
  name: string,
  { mean, p }: RandomEffects,
  k: number,
  strata: string,
  level: number,
  warnings: StatsWarning[],
): Found {
  const se = (mean.hi - mean.value) / studentQuantile(1 - (1 - level) / 2, k - 1);
  const ratio = { value: Math.exp(mean.value), lo: Math.exp(mean.lo), hi: Math.exp(mean.hi), n: k, method: '' };
  const method = `Cox model of each ${strata}, efron ties; ${mean.method} of their coefficients`;
  return ratioRow(name, { beta: mean.value, se, p, ratio }, method, [...warnings, ...(mean.warnings ?? [])]);
}

interface Term {
  beta: number | null;
  se: number | null;
  p: number | null;
  ratio: Estimate | null;
}

/** Whatever makes the model doubtful makes each of its coefficients so. */
function ratioRow(
  term: string,
  { beta, se, p, ratio }: Term,
  method: string,
  warnings: readonly StatsWarning[],
): Found {
  const refused = (reason: string): Found => ({ ...none(term, reason), warnings: [...warnings] });
  if (beta === null) return refused('the other covariates determine it wherever an event happens');
  const runaway = ratio?.warnings?.find(({ code }) => code === 'monotone-likelihood');
  if (runaway) return refused(runaway.message);
  if (ratio === null || ![beta, se, p, ratio.value, ratio.lo, ratio.hi].every(Number.isFinite)) {
    return refused('the data do not bound its coefficient');
  }
  const { value, lo, hi, n } = ratio;
  return {
    term,
    estimate: { value, lo, hi, n, method },
    coefficient: { beta, se: se!, p: p! },
    notEstimated: null,
    warnings: [...warnings],
  };
}

function none(term: string | null, notEstimated: string): Found {
  return { term, estimate: null, coefficient: null, notEstimated, warnings: [] };
}

/** What a model refuses is the answer, not an end of the study. */
function fitted(fit: () => Found[]): Found[] {
  try {
    return fit();
  } catch (error) {
    if (error instanceof LabError && error.code === 'stats-input') return [none(null, error.message)];
    throw error;
  }
}

function tooFew(events: number, coefficients: number, event: FactEvent): string | null {
  if (events === 0) return `no ${event} was seen`;
  if (coefficients === 0) return 'no covariate is left that could be used';
  const needed = Math.max(LEAST_EVENTS, LEAST_EVENTS_EACH * coefficients);
  if (events >= needed) return null;
  const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;
  return `${count(events, 'event')} for ${count(coefficients, 'coefficient')}, at least ${needed} are needed`;
}

function times(rows: readonly PlacedRow[]) {
  const late = rows.some(({ start }) => start !== 0);
  return {
    time: rows.map(({ time }) => time),
    event: rows.map(({ event }) => event),
    ...(late ? { start: rows.map(({ start }) => start) } : {}),
  };
}

function eventsOf(rows: readonly PlacedRow[]): number {
  return rows.filter(({ event }) => event).length;
}

function rehearsedLeftOut(facts: number): StatsWarning {
  return {
    code: 'rehearsed-left-out',
    message: `Left out: ${facts} withheld ${facts === 1 ? 'fact' : 'facts'} that were rehearsed, counted over the runs.`,
    hint: 'They were trained, so they say nothing of facts left alone; their accuracy stands as a group of its own.',
  };
}

function leftOut(names: readonly string[]): StatsWarning {
  return {
    code: 'run-left-out',
    message: `Left out of the mean, too few events: ${names.join('; ')}.`,
    hint: 'Use fewer covariates, or train longer.',
  };
}
