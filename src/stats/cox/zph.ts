/**
 * Tests of proportional hazards: does a coefficient change with (transformed) time?
 *
 * Promises: `score` agrees with R's cox.zph (survival 3.5), `approximate` with lifelines but for two transforms (see
 * below); both refuse exact ties. Must not know: how a chart draws them.
 */
import type { StatsWarning } from '../../core/estimate';
import { badInput } from '../checks';
import { cholesky, solveFactored } from '../linear-algebra/solve';
import { chiSquareUpper } from '../special/chi-square';
import { carriedWarnings } from './carried-warnings';
import { schoenfeldOf, scaleByInformation, type SchoenfeldResiduals } from './residuals-schoenfeld';
import { fittedRows, refuseExact, keptBlock, type FittedRows } from './fitted-rows';
import type { ChiSquareTest, CoxFit } from './types';
import { timeInformation, type TimeInformation } from './zph-information';
import { transformedTimes, type ZphTransform } from './zph-transform';

export interface ZphOptions {
  /** Default `km`. */
  transform?: ZphTransform;
  /** Default `score`. */
  method?: 'score' | 'approximate';
  /** Covariates to test together, by the name of the group: the columns of one factor. With `score` only. */
  groups?: Readonly<Record<string, readonly string[]>>;
}

/** One covariate, or a group of them. */
export interface ZphTest {
  name: string;
  /** Null where the covariate is aliased or the data cannot tell. */
  test: ChiSquareTest | null;
}

/** What a plot of one covariate needs, one entry per event in the order of `ZphResult.time`. */
export interface ZphPoints {
  name: string;
  /** Scaled Schoenfeld residual + beta; null where the covariate does not vary in the event's stratum. */
  scaled: readonly (number | null)[];
  /** Pearson correlation of `scaled` with transformed time. */
  correlation: number | null;
  /** Variance of one scaled residual; null where it cannot be had. */
  variance: number | null;
}

export interface ZphResult {
  tests: ZphTest[];
  global: ChiSquareTest | null;
  /** Covariates with a coefficient. */
  points: ZphPoints[];
  /** Event times and what the transform makes of them. */
  time: Float64Array;
  transformed: Float64Array;
  stratum: readonly (number | string)[];
  transform: string;
  method: string;
  warnings: StatsWarning[];
}

const SCORE = 'score test of proportional hazards';
const APPROXIMATE = 'approximate Grambsch–Therneau test of proportional hazards';
/** A share of the information this small is rounding. */
const SINGULAR = 1e-10;

/**
 * `score`: the score test of beta + theta·(g(t) − ḡ) at theta = 0, with the information of beta and theta together.
 * `approximate`: the sum of (g − ḡ) × scaled residual, taking the information to be the same at every event; ranks are
 * then among event times. lifelines differs in two transforms: its `rank` breaks ties by row order, its `km` is taken at
 * the time instead of just before.
 * Source: Grambsch & Therneau, Biometrika 81 (1994) 515–526; the score form as in survival's cox.zph since 3.0.
 * Both use the model's information, also where the fit's variance is robust.
 * Throws `stats-input` for exact ties, for a fit without events or coefficients, and for transforms that are not finite.
 */
export function proportionalHazardsTest(fit: CoxFit, options: ZphOptions = {}): ZphResult {
  const { transform = 'km', method = 'score', groups = {} } = options;
  refuseExact(fit, 'proportional-hazards tests');
  const model = fittedRows(fit);
  requireTestable(model);
  const gAt = transformedTimes(model.rows, transform, method === 'score' ? 'rows' : 'events');
  const residuals = schoenfeldOf(model, false);
  const transformed = eventValues(model, gAt);
  const centre = transformed.reduce((sum, value) => sum + value, 0) / transformed.length;
  const spread = transformed.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  const common = {
    time: residuals.time,
    transformed,
    stratum: residuals.stratum,
    transform: typeof transform === 'function' ? 'given function' : transform,
  };
  const warnings = [...carriedWarnings(fit), ...methodWarnings(fit)];
  if (!(spread > 0)) warnings.push(oneTime());
  const tested =
    method === 'score'
      ? scoreTests(
          model,
          residuals,
          gAt.map((value) => value - centre),
          spread > 0,
          groups,
        )
      : approximateTests(
          model,
          residuals,
          transformed.map((value) => value - centre),
          spread,
        );
  if (spread > 0) warnings.push(...untestable(tested));
  const points = tested.points.map((point) => ({ ...point, correlation: correlation(transformed, point.scaled) }));
  return {
    tests: tested.tests,
    global: tested.global,
    ...common,
    points,
    method: method === 'score' ? SCORE : APPROXIMATE,
    warnings,
  };
}

