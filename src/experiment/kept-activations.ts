/** Whether what layers compute is kept for the backward pass or computed again: a matter of memory, never of results. */
import type { MemoryPlan, SessionShape, TrainableSpec } from '../engine';

/** Activations up to this size are kept: the memory of a row then grows with the layers. */
const KEPT_BYTES = 256 * 1024 * 1024;

export interface PlannedShape {
  shape: SessionShape;
  memory: MemoryPlan;
}

/** The shape that keeps them where that is little, else the shape as it is; with the plan that was made to tell. */
export function withKeptActivations(
  trainable: TrainableSpec,
  shape: SessionShape,
  plan: (shape: SessionShape) => MemoryPlan,
): PlannedShape {
  if (trainable.kind !== 'none') {
    const kept = { ...shape, keepActivations: true };
    const memory = plan(kept);
    if (memory.activationBytes <= KEPT_BYTES) return { shape: kept, memory };
  }
  return { shape, memory: plan(shape) };
}
