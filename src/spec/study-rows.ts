/**
 * The words by which lines of a study's summary are named: those that an expectation may ask for.
 *
 * Must not know: how a line is computed.
 */
import { DIRECTIONS } from '../core/direction';
import { FACT_EVENTS } from '../core/fact-event';

/** `both`: a comparison of the two, or a model over both. */
export const ROW_DIRECTIONS = [...DIRECTIONS, 'both'] as const;

export const ROW_MEASURES = [
  'accuracy before',
  'accuracy after',
  'gain',
  'log q before',
  'log q rise',
  ...FACT_EVENTS,
  'peak epoch',
  'peak epoch of the rate',
  'found by samples',
  'cosine AUC before',
  'cosine AUC after',
] as const;

/** `both`: seen and withheld facts together. */
export const ROW_GROUPS = ['seen', 'withheld', 'rehearsed', 'both'] as const;

/**
 * `one run`: that run alone. `pooled`: the facts of all runs counted together. `mean over seeds`: random effects.
 * `paired by seed`: the same over differences within each seed. `cox`: stratified, robust by fact. `cox by run`: a model a
 * run (across the grid: a seed), random effects over their coefficients. `cloglog`: grouped time, stratified alike.
 * `rank correlation`: Spearman's. `bootstrap by fact`: all runs' facts resampled. `exact against sampled`: counts of samples
 * against the probabilities that they have.
 */
export const ROW_MODELS = [
  'one run',
  'pooled',
  'mean over seeds',
  'paired by seed',
  'cox',
  'cox by run',
  'cloglog',
  'rank correlation',
  'bootstrap by fact',
  'exact against sampled',
] as const;

export const ROW_SCALES = ['share', 'difference', 'hazard ratio', 'nats', 'correlation', 'epochs', 'AUC'] as const;
