/**
 * How AdamW's moments lie: f32 beside each trained value, or 8-bit codes with one scale for each block of 256.
 *
 * Promises: what is trained at one rate and kept in one way is one range, so that the default is a single pass.
 * Must not know: what the values are.
 */
import type { Pool, Tensor } from '../plan';
import type { OptimizerSpec } from '../types';

export const ADAMW: OptimizerSpec = { kind: 'adamw', loraPlusRatio: null };

/** Values of a block that share a scale. */
export const STATE_BLOCK = 256;
/** Smaller tensors keep their moments in f32, as in bitsandbytes. */
export const QUANTISED_FROM = 4096;

export function isQuantised({ kind }: OptimizerSpec, elements: number): boolean {
  return kind === 'adamw-8bit' && elements >= QUANTISED_FROM;
}

/** Words of a tensor's moment: for each block 64 of four codes, then one of its scale. */
export function momentWords(optimizer: OptimizerSpec, elements: number): number {
  return isQuantised(optimizer, elements) ? Math.ceil(elements / STATE_BLOCK) * (STATE_BLOCK / 4 + 1) : elements;
}

/** Values that lie side by side and are updated alike. */
export interface OptimizerRange {
  elements: number;
  gradient: Tensor;
  parameter: Tensor;
  moment1: Tensor;
  moment2: Tensor;
  quantised: boolean;
  /** At the rate of B and magnitudes. */
  faster: boolean;
}

export interface TrainingPools {
  parameters: Pool;
  gradients: Pool;
  moment1: Pool;
  moment2: Pool;
}

/** B and magnitudes go at LoRA+'s rate, A at the learning rate: so PEFT groups them. */
export function isFaster({ loraPlusRatio }: OptimizerSpec, name: string): boolean {
  return loraPlusRatio !== null && /\.lora_(B|magnitude_vector)$/.test(name);
}

/** The whole of the training pools, in as few ranges as may be. */
export function optimizerRanges(optimizer: OptimizerSpec, pools: TrainingPools): OptimizerRange[] {
  const ranges: OptimizerRange[] = [];
  const inPool = (pool: Pool, name: string) => pool.tensors.get(name)!;
  for (const [name, parameter] of pools.parameters.tensors) {
    const quantised = isQuantised(optimizer, parameter.elements);
    const faster = isFaster(optimizer, name);
    const last = ranges.at(-1);
    // Moments of codes lie closer than what they belong to: each such tensor is a range of its own.
    if (last && last.faster === faster && !last.quantised && !quantised && optimizer.kind === 'adamw') {
      last.elements = (parameter.offset - last.parameter.offset) / 4 + parameter.elements;
      continue;
    }
    const [gradient, moment1, moment2] = [pools.gradients, pools.moment1, pools.moment2].map((pool) =>
      inPool(pool, name),
    ) as [Tensor, Tensor, Tensor];
    ranges.push({ elements: parameter.elements, gradient, parameter, moment1, moment2, quantised, faster });
  }
  const end = ranges.at(-1);
  // Alignment behind the last tensor belongs to the pool.
  if (end && !end.quantised) end.elements = Math.ceil(end.elements / 64) * 64;
  return ranges;
}
