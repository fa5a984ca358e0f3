/** What makes a grouped-time fit doubtful, in words. Must not know: the arithmetic behind it. */
import type { StatsWarning } from '../../core/estimate';

export function collinearColumn(name: string): StatsWarning {
  return {
    code: 'collinear',
    message: `${name} is constant or a combination of other covariates; it has no coefficient.`,
    hint: 'Leave it out.',
  };
}

export function divergingCoefficient(name: string): StatsWarning {
  return {
    code: 'monotone-likelihood',
    message: `The coefficient of ${name} grows without bound: it separates events from non-events.`,
    hint: 'Use Firth’s penalty in a Cox model, or leave it out.',
  };
}

export function unsettledFit(iterations: number): StatsWarning {
  return {
    code: 'not-converged',
    message: `The fit did not settle in ${iterations} iterations.`,
    hint: 'Look at the covariates; one may be extreme.',
  };
}

export function everybodyAtOnce(times: number): StatsWarning {
  return {
    code: 'everybody-at-once',
    message: `At ${times} times everybody at risk has the event; they say nothing of covariates.`,
    hint: 'Nothing to do.',
  };
}
