import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors';
import { mannWhitney } from '../../../src/stats/mann-whitney';
import { median, midranks } from '../../../src/stats/ranks';
import { expectRelative, goldens } from './goldens';

describe('Mann–Whitney', () => {
  it('agrees with R: exact without ties, tie-corrected normal otherwise', () => {
    for (const { name, x, y, u, p } of goldens.mannWhitney) {
      const result = mannWhitney(x, y);
      expect(result.u, name).toBe(u);
      expectRelative(result.p, p, 1e-10, name);
    }
  });

  it('of the reference samples has W 16, p .930736, AUC .533333', () => {
    const result = mannWhitney([1.1, 2.2, 3.3, 4.1, 5, 6.2], [0.9, 2.5, 3.9, 4.4, 6.1]);
    expect(result.u).toBe(16);
    expect(result.p).toBeCloseTo(0.9307359307, 10);
    expect(result.auc).toBeCloseTo(0.5333333333, 10);
    expect(result.method).toContain('exact');
  });

  it('uses the exact distribution below 50 values a side and no ties only', () => {
    const ladder = (n: number, offset: number) => Array.from({ length: n }, (_, i) => 2 * i + offset);
    expect(mannWhitney(ladder(49, 0), ladder(49, 1)).method).toContain('exact');
    expect(mannWhitney(ladder(50, 0), ladder(49, 1)).method).toContain('normal');
    expect(mannWhitney([1, 2], [2, 3]).method).toContain('normal');
  });

  it('counts pairs: U is the number of x above y, ties one half', () => {
    const sample = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(sample, sample, (x, y) => {
        const pairs = x.flatMap((a) => y.map((b): number => (a > b ? 1 : a === b ? 0.5 : 0)));
        const result = mannWhitney(x, y);
        expect(result.u).toBeCloseTo(
          pairs.reduce((sum, value) => sum + value, 0),
          9,
        );
        const swapped = mannWhitney(y, x);
        expect(result.auc + swapped.auc).toBeCloseTo(1, 12);
        expect(result.p).toBeCloseTo(swapped.p, 12);
        expect(result.p).toBeGreaterThan(0);
        expect(result.p).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('the exact p of small samples is the share of orders at least as extreme', () => {
    const values = [0, 1, 2, 3, 4, 5, 6];
    const choose = (from: number[], size: number): number[][] =>
      size === 0
        ? [[]]
        : from.flatMap((first, index) => choose(from.slice(index + 1), size - 1).map((rest) => [first, ...rest]));
    const orders = choose(values, 3).map((x) =>
      mannWhitney(
        x,
        values.filter((value) => !x.includes(value)),
      ),
    );
    for (const { u, p } of orders) {
      const low = orders.filter((order) => order.u <= Math.min(u, 12 - u)).length;
      expect(p).toBeCloseTo(Math.min(1, (2 * low) / orders.length), 12);
    }
  });

  it('of equal values finds nothing, of infinite ones still ranks, of none refuses', () => {
    expect(mannWhitney([2, 2, 2], [2, 2])).toMatchObject({ auc: 0.5, p: 1 });
    expect(mannWhitney([-Infinity, 1], [Infinity]).u).toBe(0);
    expect(() => mannWhitney([], [1])).toThrow(LabError);
    expect(() => mannWhitney([NaN], [1])).toThrow(LabError);
  });
});

describe('ranks and medians', () => {
  it('tied values share the mean of their places', () => {
    expect(midranks([10, 20, 10, 5])).toEqual({ ranks: [2.5, 4, 2.5, 1], tieSizes: [1, 2, 1] });
  });

  it('the median of an even sample is the middle of the two middle values', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([9, 1, 5, 2])).toBe(3.5);
    expect(median([-Infinity, -Infinity])).toBe(-Infinity);
    expect(() => median([])).toThrow(LabError);
  });
});
