/**
 * The Cox proportional hazards model: coefficients, variances, tests.
 *
 * Promises: agrees with R's survival::coxph for Efron, Breslow and exact ties, start–stop rows, strata, case weights,
 * offsets and clusters; what is doubtful comes as a warning that names the covariate. Must not know: what the rows are.
 */
import type { Estimate, StatsWarning } from '../../core/estimate';
import { badInput, requireLevel } from '../checks';
import {
  factorSemidefinite,
  invertSemidefinite,
  quadraticForm,
  solveSemidefinite,
} from '../linear-algebra/semidefinite';
import { clusterWarnings } from '../clusters';
import { percent } from '../proportions';
import { chiSquareUpper } from '../special/chi-square';
import { normalQuantile } from '../special/normal';
import { exactLikelihood } from './exact-likelihood';
import { firthLikelihood } from './firth';
import { collinearCovariate, constantCovariate, fewEvents, monotoneLikelihood, notConverged } from './fit-warnings';
import { maximise, type Maximum } from './newton';
import { partialLikelihood, type Derivatives, type Likelihood } from './partial-likelihood';
import { indexLabels, prepareCox, type PreparedCox } from './prepare';
import { profile } from './profile';
import { robustScoreStatistic, robustVariance } from './robust';
import { standardise, unscaledMatrix, unscaledVector, withoutColumns, type Standardised } from './scaling';
import { TIES, type ChiSquareTest, type CoxData, type CoxFit, type CoxOptions, type CoxTerm } from './types';

const NAME = 'Cox model';
/** A next step above this share of 1 + |β| where the likelihood has settled: the coefficient is on its way to infinity. */
const STILL_MOVING = Math.sqrt(1e-9);
/** Without convergence a moving coefficient says nothing until Newton's steps had time to settle. */
const ENOUGH_STEPS = 10;
const FEW_EVENTS = 10;

type Settings = Required<CoxOptions>;

/**
 * Fits the model by Newton–Raphson on centred, standardised covariates.
 * Sources: Cox, JRSS B 34 (1972) 187–220; ties, robust variances and Firth's penalty as named in their files; ten events
 * for a coefficient: Peduzzi et al., J. Clin. Epidemiol. 48 (1995) 1503–1510.
 * Throws `stats-input` for rows that cannot be used, for data without events, and for combinations that have no answer
 * (exact ties with case weights, robust variance or Firth's penalty).
 */
export function coxFit(data: CoxData, options: CoxOptions = {}): CoxFit {
  const settings = resolve(data, options);
  const prepared = prepareCox(data);
  if (prepared.events === 0) {
    throw badInput(NAME, 'no row has an event', 'Observe longer, or choose an event that happens.');
  }
  const { design, likelihood, initial, warnings } = identify(prepared, settings);
  const firth = settings.method === 'firth';
  const found = maximise(likelihood, new Float64Array(design.kept.length), initial, {
    maxIterations: settings.maxIterations,
    tolerance: settings.tolerance,
    ...(firth ? { stepTolerance: 1e-9 } : {}),
  });
  return describe(prepared, data, settings, design, likelihood, initial, found, warnings);
}

function resolve(data: CoxData, options: CoxOptions): Settings {
  const { ties = 'efron', method = 'likelihood', level = 0.95, tolerance = 1e-9 } = options;
  const { robust = data.cluster !== undefined, profileInterval = false } = options;
  const maxIterations = options.maxIterations ?? (method === 'firth' ? 200 : 20);
  requireLevel(NAME, level);
  if (!TIES.includes(ties)) throw badInput(NAME, `ties are '${ties}'`, `Choose one of ${TIES.join(', ')}.`);
  if (!Number.isInteger(maxIterations) || maxIterations < 0) {
    throw badInput(NAME, `maxIterations is ${maxIterations}`, 'Give a whole number, 0 or more.');
  }
  if (!(tolerance > 0)) throw badInput(NAME, `tolerance is ${tolerance}`, 'Give a number above 0, for instance 1e-9.');
  if (ties === 'exact') {
    const hint = 'Choose efron or breslow ties.';
    if (data.weights !== undefined) throw badInput(NAME, 'exact ties do not know case weights', hint);
    if (robust) throw badInput(NAME, 'exact ties have no robust variance', hint);
    if (method === 'firth') throw badInput(NAME, "Firth's penalty is not available for exact ties", hint);
  }
  if (robust && profileInterval) {
    const hint = 'Ask for one of the two.';
    throw badInput(NAME, 'a profile likelihood interval cannot have a robust variance', hint);
  }
  return { ties, method, robust, level, maxIterations, tolerance, profileInterval };
}

