/** Seeded numbers and distances for numerical tests. */
import { expect } from 'vitest';
import { PhiloxSequence } from '../../src/core/philox';
import type { Reals } from '../../src/engine/reference/kernels';

/** Seeded numbers, uniform in (−spread, spread). */
export function numbers(seed: number, length: number, spread = 1): Float64Array {
  const draws = new PhiloxSequence(seed, 1000);
  return Float64Array.from({ length }, () => (2 * draws.nextUnit() - 1) * spread);
}

export function dot(a: Reals, b: Reals): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** ‖a − b‖₂ / ‖b‖₂; the plain distance where b is zero. */
export function distance(a: Reals, b: Reals): number {
  expect(a.length).toBe(b.length);
  const difference = Float64Array.from(b, (value, i) => a[i]! - value);
  const size = Math.sqrt(dot(b, b));
  return Math.sqrt(dot(difference, difference)) / (size === 0 ? 1 : size);
}

/** Largest |a − b| relative to the largest |b|: no element may hide behind the others. NaN counts as infinitely far. */
export function worstError(found: Reals, expected: Reals): number {
  expect(found.length).toBe(expected.length);
  let size = 0;
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(found[i]! - expected[i]!);
    worst = Math.max(worst, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
    size = Math.max(size, Math.abs(expected[i]!));
  }
  return worst / (size === 0 ? 1 : size);
}
