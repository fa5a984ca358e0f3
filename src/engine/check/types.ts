/** What a check of a device consists of. Must not know: kernels, the GPU. */
import type { EngineDevice } from '../device';
import type { Reals } from '../reference/linear';
import { worstError } from './numbers';
import type { RunTrial } from './trial';

/** One thing that was computed on the GPU and by its f64 reference. */
export interface Comparison {
  what: string;
  /** Largest difference relative to the largest expected value; plain where bits are compared. */
  error: number;
  /** The error may reach it; 0: no bit may differ. */
  tolerance: number;
}

/** Kernels that belong together, held against their references on small shapes. */
export interface FamilyCheck {
  name: string;
  title: string;
  run(run: RunTrial, device: EngineDevice): Promise<Comparison[]>;
}

export function near(what: string, found: Reals, expected: Reals, tolerance: number): Comparison {
  return { what, error: worstError(found, expected), tolerance };
}

/** No bit may differ. */
export function same(what: string, found: ArrayLike<number>, expected: ArrayLike<number>): Comparison {
  let error = found.length === expected.length ? 0 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < expected.length; i++) {
    if (!Object.is(found[i], expected[i])) error = Math.max(error, Math.abs(found[i]! - expected[i]!) || Infinity);
  }
  return { what, error, tolerance: 0 };
}

export const held = ({ error, tolerance }: Comparison): boolean => error <= tolerance;
