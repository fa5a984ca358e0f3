import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors';
import { coxFit } from '../../../src/stats/cox/fit';
import { devianceResiduals, martingaleResiduals } from '../../../src/stats/cox/residuals-martingale';
import { scaledSchoenfeldResiduals, schoenfeldResiduals } from '../../../src/stats/cox/residuals-schoenfeld';
import { dfbetaResiduals, dfbetasResiduals, scoreResiduals } from '../../../src/stats/cox/residuals-score';
import type { CoxData } from '../../../src/stats/cox/types';
import { CASES, expectClose, fitNamed, FITS, FULL } from './cox-post-goldens';
import { drawnCox, pickRows } from './cox-samples';

describe('residuals of a Cox model agree with R', () => {
  it.each(FITS.filter(({ golden }) => golden.martingale !== undefined))('martingale, deviance: $title', (each) => {
    expectClose(martingaleResiduals(each.fit), each.golden.martingale);
    expectClose(devianceResiduals(each.fit), each.golden.deviance);
  });

  it.each(FULL)('score, dfbeta, dfbetas: $title', ({ fit, golden }) => {
    expectClose(scoreResiduals(fit).values, golden.score);
    expectClose(dfbetaResiduals(fit).values, golden.dfbeta);
    expectClose(dfbetasResiduals(fit).values, golden.dfbetas);
  });

  it.each(FULL)('Schoenfeld, plain and scaled: $title', ({ fit, golden }) => {
    expectClose(schoenfeldResiduals(fit).values, golden.schoenfeld);
    expectClose(scaledSchoenfeldResiduals(fit).values, golden.scaledsch);
  });

  it('Schoenfeld residuals name the row, time and stratum of each event', () => {
    const { fit, given } = fitNamed('strata, efron');
    const { row, time, stratum, rows } = schoenfeldResiduals(fit);
    expect(rows).toBe(given.event.filter((event) => event === 1).length);
    row.forEach((i, e) => {
      expect(given.event[i]).toBe(1);
      expect(given.time[i]).toBe(time[e]);
      expect(given.s![i]).toBe(stratum[e]);
    });
  });

  it('exact ties have martingale residuals only; others say which ties to use', () => {
    const { fit } = fitNamed('tied, exact');
    for (const residuals of [schoenfeldResiduals, scaledSchoenfeldResiduals, scoreResiduals, dfbetaResiduals]) {
      expect(() => residuals(fit)).toThrow(LabError);
      try {
        residuals(fit);
      } catch (error) {
        expect((error as LabError).code).toBe('stats-input');
        expect((error as LabError).hint).toContain('efron or breslow');
      }
    }
  });
});

