/** Pairs per rank bin. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binOf, evenQuota, fitQuotas } from '../../../src/dataset/quota';

describe('rank bins', () => {
  it('have equal width, in order of rank', () => {
    const bins = Array.from({ length: 10 }, (_, rank) => binOf(rank, 10, 4));
    expect(bins).toEqual([0, 0, 0, 1, 1, 2, 2, 2, 3, 3]);
  });
});

describe('quotas', () => {
  it('are equal where the number divides, and else put the remainder at even distances', () => {
    expect(evenQuota(40, 4)).toEqual([10, 10, 10, 10]);
    expect(evenQuota(5, 10)).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
    expect(evenQuota(11, 4)).toEqual([2, 3, 3, 3]);
  });

  it('move what a bin cannot give to the nearest bin with room, the more popular one first', () => {
    expect(fitQuotas([2, 1, 2], 1, 3)).toEqual({ seen: [0, 0, 1], withheld: [1, 1, 1] });
    expect(fitQuotas([3, 1, 3], 3, 3)).toEqual({ seen: [1, 1, 1], withheld: [2, 0, 1] });
  });

  it('always fit when there is enough in all', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (bins, a, b) => {
        const total = bins.reduce((sum, size) => sum + size, 0);
        const seen = a % (total + 1);
        const withheld = b % (total - seen + 1);
        const quotas = fitQuotas(bins, seen, withheld);
        const sum = (part: number[]) => part.reduce((s, q) => s + q, 0);
        expect([sum(quotas.seen), sum(quotas.withheld)]).toEqual([seen, withheld]);
        bins.forEach((size, bin) => {
          expect(quotas.seen[bin]! + quotas.withheld[bin]!).toBeLessThanOrEqual(size);
          expect(Math.min(quotas.seen[bin]!, quotas.withheld[bin]!)).toBeGreaterThanOrEqual(0);
        });
      }),
    );
  });
});
