/** Seeded numbers for checks of kernels, and how far what came out lies from what should have. Must not know: kernels. */
import { PhiloxSequence } from '../../core/philox';
import type { Reals } from '../reference/linear';

const STREAM_OF_CHECKS = 1000;

/** Seeded numbers, uniform in (−spread, spread). */
export function numbers(seed: number, length: number, spread = 1): Float64Array {
  const draws = new PhiloxSequence(seed, STREAM_OF_CHECKS);
  return Float64Array.from({ length }, () => (2 * draws.nextUnit() - 1) * spread);
}

/** Seeded f32 numbers in (−spread, spread). */
export function floats(seed: number, length: number, spread = 1): Float32Array {
  return Float32Array.from(numbers(seed, length, spread));
}

/** Largest |a − b| relative to the largest |b|: no element may hide behind the others. NaN counts as infinitely far. */
export function worstError(found: Reals, expected: Reals): number {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY;
  let size = 0;
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(found[i]! - expected[i]!);
    worst = Math.max(worst, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
    size = Math.max(size, Math.abs(expected[i]!));
  }
  return worst / (size === 0 ? 1 : size);
}