describe('residuals of a Cox model at its maximum', () => {
  const ties = fc.constantFrom('efron' as const, 'breslow' as const);

  it('weighted martingale, Schoenfeld and score residuals sum to 0', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), ties, fc.boolean(), (seed, ties, hasStart) => {
        const data = drawnCox(seed, 60, { hasStart, hasWeights: true });
        const fit = coxFit(data, { ties, tolerance: 1e-13, maxIterations: 50 });
        fc.pre(fit.converged && fit.warnings.every(({ code }) => code === 'few-events'));
        const martingale = martingaleResiduals(fit);
        const total = martingale.reduce((sum, value, i) => sum + value * data.weights![i]!, 0);
        expect(Math.abs(total)).toBeLessThan(1e-9);
        for (const values of [
          schoenfeldResiduals(fit, { weighted: true }).values,
          scoreResiduals(fit, { weighted: true }).values,
        ]) {
          const sums = [0, 0];
          values.forEach((value, k) => (sums[k % 2]! += value));
          for (const sum of sums) expect(Math.abs(sum)).toBeLessThan(1e-6);
        }
      }),
      { numRuns: 40, seed: 7 },
    );
  });

  it('dfbeta is about the change of leaving one row out', () => {
    const data = drawnCox(11, 200, {});
    const fit = coxFit(data);
    const { values } = dfbetaResiduals(fit);
    const all = Array.from({ length: 200 }, (_, i) => i);
    const [ours, real]: [number[], number[]] = [[], []];
    for (let left = 0; left < 200; left += 5) {
      const without = coxFit(
        pickRows(
          data,
          all.filter((i) => i !== left),
        ),
      );
      for (let j = 0; j < 2; j++) {
        ours.push(values[left * 2 + j]!);
        real.push(fit.beta[j]! - without.beta[j]!);
      }
    }
    const off = Math.hypot(...ours.map((value, i) => value - real[i]!)) / Math.hypot(...real);
    expect(off).toBeLessThan(0.08);
  });

  it('do not depend on the order of rows', () => {
    const { fit, given } = fitNamed('entry-strata-weights, efron');
    const order = given.time.map((_, i) => i).reverse();
    const turned = { ...fit, data: pickRows(fit.data, order) };
    const [a, b] = [martingaleResiduals(fit), martingaleResiduals(turned)];
    order.forEach((from, to) => expect(b[to]).toBeCloseTo(a[from]!, 12));
    const [c, d] = [scoreResiduals(fit).values, scoreResiduals(turned).values];
    order.forEach((from, to) => expect(d[2 * to + 1]).toBeCloseTo(c[2 * from + 1]!, 12));
  });
});

describe('residuals of hostile input', () => {
  it('leave an aliased covariate out and say so', () => {
    const given = CASES.find(({ name }) => name === 'plain')!;
    const twice = Float64Array.from(given.x.flatMap((value) => [value, 2 * value, 1]));
    const data: CoxData = { time: given.time, event: given.event, x: twice, names: ['x1', 'double', 'one'] };
    const fit = coxFit(data, { tolerance: 1e-13 });
    const { names, skipped, values } = schoenfeldResiduals(fit);
    expect(names).toEqual(['x1']);
    expect(skipped).toEqual(['double', 'one']);
    expectClose(values, given.efron!.schoenfeld, 1e-6);
  });

  it('a single event, and all events at one time, give finite residuals', () => {
    const x = Float64Array.from([0.1, 0.9, 0.4, -0.3]);
    for (const [time, event] of [
      [
        [1, 2, 3, 4],
        [0, 1, 0, 0],
      ],
      [
        [2, 2, 2, 2],
        [1, 1, 0, 1],
      ],
    ] as const) {
      const fit = { ...coxFit({ time, event, x, names: ['x'] }), beta: Float64Array.of(0.7) };
      for (const values of [martingaleResiduals(fit), devianceResiduals(fit), scoreResiduals(fit).values]) {
        expect(values.every(Number.isFinite)).toBe(true);
      }
    }
  });

  it('dfbetas of a coefficient without standard error are refused, not divided by 0', () => {
    const { fit } = fitNamed('plain, efron');
    const lost = { ...fit, modelVariance: Float64Array.of(0) };
    expect(() => dfbetasResiduals(lost)).toThrow(/coefficient of x1 has no standard error/);
    expect(dfbetaResiduals(lost).values.every((value) => value === 0)).toBe(true);
  });

  it('coefficients that are no numbers are refused', () => {
    const { fit } = fitNamed('plain, efron');
    expect(() => martingaleResiduals({ ...fit, beta: Float64Array.of(NaN) })).toThrow(/coefficient of x1 is NaN/);
  });

  it('risks too far apart to compare are refused in words', () => {
    const data = { time: [1, 2, 3], event: [1, 0, 1], x: Float64Array.of(0, 1, 1), names: ['x'], offset: [-800, 0, 0] };
    const fit = { ...fitNamed('plain, efron').fit, data, beta: Float64Array.of(0.1), means: Float64Array.of(0) };
    expect(() => martingaleResiduals(fit)).toThrow(/event at time 1 has a relative risk below/);
  });
});