interface Tested {
  tests: ZphTest[];
  /** Per test: how many of its covariates have a coefficient. */
  columns: number[];
  global: ChiSquareTest | null;
  points: Omit<ZphPoints, 'correlation'>[];
}

function scoreTests(
  model: FittedRows,
  residuals: SchoenfeldResiduals,
  g: Float64Array,
  varies: boolean,
  groups: Readonly<Record<string, readonly string[]>>,
): Tested {
  const information = timeInformation(model, residuals, g);
  const { names } = model.fit.data;
  const columnOf = (covariate: number): number[] => {
    const column = model.kept.indexOf(covariate);
    return column < 0 ? [] : [column];
  };
  const grouped = new Set(Object.values(groups).flat());
  const sets = names.flatMap((name, j) => (grouped.has(name) ? [] : [{ name, columns: columnOf(j) }]));
  for (const [name, members] of Object.entries(groups)) {
    sets.push({ name, columns: members.flatMap((member) => columnOf(requireName(names, member))) });
  }
  const test = (columns: number[]): ChiSquareTest | null => (varies ? jointTest(information, columns, SCORE) : null);
  return {
    tests: sets.map(({ name, columns }) => ({ name, test: test(columns) })),
    columns: sets.map(({ columns }) => columns.length),
    global: test(model.names.map((_, column) => column)),
    points: scorePoints(model, residuals, information),
  };
}

/** uᵀ S⁻¹ u of the chosen columns, where S is their information about theta, less what beta accounts for. */
function jointTest(
  { score, schur, time, size }: TimeInformation,
  columns: number[],
  method: string,
): ChiSquareTest | null {
  const k = columns.length;
  if (k === 0 || schur === null) return null;
  const block = new Float64Array(k * k);
  for (let a = 0; a < k; a++) {
    for (let b = 0; b < k; b++) block[a * k + b] = schur[columns[a]! * size + columns[b]!]!;
    const own = time[columns[a]! * size + columns[a]!]!;
    if (!(block[a * k + a]! > SINGULAR * own)) return null;
  }
  const factor = cholesky(block, k, SINGULAR);
  if (factor === null) return null;
  const u = Float64Array.from(columns, (column) => score[column]!);
  const solved = solveFactored(factor, k, u);
  const statistic = u.reduce((sum, value, i) => sum + value * solved[i]!, 0);
  return { statistic, df: k, p: chiSquareUpper(statistic, k), method };
}

/** Residuals scaled by the mean information of the events of strata where the covariates vary. */
function scorePoints(
  model: FittedRows,
  residuals: SchoenfeldResiduals,
  { mean, used, size }: TimeInformation,
): Omit<ZphPoints, 'correlation'>[] {
  const scaled = model.names.map((): (number | null)[] => new Array<number | null>(residuals.rows).fill(null));
  const { groups } = model.rows;
  const factors = new Map<number, { columns: number[]; factor: Float64Array | null }>();
  let e = 0;
  for (let g = 0; g < groups.count; g++) {
    const s = groups.stratum[g]!;
    if (!factors.has(s)) factors.set(s, factorOf(mean, used, s, size));
    const { columns, factor } = factors.get(s)!;
    for (let d = 0; d < groups.deaths[g]!; d++, e++) {
      if (factor === null) continue;
      const row = columns.map((column) => residuals.values[e * size + column]!);
      solveFactored(factor, columns.length, row).forEach((value, k) => {
        scaled[columns[k]!]![e] = value + model.beta[columns[k]!]!;
      });
    }
  }
  const whole = cholesky(mean, size, SINGULAR);
  return model.names.map((name, j) => {
    const unit = new Float64Array(size);
    unit[j] = 1;
    const variance = whole && solveFactored(whole, size, unit)[j]!;
    return { name, scaled: scaled[j]!, variance };
  });
}