interface Identified {
  design: Standardised;
  likelihood: Likelihood;
  initial: Derivatives;
  warnings: StatsWarning[];
}

/** Leaves out covariates that the data cannot tell from none, or from earlier ones, at β = 0. */
function identify(prepared: PreparedCox, { ties, method }: Settings): Identified {
  const { names } = prepared;
  const all = standardise(prepared);
  const warnings = all.constant.map((j) => constantCovariate(names[j]!));
  const build = ({ x, kept }: Standardised): Likelihood =>
    ties === 'exact' ? exactLikelihood(prepared, x, kept.length) : partialLikelihood(prepared, x, kept.length, ties);
  let design: Standardised = all;
  let likelihood = build(design);
  let initial = likelihood(new Float64Array(design.kept.length));
  if (!Number.isFinite(initial.logLikelihood)) {
    const problem = 'the offset differs so much between rows of a stratum that some risks vanish beside others';
    throw badInput(NAME, problem, 'Give the offset on the log scale of the hazard, in smaller steps.');
  }
  // Each event adds variances over its risk set, and standardised squares are 1 on average: what is left of them.
  const size = prepared.groups.deathWeight.reduce((sum, weight) => sum + weight, 0);
  const { dropped, rank } = factorSemidefinite(initial.information, design.kept.length, size);
  if (rank < design.kept.length) {
    dropped.forEach((isDropped, k) => {
      if (isDropped) warnings.push(collinearCovariate(names[all.kept[k]!]!));
    });
    design = withoutColumns(all, dropped);
    likelihood = build(design);
    initial = likelihood(new Float64Array(design.kept.length));
  }
  if (method === 'firth' && ties !== 'exact') {
    likelihood = firthLikelihood(prepared, design.x, design.kept.length, ties, likelihood);
    initial = likelihood(new Float64Array(design.kept.length));
  }
  return { design, likelihood, initial, warnings };
}

function describe(
  prepared: PreparedCox,
  data: CoxData,
  settings: Settings,
  design: Standardised,
  likelihood: Likelihood,
  initial: Derivatives,
  found: Maximum,
  warnings: StatsWarning[],
): CoxFit {
  const { n, p, events, names, means } = prepared;
  const { ties, method, robust, level } = settings;
  const q = design.kept.length;
  const factor = factorSemidefinite(found.information, q);
  const runaway = runawayCovariates(found, factor, settings).map((k) => design.kept[k]!);
  warnings.push(...runaway.map((j) => monotoneLikelihood(names[j]!)));
  if (q > 0 && !found.converged) warnings.push(notConverged(found.iterations));
  if (method === 'likelihood' && q > 0 && events < FEW_EVENTS * q) warnings.push(fewEvents(events, q));
  if (robust && data.cluster !== undefined) {
    warnings.push(...clusterWarnings(NAME, indexLabels(data.cluster, n).labels.length, q));
  }

  const inverse = invertSemidefinite(factor);
  const modelVariance = unscaledMatrix(design, inverse, p);
  // The determinant in Jeffreys' penalty is that of the information in the caller's units.
  const units = method === 'firth' ? design.spread.reduce((sum, spread) => sum + Math.log(spread), 0) : 0;
  const ratio = Math.max(0, 2 * (found.logLikelihood - initial.logLikelihood));
  const penalised = method === 'firth' ? 'penalised ' : '';
  const score = quadraticForm(factorSemidefinite(initial.information, q), initial.score);
  const fit: CoxFit = {
    terms: [],
    beta: unscaledVector(design, found.beta, p),
    aliased: names.map((_, j) => !design.kept.includes(j)),
    modelVariance,
    variance: modelVariance,
    robust,
    logLikelihood: { null: initial.logLikelihood + units, fitted: found.logLikelihood + units },
    tests: {
      likelihoodRatio: chiSquareTest(ratio, q, `${penalised}likelihood ratio`),
      wald: chiSquareTest(waldStatistic(inverse, found.beta), q, 'Wald'),
      score: chiSquareTest(score, q, `${penalised}score`),
    },
    ties,
    method,
    level,
    n,
    events,
    iterations: found.iterations,
    converged: found.converged || q === 0,
    means,
    warnings,
    data,
  };
  if (robust && q > 0) {
    fit.variance = robustVariance(fit);
    fit.tests.robustScore = chiSquareTest(robustScoreStatistic(fit), q, 'robust score');
    fit.tests.wald = chiSquareTest(robustWald(fit.variance, design, found.beta, p), q, 'robust Wald');
  }
  fit.terms = names.map((_, j) => term(fit, j, runaway.includes(j)));
  if (settings.profileInterval) addProfiles(fit, design, likelihood, found, inverse);
  return fit;
}

