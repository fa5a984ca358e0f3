import { describe, expect, it } from 'vitest';
import { binomialCdf, binomialMass } from '../../../src/stats/special/binomial';
import { chiSquareUpper } from '../../../src/stats/special/chi-square';
import { gammaP, gammaQ, logGamma } from '../../../src/stats/special/gamma';
import { normalCdf, normalQuantile, normalUpper } from '../../../src/stats/special/normal';
import { expectRelative, goldens } from './goldens';

describe('special functions against R', () => {
  it('log gamma', () => {
    for (const { x, value } of goldens.logGamma) {
      expect(Math.abs(logGamma(x) - value), `x = ${x}`).toBeLessThanOrEqual(1e-13 * Math.max(1, Math.abs(value)));
    }
  });

  it('normal distribution, far into both tails', () => {
    for (const { z, cdf } of goldens.normal) expectRelative(normalCdf(z), cdf, 1e-12, `z = ${z}`);
    for (const { z, cdf } of goldens.normal) expectRelative(normalUpper(-z), cdf, 1e-12, `z = ${z}`);
  });

  it('normal quantile', () => {
    for (const { p, z } of goldens.normalQuantile) {
      expect(Math.abs(normalQuantile(p) - z), `p = ${p}`).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(z)));
    }
  });

  it('binomial mass and distribution', () => {
    for (const { k, n, p, mass, cdf } of goldens.binomial) {
      if (mass > 1e-290) expectRelative(binomialMass(k, n, p), mass, 1e-12, `mass ${k} of ${n} at ${p}`);
      if (cdf > 1e-290) expectRelative(binomialCdf(k, n, p), cdf, 1e-12, `cdf ${k} of ${n} at ${p}`);
    }
  });

  it('upper tail of chi-square', () => {
    for (const { x, df, upper } of goldens.chiSquare) {
      if (upper > 1e-290) expectRelative(chiSquareUpper(x, df), upper, 1e-11, `x = ${x}, df = ${df}`);
    }
  });
});

describe('special functions by their own laws', () => {
  it('the two incomplete gamma functions sum to one on both sides of the switch', () => {
    for (const a of [0.3, 1, 7, 11.9, 12.1, 250]) {
      for (const x of [0, 0.2 * a, a, a + 0.999, a + 1.001, 3 * a]) {
        expect(gammaP(a, x) + gammaQ(a, x)).toBeCloseTo(1, 13);
      }
    }
  });

  it('a binomial of every p sums to one', () => {
    for (const p of [0, 0.013, 0.5, 0.97, 1]) {
      let total = 0;
      for (let k = 0; k <= 40; k++) total += binomialMass(k, 40, p);
      expect(total).toBeCloseTo(1, 13);
    }
  });

  it('quantile undoes the distribution', () => {
    for (const z of [-6, -2.2, -0.3, 0.7, 4]) expect(normalQuantile(normalCdf(z))).toBeCloseTo(z, 8);
  });

  it('refuses arguments without meaning', () => {
    expect(() => normalQuantile(0)).toThrow(RangeError);
    expect(() => normalQuantile(1)).toThrow(RangeError);
    expect(() => logGamma(0)).toThrow(RangeError);
    expect(() => gammaQ(-1, 1)).toThrow(RangeError);
    expect(() => binomialCdf(1, 2, 1.5)).toThrow(RangeError);
    expect(() => binomialMass(1, 2.5, 0.5)).toThrow(RangeError);
  });
});
