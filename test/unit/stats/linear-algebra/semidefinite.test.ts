import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  factorSemidefinite,
  invertSemidefinite,
  logDeterminant,
  quadraticForm,
  solveSemidefinite,
} from '../../../../src/stats/linear-algebra/semidefinite';
import { numbers } from '../../../helpers/numbers';

/** XᵀX of k × n numbers; column `copy` repeats column 0 where given. */
function gramOf(seed: number, n: number, copy?: number): Float64Array {
  const rows = numbers(seed, 3 * n * n);
  if (copy !== undefined) for (let i = 0; i < 3 * n; i++) rows[i * n + copy] = -2 * rows[i * n]!;
  const gram = new Float64Array(n * n);
  for (let i = 0; i < 3 * n; i++) {
    for (let a = 0; a < n; a++) for (let b = 0; b < n; b++) gram[a * n + b]! += rows[i * n + a]! * rows[i * n + b]!;
  }
  return gram;
}

describe('a symmetric system that may be singular', () => {
  it('is solved, and its inverse and quadratic form agree', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 7 }), (seed, n) => {
        const matrix = gramOf(seed, n);
        const b = numbers(seed + 1, n);
        const factor = factorSemidefinite(matrix, n);
        expect(factor.rank).toBe(n);
        const x = solveSemidefinite(factor, b);
        const inverse = invertSemidefinite(factor);
        let form = 0;
        for (let i = 0; i < n; i++) {
          let [back, direct] = [0, 0];
          for (let k = 0; k < n; k++) back += matrix[i * n + k]! * x[k]!;
          for (let k = 0; k < n; k++) direct += inverse[i * n + k]! * b[k]!;
          expect(back).toBeCloseTo(b[i]!, 8);
          expect(direct).toBeCloseTo(x[i]!, 6);
          form += b[i]! * x[i]!;
        }
        expect(quadraticForm(factor, b)).toBeCloseTo(form, 8);
      }),
    );
  });

  it('keeps the earlier of two columns that determine each other', () => {
    const factor = factorSemidefinite(gramOf(4, 4, 2), 4);
    expect(factor.dropped).toEqual([false, false, true, false]);
    expect(factor.rank).toBe(3);
    const inverse = invertSemidefinite(factor);
    expect(Array.from({ length: 4 }, (_, k) => inverse[2 * 4 + k])).toEqual([0, 0, 0, 0]);
    expect(solveSemidefinite(factor, [1, 1, 1, 1])[2]).toBe(0);
  });

  it('has the determinant of the kept part', () => {
    expect(logDeterminant(factorSemidefinite(Float64Array.of(4, 2, 2, 3), 2))).toBeCloseTo(Math.log(8), 14);
    expect(logDeterminant(factorSemidefinite(Float64Array.of(4, 4, 4, 4), 2))).toBeCloseTo(Math.log(4), 14);
  });

  it('takes a pivot that is rounding beside what cancelled for zero', () => {
    const rounding = Float64Array.of(1e-16);
    expect(factorSemidefinite(rounding, 1).rank).toBe(1);
    expect(factorSemidefinite(rounding, 1, 10).rank).toBe(0);
  });
});
