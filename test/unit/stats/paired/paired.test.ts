/** Paired and exact tests against base R (test/golden/paired_goldens.R). */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mcnemarChiSquare, mcnemarExact } from '../../../../src/stats/mcnemar';
import { fisherExact } from '../../../../src/stats/paired/fisher';
import { spearman } from '../../../../src/stats/paired/spearman';
import { wilcoxonSignedRank } from '../../../../src/stats/paired/wilcoxon';
import { clopperPearson } from '../../../../src/stats/proportions';
import { betaI, betaQuantile, studentQuantile, studentTwoSided } from '../../../../src/stats/special/beta';
import { expectRelative } from '../goldens';

type Numbers = (number | string)[];
interface Goldens {
  fisher: { table: number[]; p: number[]; odds: Numbers; limits: Numbers }[];
  wilcoxon: { x: number[]; y: number[]; v: number[]; p: number[] }[];
  spearman: { x: number[]; y: number[]; rho: number[]; p: number[] }[];
  binomial: { share: [number, number]; limits: [number, number] }[];
  mcnemar: { counts: [number, number]; corrected: number[]; plain: number[]; exact: number[] }[];
  beta: [number, number, number, number][];
  t: [number, number, number][];
}
const file = new URL('../../../golden/paired.json', import.meta.url);
const goldens = JSON.parse(readFileSync(file, 'utf8')) as Goldens;
const valueOf = (value: number | string) => (value === 'Inf' ? Infinity : Number(value));

function expectNear(actual: number, expected: number, tolerance: number, what = '') {
  if (!Number.isFinite(expected)) expect(actual, what).toBe(expected);
  else expect(Math.abs(actual - expected), what).toBeLessThanOrEqual(tolerance * Math.max(Math.abs(expected), 1e-300));
}

