/** What makes a Cox fit doubtful, in words. Must not know: the arithmetic behind it. */
import type { StatsWarning } from '../../core/estimate';

export function constantCovariate(name: string): StatsWarning {
  return {
    code: 'constant',
    message: `${name} has the same value in every row, so it has no coefficient.`,
    hint: 'Leave it out, or give rows in which it differs.',
  };
}

export function collinearCovariate(name: string): StatsWarning {
  return {
    code: 'collinear',
    message: `${name} has no coefficient: wherever an event happens, the other covariates determine it, or it does not vary.`,
    hint: 'Leave it out, or one of those it is made of.',
  };
}

export function monotoneLikelihood(name: string): StatsWarning {
  return {
    code: 'monotone-likelihood',
    message: `The likelihood still rises as the coefficient of ${name} grows: it may be infinite, and its standard error means nothing.`,
    hint: 'Look for a group without events, or use method firth, which stays finite.',
  };
}

export function notConverged(iterations: number): StatsWarning {
  return {
    code: 'not-converged',
    message: `The fit did not settle within ${iterations} ${iterations === 1 ? 'iteration' : 'iterations'}; coefficients are those of the last step.`,
    hint: 'Allow more iterations, or use fewer covariates.',
  };
}

export function fewEvents(events: number, coefficients: number): StatsWarning {
  return {
    code: 'few-events',
    message: `${events} ${events === 1 ? 'event' : 'events'} for ${coefficients} ${coefficients === 1 ? 'coefficient' : 'coefficients'}: with fewer than ten each, estimates are biased and intervals unreliable.`,
    hint: 'Use fewer covariates, method firth, or more data.',
  };
}