/** Coefficients whose next step is still large though the likelihood has settled, or that the information lost. */
function runawayCovariates(
  found: Maximum,
  factor: ReturnType<typeof factorSemidefinite>,
  { method }: Settings,
): number[] {
  if (method === 'firth' || !(found.converged || found.iterations >= ENOUGH_STEPS)) return [];
  const next = solveSemidefinite(factor, found.score);
  return [...found.beta.keys()].filter(
    (k) => factor.dropped[k] || !(Math.abs(next[k]!) <= STILL_MOVING * (1 + Math.abs(found.beta[k]!))),
  );
}

function waldStatistic(variance: Float64Array, beta: Float64Array): number {
  return quadraticForm(factorSemidefinite(variance, beta.length), beta);
}

function robustWald(variance: Float64Array, { kept, spread }: Standardised, beta: Float64Array, p: number): number {
  const scaled = kept.flatMap((i, a) => kept.map((j, b) => variance[i * p + j]! * spread[a]! * spread[b]!));
  return waldStatistic(Float64Array.from(scaled), beta);
}

function chiSquareTest(statistic: number, df: number, method: string): ChiSquareTest {
  return { statistic, df, p: df === 0 ? 1 : chiSquareUpper(statistic, df), method };
}

function term(fit: CoxFit, j: number, isRunaway: boolean): CoxTerm {
  const { robust, level, ties, n } = fit;
  const p = fit.beta.length;
  const name = fit.data.names[j]!;
  const none = { se: null, modelSe: null, robustSe: null, z: null, p: null, hazardRatio: null };
  if (fit.aliased[j]) return { name, beta: null, ...none };
  const beta = fit.beta[j]!;
  const modelSe = Math.sqrt(fit.modelVariance[j * p + j]!);
  const se = Math.sqrt(fit.variance[j * p + j]!);
  if (!(se > 0)) return { name, beta, ...none };
  const reach = normalQuantile(1 - (1 - level) / 2) * se;
  const hazardRatio: Estimate = {
    value: Math.exp(beta),
    lo: Math.exp(beta - reach),
    hi: Math.exp(beta + reach),
    n,
    method: `${modelName(fit)}, ${ties} ties, ${robust ? 'robust ' : ''}Wald interval, ${percent(level)}`,
    ...(isRunaway ? { warnings: [monotoneLikelihood(name)] } : {}),
  };
  const z = beta / se;
  return { name, beta, se, modelSe, robustSe: robust ? se : null, z, p: chiSquareUpper(z * z, 1), hazardRatio };
}

function modelName({ method }: CoxFit): string {
  return method === 'firth' ? 'Cox model with Firth’s penalty' : 'Cox model';
}

function addProfiles(
  fit: CoxFit,
  design: Standardised,
  likelihood: Likelihood,
  found: Maximum,
  inverse: Float64Array,
): void {
  design.kept.forEach((j, k) => {
    const fitted = fit.terms[j]!;
    const se = Math.sqrt(inverse[k * design.kept.length + k]!);
    const { lo, hi, statistic, p } = profile(likelihood, found, k, se, fit.level);
    const name = `profile ${fit.method === 'firth' ? 'penalised ' : ''}likelihood`;
    const spread = design.spread[k]!;
    fitted.profile = { lo: lo / spread, hi: hi / spread, likelihoodRatio: chiSquareTest(statistic, 1, name) };
    fitted.p = p;
    if (fitted.hazardRatio === null) return;
    fitted.hazardRatio.lo = Math.exp(lo / spread);
    fitted.hazardRatio.hi = Math.exp(hi / spread);
    fitted.hazardRatio.method = `${modelName(fit)}, ${fit.ties} ties, ${name} interval, ${percent(fit.level)}`;
  });
}