describe('Fisher’s exact test', () => {
  it('agrees with R in p, odds ratio and limits', () => {
    for (const { table, p, odds, limits } of goldens.fisher) {
      const [a, b, c, d] = table as [number, number, number, number];
      const result = fisherExact([
        [a, b],
        [c, d],
      ]);
      expectNear(result.p, p[0]!, 1e-9, `${table}`);
      expectNear(
        fisherExact(
          [
            [a, b],
            [c, d],
          ],
          { alternative: 'greater' },
        ).p,
        p[1]!,
        1e-9,
      );
      expectNear(
        fisherExact(
          [
            [a, b],
            [c, d],
          ],
          { alternative: 'less' },
        ).p,
        p[2]!,
        1e-9,
      );
      if (Math.min(a + b, c + d, a + c, b + d) === 0) continue; // one possible table: R has no ratio
      // R's own root search ends at a tolerance of about 1e-4 of the ratio or of its inverse.
      expectNear(result.oddsRatio.value, valueOf(odds[0]!), 1e-3, `odds of ${table}`);
      expectNear(result.oddsRatio.lo, valueOf(limits[0]!), 1e-2);
      expectNear(result.oddsRatio.hi, valueOf(limits[1]!), 1e-2);
    }
  });

  it('is the same for rows and columns exchanged', () => {
    fc.assert(
      fc.property(fc.tuple(fc.nat(12), fc.nat(12), fc.nat(12), fc.nat(12)), ([a, b, c, d]) => {
        const p = fisherExact([
          [a, b],
          [c, d],
        ]).p;
        expect(
          fisherExact([
            [c, d],
            [a, b],
          ]).p,
        ).toBeCloseTo(p, 9);
        expect(
          fisherExact([
            [a, c],
            [b, d],
          ]).p,
        ).toBeCloseTo(p, 9);
        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('refuses what are no counts', () => {
    expect(() =>
      fisherExact([
        [1, 2],
        [3, -1],
      ]),
    ).toThrow('the table is 1, 2, 3, -1');
  });
});

describe('Wilcoxon’s signed-rank test', () => {
  it('agrees with R: exact without ties, normal with them', () => {
    for (const { x, y, v, p } of goldens.wilcoxon) {
      (['two-sided', 'greater', 'less'] as const).forEach((alternative, i) => {
        const result = wilcoxonSignedRank(x, y, alternative);
        expect(result.statistic).toBe(v[0]);
        expectRelative(result.p, p[i]!, 1e-9);
      });
    }
  });

  it('of no difference at all is 1, and refuses NaN and missing partners', () => {
    expect(wilcoxonSignedRank([1, 2], [1, 2]).p).toBe(1);
    expect(() => wilcoxonSignedRank([1, NaN], [1, 2])).toThrow('value 2 of the first sample is NaN');
    expect(() => wilcoxonSignedRank([1], [1, 2])).toThrow('1 values are paired with 2');
  });
});

describe('Spearman’s rank correlation', () => {
  it('agrees with R: exact for few pairs, by t for more', () => {
    for (const { x, y, rho, p } of goldens.spearman) {
      if (x.length < 5) continue;
      const result = spearman(x, y);
      expectNear(result.rho.value, rho[0]!, 1e-9);
      expectNear(result.p, p[0]!, 1e-8, `n ${x.length}`);
    }
  });

  it('does not change under increasing transformations, and turns its sign with one side', () => {
    const values = fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 10, maxLength: 10 });
    fc.assert(
      fc.property(values, values, (x, y) => {
        fc.pre(new Set(x).size > 2 && new Set(y).size > 2);
        const { rho, p } = spearman(x, y);
        // Exact for ranks: the sign flip keeps every tie.
        const turned = spearman(
          x,
          y.map((value) => -value),
        );
        expect(turned.rho.value).toBeCloseTo(-rho.value, 10);
        expect(turned.p).toBeCloseTo(p, 10);
        expect(rho.lo).toBeLessThanOrEqual(rho.value);
        expect(rho.hi).toBeGreaterThanOrEqual(rho.value);
      }),
    );
    const x = [3, 1, 4, 1.5, 9, 2.6];
    const y = [2, 7, 1, 8, 2.8, 1.8];
    expect(spearman(x.map(Math.exp), y.map(Math.cbrt)).rho.value).toBe(spearman(x, y).rho.value);
  });

  it('has the exact p of a perfect order at any size, with ties and without', () => {
    const steps = Array.from({ length: 12 }, (_, i) => i);
    expectRelative(spearman(steps, steps.map(Math.exp)).p, 2 / 479001600, 1e-12);
    // Of the 24 orders of 1, 1, 2, 3 two keep it and two reverse it.
    expectRelative(spearman([1, 1, 2, 3], [5, 5, 6, 9]).p, 4 / 24, 1e-12);
    expect(spearman([1, 1, 2, 2], [1, 1, 2, 2]).p).toBeCloseTo(1 / 3, 12);
  });

  it('refuses a constant side', () => {
    expect(() => spearman([1, 1, 1, 1], [1, 2, 3, 4])).toThrow('all values of one side are equal');
  });
});

describe('Clopper–Pearson interval', () => {
  it('agrees with R, at the ends and for large counts', () => {
    for (const { share, limits } of goldens.binomial) {
      const estimate = clopperPearson(...share);
      expectNear(estimate.lo, limits[0], 1e-9, `${share}`);
      expectNear(estimate.hi, limits[1], 1e-9, `${share}`);
    }
  });
});

describe('McNemar’s tests', () => {
  it('agree with R with and without continuity correction, and exactly', () => {
    for (const { counts, corrected, plain, exact } of goldens.mcnemar) {
      const [b, c] = counts;
      expectNear(mcnemarChiSquare(b, c).statistic, corrected[0]!, 1e-12);
      expectNear(mcnemarChiSquare(b, c).p, corrected[1]!, 1e-9);
      expectNear(mcnemarChiSquare(b, c, false).statistic, plain[0]!, 1e-12);
      expectNear(mcnemarChiSquare(b, c, false).p, plain[1]!, 1e-9);
      expectNear(mcnemarExact(b, c), exact[0]!, 1e-9);
    }
  });

  it('say 1 where nothing changed', () => {
    expect(mcnemarChiSquare(0, 0).p).toBe(1);
    expect(mcnemarExact(0, 0)).toBe(1);
  });
});

describe('the beta and t distributions', () => {
  it('agree with R over small and large parameters', () => {
    for (const [a, b, x, expected] of goldens.beta) {
      const actual = betaI(a, b, x);
      expect(Math.abs(actual - expected), `I_${x}(${a}, ${b})`).toBeLessThanOrEqual(1e-9 * expected + 1e-15);
    }
    for (const [p, df, expected] of goldens.t) expectNear(studentQuantile(p, df), expected, 1e-9, `t ${p} ${df}`);
  });

  it('invert each other', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }),
        fc.double({ min: 0.5, max: 200, noNaN: true }),
        fc.double({ min: 0.5, max: 200, noNaN: true }),
        (p, a, b) => {
          expect(betaI(a, b, betaQuantile(p, a, b))).toBeCloseTo(p, 7);
        },
      ),
    );
    expect(studentTwoSided(studentQuantile(0.975, 7), 7)).toBeCloseTo(0.05, 10);
  });

  it('refuse arguments out of range', () => {
    expect(() => betaI(0, 1, 0.5)).toThrow(RangeError);
    expect(() => betaQuantile(1.5, 1, 1)).toThrow(RangeError);
    expect(() => studentQuantile(0, 3)).toThrow(RangeError);
    expect(studentQuantile(0.5, 3)).toBe(0);
  });
});
