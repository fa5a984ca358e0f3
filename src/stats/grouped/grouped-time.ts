/**
 * Survival models for times that many rows share: the facts of a run have their events at some twenty evaluations.
 *
 * Promises: every event time has a baseline of its own; with the complementary log-log link the coefficients are log
 * hazard ratios of the continuous-time model that lies behind the grouped times. Must not know: trials, epochs' names.
 */
import type { Estimate, StatsWarning } from '../../core/estimate';
import { clusterWarnings } from '../clusters';
import { badInput, requireLevel } from '../checks';
import { fewEvents } from '../cox/fit-warnings';
import type { ChiSquareTest } from '../cox/types';
import { factorSemidefinite, quadraticForm } from '../linear-algebra/semidefinite';
import { percent } from '../proportions';
import { chiSquareUpper } from '../special/chi-square';
import { normalCdf, normalQuantile } from '../special/normal';
import { requireSurvival } from '../survival-rows';
import { fitBinomial, type BinomialFit } from './binomial-fit';
import { binomialRows, type GroupedData } from './binomial-rows';
import { collinearColumn, divergingCoefficient, unsettledFit } from './grouped-warnings';
import { LINKS, linkValue, type Link } from './links';
import { sandwich } from './sandwich';

export interface GroupedOptions {
  /** `cloglog`: hazard ratios (default); `logit`: odds ratios of the discrete hazard. */
  link?: Link;
  level?: number;
}

export interface GroupedTerm {
  name: string;
  /**
   * Null where the column is aliased (constant or collinear). What follows is null then, and where the coefficient ran off so
   * far that the data no longer tell its error (a warning says so).
   */
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
  /** −2 × the same: person-periods are single trials, so the saturated model has likelihood 1. */
  deviance: { null: number; fitted: number };
  /** Takes rows for independent, clusters or not. */
  likelihoodRatio: ChiSquareTest;
  /** All coefficients together, by the variance that the terms use; its degrees are that variance's rank. */
  wald: ChiSquareTest;
  /** Rows, their events, and the row × time pairs they were spread to. */
  n: number;
  events: number;
  personPeriods: number;
  iterations: number;
  converged: boolean;
  warnings: StatsWarning[];
}

const FEW_EVENTS = 10;

/**
 * Binomial regression on person-periods, a baseline for each event time. Sources: Prentice & Gloeckler, Biometrics 34
 * (1978) 57–67 (cloglog); Cox, JRSS B 34 (1972) 187–220, §6 (logit). Throws `stats-input` for bad rows and no events.
 */