function factorOf(
  mean: Float64Array,
  used: Float64Array,
  s: number,
  size: number,
): { columns: number[]; factor: Float64Array | null } {
  const columns = Array.from({ length: size }, (_, j) => j).filter((j) => used[s * size + j]! > 0);
  const k = columns.length;
  const block = new Float64Array(k * k);
  for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) block[a * k + b] = mean[columns[a]! * size + columns[b]!]!;
  return { columns, factor: k === 0 ? null : cholesky(block, k, SINGULAR) };
}

function approximateTests(model: FittedRows, residuals: SchoenfeldResiduals, g: Float64Array, spread: number): Tested {
  const q = model.kept.length;
  const scaled = scaleByInformation(model, residuals);
  const variance = keptBlock(model.fit.modelVariance, model);
  const events = residuals.rows;
  const sums = (values: Float64Array): Float64Array => {
    const total = new Float64Array(q);
    for (let e = 0; e < events; e++) for (let j = 0; j < q; j++) total[j]! += g[e]! * values[e * q + j]!;
    return total;
  };
  const [slope, plain] = [sums(scaled), sums(residuals.values)];
  const chi = (statistic: number, df: number): ChiSquareTest | null =>
    spread > 0 && Number.isFinite(statistic)
      ? { statistic, df, p: chiSquareUpper(statistic, df), method: APPROXIMATE }
      : null;
  let total = 0;
  for (let i = 0; i < q; i++) for (let j = 0; j < q; j++) total += plain[i]! * variance[i * q + j]! * plain[j]!;
  return {
    columns: model.fit.data.names.map((_, covariate) => (model.kept.includes(covariate) ? 1 : 0)),
    tests: model.fit.data.names.map((name, covariate) => {
      const j = model.kept.indexOf(covariate);
      return { name, test: j < 0 ? null : chi(slope[j]! ** 2 / (variance[j * q + j]! * events * spread), 1) };
    }),
    global: chi((total * events) / spread, q),
    points: model.names.map((name, j) => ({
      name,
      scaled: Array.from({ length: events }, (_, e) => scaled[e * q + j]! + model.beta[j]!),
      variance: events * variance[j * q + j]!,
    })),
  };
}

function eventValues({ rows }: FittedRows, values: Float64Array): Float64Array {
  return values.filter((_, i) => rows.event[i] === 1);
}

function correlation(x: Float64Array, y: readonly (number | null)[]): number | null {
  const pairs = y.flatMap((value, i) => (value === null ? [] : [[x[i]!, value] as const]));
  const mean = (k: 0 | 1): number => pairs.reduce((sum, pair) => sum + pair[k], 0) / pairs.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  let [xx, xy, yy] = [0, 0, 0];
  for (const [a, b] of pairs) {
    xx += (a - meanX) ** 2;
    xy += (a - meanX) * (b - meanY);
    yy += (b - meanY) ** 2;
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : null;
}

function requireName(names: readonly string[], name: string): number {
  const index = names.indexOf(name);
  if (index >= 0) return index;
  throw badInput('Proportional-hazards test', `there is no covariate ${name}`, `Give one of: ${names.join(', ')}.`);
}

function requireTestable({ rows, kept }: FittedRows): void {
  const test = 'Proportional-hazards test';
  if (rows.events === 0) throw badInput(test, 'there is no event', 'Give data with events.');
  if (kept.length === 0) throw badInput(test, 'no covariate has a coefficient', 'Fit a covariate that varies.');
}

function methodWarnings(fit: CoxFit): StatsWarning[] {
  if (fit.method === 'likelihood') return [];
  return [
    {
      code: 'penalised',
      message: 'The coefficients are penalised, so the likelihood does not peak at them as the test supposes.',
      hint: 'Read the test as approximate, or test a fit by plain likelihood.',
    },
  ];
}

function oneTime(): StatsWarning {
  return {
    code: 'few-events',
    message: 'All events have one transformed time, so nothing can change over time.',
    hint: 'Give events at two times or more.',
  };
}

function untestable({ tests, columns, global }: Tested): StatsWarning[] {
  const names = tests.filter(({ test }, k) => test === null && columns[k]! > 0).map(({ name }) => name);
  if (names.length === 0 && global === null) names.push('All covariates together');
  return names.map((name) => ({
    code: 'untestable',
    message: `${name}: too few distinct events to tell a change over time from the coefficient itself.`,
    hint: 'Give more events, or leave the covariate out.',
  }));
}
