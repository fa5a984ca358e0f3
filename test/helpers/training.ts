/** Settings and shapes that the engine's training tests share. */
import type { PackedRow } from '../../src/core/packed-row';
import type { SessionShape, StepSettings } from '../../src/engine';

/** A step that changes nothing, so that gradients can be read at the starting point. */
export const FROZEN_SETTINGS: StepSettings = {
  learningRate: 0,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0,
  clipNorm: Number.POSITIVE_INFINITY,
};

/** The smallest session that holds every row. */
export function shapeOf(rows: readonly PackedRow[]): SessionShape {
  return {
    rowTokens: Math.max(...rows.map((row) => row.ids.length)),
    supervised: Math.max(...rows.map((row) => row.labels.length)),
  };
}