export function groupedTimeFit(data: GroupedData, options: GroupedOptions = {}): GroupedFit {
  const { link = 'cloglog', level = 0.95 } = options;
  if (!LINKS.includes(link)) throw badInput('Grouped time', `the link is ${String(link)}`, 'Use cloglog or logit.');
  const method = `Grouped time (${link})`;
  requireLevel(method, level);
  requireSurvival(method, data);
  const { rows, times, cluster, clusters, warnings } = binomialRows(method, data);
  const fit = fitBinomial(rows, link);
  const none = fitBinomial({ ...rows, x: new Float64Array(0), p: 0 }, link);
  const robust = cluster === null ? null : sandwich(fit, cluster, clusters);
  const n = data.time.length;
  const events = Array.from(data.event).filter((mark) => Number(mark) === 1).length;
  const df = fit.aliased.filter((gone) => !gone).length;

  data.names.forEach((name, j) => fit.aliased[j] && warnings.push(collinearColumn(name)));
  const diverging = data.names.filter((_, j) => fit.moving[j]).map(divergingCoefficient);
  warnings.push(...diverging);
  if (!fit.converged) warnings.push(unsettledFit(fit.iterations));
  if (df > 0 && events < FEW_EVENTS * df) warnings.push(fewEvents(events, df));
  const scarce = cluster === null ? [] : clusterWarnings(method, clusters, df);
  warnings.push(...scarce);

  const z = normalQuantile(1 - (1 - level) / 2);
  const kind = `${link === 'cloglog' ? 'hazard' : 'odds'} ratio${robust ? ', robust' : ''}`;
  const statistic = Math.max(0, 2 * (fit.logLikelihood - none.logLikelihood));
  return {
    terms: data.names.map((name, j) => {
      const doubts = [...(fit.moving[j] ? [divergingCoefficient(name)] : []), ...scarce];
      return term(fit, robust, j, name, z, {
        n,
        method: `${method}, ${kind}, Wald, ${percent(level)}`,
        ...warned(doubts),
      });
    }),
    link,
    baseline: times.map((time, b) => ({
      time,
      hazard: {
        ...hazardAt(fit, b, link, z),
        n,
        method: `discrete hazard at mean covariates, ${percent(level)}`,
        ...warned(diverging),
      },
    })),
    logLikelihood: { null: none.logLikelihood, fitted: fit.logLikelihood },
    deviance: { null: -2 * none.logLikelihood, fitted: -2 * fit.logLikelihood },
    likelihoodRatio: {
      statistic,
      df,
      p: df === 0 ? 1 : chiSquareUpper(statistic, df),
      method: 'likelihood-ratio test',
    },
    wald: waldTest(fit.beta, robust ?? fit.variance, robust ? 'robust Wald' : 'Wald'),
    n,
    events,
    personPeriods: rows.block.length,
    iterations: fit.iterations,
    converged: fit.converged,
    warnings,
  };
}

const warned = (warnings: StatsWarning[]) => (warnings.length > 0 ? { warnings } : {});

/** βᵀ V⁻¹ β over the coefficients that have a variance, as correlations, so that no unit outweighs another. */
function waldTest(beta: Float64Array, variance: Float64Array, method: string): ChiSquareTest {
  const p = beta.length;
  const used = [...beta.keys()].filter((j) => variance[j * p + j]! > 0);
  const se = used.map((j) => Math.sqrt(variance[j * p + j]!));
  const correlations = used.flatMap((i, a) => used.map((j, b) => variance[i * p + j]! / (se[a]! * se[b]!)));
  const factor = factorSemidefinite(Float64Array.from(correlations), used.length);
  const statistic = quadraticForm(
    factor,
    used.map((j, a) => beta[j]! / se[a]!),
  );
  const df = factor.rank;
  return { statistic, df, p: df === 0 ? 1 : chiSquareUpper(statistic, df), method };
}

function term(
  fit: BinomialFit,
  robust: Float64Array | null,
  j: number,
  name: string,
  critical: number,
  description: Pick<Estimate, 'n' | 'method' | 'warnings'>,
): GroupedTerm {
  const p = fit.beta.length;
  const none = { se: null, modelSe: null, robustSe: null, z: null, p: null, ratio: null };
  if (fit.aliased[j]) return { name, beta: null, ...none };
  const beta = fit.beta[j]!;
  const modelSe = Math.sqrt(fit.variance[j * p + j]!);
  const robustSe = robust === null ? null : Math.sqrt(robust[j * p + j]!);
  const se = robustSe ?? modelSe;
  if (!(modelSe > 0 && se > 0 && Number.isFinite(se))) return { name, beta, ...none };
  const z = beta / se;
  const ratio = {
    value: Math.exp(beta),
    lo: Math.exp(beta - critical * se),
    hi: Math.exp(beta + critical * se),
    ...description,
  };
  return { name, beta, se, modelSe, robustSe, z, p: Math.min(1, 2 * normalCdf(-Math.abs(z))), ratio };
}

function hazardAt({ alpha, alphaVariance }: BinomialFit, b: number, link: Link, z: number) {
  const half = z * Math.sqrt(alphaVariance[b]!);
  const at = (eta: number) => linkValue(link, eta).mu;
  return { value: at(alpha[b]!), lo: at(alpha[b]! - half), hi: at(alpha[b]! + half) };
}
