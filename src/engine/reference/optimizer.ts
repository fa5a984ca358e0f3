/**
 * f64 reference of gradient clipping by global norm and of AdamW (Loshchilov & Hutter, 2019), as PyTorch defines both.
 *
 * Must not know: schedules (the learning rate comes in), the GPU, or which tensors a model has.
 */
import type { StepSettings } from '../types';
import type { Reals } from './linear';

/** √(Σ over all tensors Σ g²). */
export function globalNorm(gradients: Iterable<Reals>): number {
  let squares = 0;
  for (const gradient of gradients) for (const g of gradient) squares += g * g;
  return Math.sqrt(squares);
}

/** What every gradient is multiplied by: min(1, clip / (norm + 1e-6)); Infinity clips nothing. */
export function clipScale(norm: number, clipNorm: number): number {
  return Math.min(1, clipNorm / (norm + 1e-6));
}

/** One tensor's update, in place in `parameter`, `moment1`, `moment2` (same length each). `step` counts from 1; `gradient` is clipped already. */
export function adamwUpdate(
  parameter: Float64Array,
  gradient: Reals,
  moment1: Float64Array,
  moment2: Float64Array,
  step: number,
  settings: Omit<StepSettings, 'clipNorm'>,
): void {
  const { learningRate, beta1, beta2, epsilon, weightDecay } = settings;
  const correction1 = 1 - beta1 ** step;
  const correction2 = 1 - beta2 ** step;
  for (let i = 0; i < parameter.length; i++) {
    const g = gradient[i]!;
    moment1[i] = beta1 * moment1[i]! + (1 - beta1) * g;
    moment2[i] = beta2 * moment2[i]! + (1 - beta2) * g * g;
    const mHat = moment1[i]! / correction1;
    const vHat = moment2[i]! / correction2;
    const decayed = parameter[i]! * (1 - learningRate * weightDecay);
    parameter[i] = decayed - (learningRate * mHat) / (Math.sqrt(vHat) + epsilon);
  }
}
