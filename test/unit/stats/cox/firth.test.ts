/**
 * Firth's penalty against an independent maximisation: R evaluates the penalised likelihood at given coefficients and
 * searches its maximum and its profile by differences (test/golden/cox_goldens.R).
 */
import { describe, expect, it } from 'vitest';
import { coxFit } from '../../../../src/stats/cox/fit';
import { firthLikelihood } from '../../../../src/stats/cox/firth';
import { partialLikelihood } from '../../../../src/stats/cox/partial-likelihood';
import { prepareCox } from '../../../../src/stats/cox/prepare';
import { drawnCox } from '../cox-samples';
import { expectAll, goldenData, goldens } from './goldens';

describe("Firth's penalised likelihood", () => {
  it.each(goldens.firth)('$name: maximum, tests and limits are those of a numerical search', (golden) => {
    const options = { ties: golden.ties, method: 'firth', profileInterval: true, tolerance: 1e-12 } as const;
    const fit = coxFit(goldenData(golden), options);
    expect(fit.converged).toBe(true);
    expectAll(fit.beta, golden.beta, 1e-6, 'coefficient');
    expectAll([fit.logLikelihood.null, fit.logLikelihood.fitted], golden.loglik, 1e-8, 'penalised log-likelihood');
    const profiles = fit.terms.map((term) => term.profile!);
    expectAll(
      profiles.map(({ likelihoodRatio }) => likelihoodRatio.statistic),
      golden.ratio,
      1e-6,
      'penalised likelihood ratio',
    );
    const limits = profiles.flatMap(({ lo, hi }) => [lo, hi]);
    if (golden.limits) expectAll(limits, golden.limits, 1e-6, 'profile limit');
    fit.terms.forEach(({ hazardRatio }, j) => {
      expectAll(
        [hazardRatio!.lo, hazardRatio!.hi],
        limits.slice(2 * j, 2 * j + 2).map(Math.exp),
        1e-12,
        'hazard ratio',
      );
    });
  });

  it('has the score that its differences give, with start–stop rows, weights and ties', () => {
    const rows = prepareCox(drawnCox(5, 60, { hasStart: true, hasWeights: true }));
    for (const ties of ['efron', 'breslow'] as const) {
      const likelihood = firthLikelihood(rows, rows.x, 2, ties, partialLikelihood(rows, rows.x, 2, ties));
      const beta = Float64Array.of(0.4, -0.7);
      const differences = [0, 1].map((j) => {
        const at = (h: number): number => likelihood(beta.map((b, k) => (k === j ? b + h : b))).logLikelihood;
        return (8 * (at(1e-3) - at(-1e-3)) - (at(2e-3) - at(-2e-3))) / 12e-3;
      });
      expectAll(likelihood(beta).score, differences, 1e-8, `score, ${ties}`);
    }
  });

  it('stays finite where a group has no event, and its interval excludes a ratio of 1', () => {
    const golden = goldens.firth.find(({ name }) => name === 'separated group, Efron')!;
    const plain = coxFit(goldenData(golden));
    const fit = coxFit(goldenData(golden), { method: 'firth', profileInterval: true });
    expect(plain.warnings.map(({ code }) => code)).toContain('monotone-likelihood');
    expect(fit.warnings).toEqual([]);
    expect(Math.abs(fit.beta[0]!)).toBeLessThan(5);
    expect(fit.terms[0]!.hazardRatio!.hi).toBeLessThan(1);
  });

  it('does not depend on the units of a covariate', () => {
    const data = goldenData(goldens.firth[0]!);
    const metres = { ...data, x: data.x.map((value, k) => (k % 2 === 1 ? 1e6 * value + 7 : value)) };
    const [fit, scaled] = [data, metres].map((rows) => coxFit(rows, { method: 'firth', tolerance: 1e-12 }));
    expectAll([scaled!.beta[0]!, scaled!.beta[1]! * 1e6], fit!.beta, 1e-8, 'coefficient');
    expectAll([scaled!.tests.likelihoodRatio.statistic], [fit!.tests.likelihoodRatio.statistic], 1e-8, 'ratio');
    expect(scaled!.logLikelihood.fitted).toBeCloseTo(fit!.logLikelihood.fitted + Math.log(1e6), 6);
  });
});

describe('profile limits of an ordinary fit', () => {
  it('are where twice the log-likelihood falls by the quantile', () => {
    const data = drawnCox(11, 80, {});
    const fit = coxFit(data, { profileInterval: true });
    for (const [j, { profile }] of fit.terms.entries()) {
      for (const limit of [profile!.lo, profile!.hi]) {
        // The other coefficient is maximised with this one as an offset.
        const other = Float64Array.from(data.x.filter((_, k) => k % 2 !== j));
        const offset = Float64Array.from(
          data.x.filter((_, k) => k % 2 === j),
          (value) => limit * value,
        );
        const held = coxFit({ ...data, x: other, names: ['other'], offset }, { tolerance: 1e-13 });
        expect(2 * (fit.logLikelihood.fitted - held.logLikelihood.fitted)).toBeCloseTo(3.841458820694124, 6);
      }
    }
  });

  it('are infinite on the side where the likelihood never falls', () => {
    const fit = coxFit(
      { time: [1, 2, 3, 4, 5, 6], event: [1, 1, 1, 0, 0, 0], x: Float64Array.of(1, 1, 1, 0, 0, 0), names: ['x'] },
      { profileInterval: true },
    );
    expect(fit.terms[0]!.profile!.hi).toBe(Infinity);
    expect(Number.isFinite(fit.terms[0]!.profile!.lo)).toBe(true);
    expect(fit.terms[0]!.hazardRatio!.lo).toBeGreaterThan(1);
  });
});
