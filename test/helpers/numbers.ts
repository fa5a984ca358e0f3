/** Seeded numbers and distances for numerical tests. */
import { expect } from 'vitest';
import type { Reals } from '../../src/engine/reference/kernels';

export { numbers, worstError } from '../../src/engine/check/numbers';

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
