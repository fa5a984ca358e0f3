/** Cox fits against R's survival package on simulated rows (test/golden/cox_goldens.R). */
import { describe, expect, it } from 'vitest';
import { coxFit } from '../../../../src/stats/cox/fit';
import { expectAll, expectColumn, fieldOf, goldenData, goldens } from './goldens';

const TOLERANCE = 1e-6;

describe('a Cox fit agrees with R', () => {
  it.each(goldens.fits)('$name', (golden) => {
    const fit = coxFit(goldenData(golden), { ties: golden.ties, robust: golden.robust });
    expect(fit.converged).toBe(true);
    expectColumn(
      fieldOf(fit, (term) => term.beta),
      golden.beta,
      TOLERANCE,
      'coefficient',
    );
    expectAll(fit.variance, golden.variance, TOLERANCE, 'variance');
    expectAll(fit.modelVariance, golden.modelVariance, TOLERANCE, 'model variance');
    expectAll([fit.logLikelihood.null, fit.logLikelihood.fitted], golden.loglik, TOLERANCE, 'log-likelihood');
    expectAll([fit.tests.score.statistic], golden.score, TOLERANCE, 'score test');
    expectAll([fit.tests.wald.statistic], golden.wald, TOLERANCE, 'Wald test');
    if (golden.robustScore) {
      expectAll([fit.tests.robustScore!.statistic], golden.robustScore, TOLERANCE, 'robust score test');
    }
    expectColumn(
      fieldOf(fit, (term) => term.z),
      golden.z,
      TOLERANCE,
      'z',
    );
    expectColumn(
      fieldOf(fit, (term) => term.p),
      golden.p,
      1e-4,
      'p',
    );
    expectColumn(
      fieldOf(fit, (term) => term.hazardRatio?.lo),
      golden.lo,
      TOLERANCE,
      'lower limit',
    );
    expectColumn(
      fieldOf(fit, (term) => term.hazardRatio?.hi),
      golden.hi,
      TOLERANCE,
      'upper limit',
    );
    expect(fit.tests.wald.df).toBe(golden.beta.filter((beta) => beta !== null).length);
    expect(fit.events).toBe(golden.event.reduce((sum, event) => sum + event, 0));
  });
});

describe('covariates without a coefficient', () => {
  const golden = goldens.fits.find(({ name }) => name === 'aliased columns')!;

  it('are named, and the others are fitted as without them', () => {
    const fit = coxFit(goldenData(golden));
    expect(fit.aliased).toEqual([false, true, false, true, false]);
    expect(fit.warnings.map(({ code, message }) => [code, message.split(' ')[0]])).toEqual([
      ['constant', 'one'],
      ['collinear', 'twice'],
    ]);
    expect(fit.terms[1]).toMatchObject({ name: 'one', beta: null, se: null, z: null, p: null, hazardRatio: null });
  });
});
