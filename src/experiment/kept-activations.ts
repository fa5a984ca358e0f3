/** Whether what layers compute is kept for the backward pass or computed again: a matter of memory, never of results. */
import { planMemory, type DecoderConfig, type SessionShape, type TrainableSpec } from '../engine';

/** Activations up to this size are kept: the memory of a row then grows with the layers. */
const KEPT_BYTES = 256 * 1024 * 1024;

/** The shape that keeps them where that is little, else the shape as it is. */
export function withKeptActivations(
  config: DecoderConfig,
  trainable: TrainableSpec,
  shape: SessionShape,
): SessionShape {
  if (trainable.kind === 'none') return shape;
  const kept = { ...shape, keepActivations: true };
  return planMemory(config, trainable, kept).activationBytes <= KEPT_BYTES ? kept : shape;
}
