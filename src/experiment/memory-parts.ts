/** A session's planned memory in the parts that records and pages show: they add up to the whole. Pure. */
import type { MemoryPlan } from '../engine';

export type MemoryParts = Pick<
  MemoryPlan,
  'weightsBytes' | 'trainingBytes' | 'activationBytes' | 'decodingBytes' | 'totalBytes'
>;

/** Reading results back is part of the work, as activations are. */
export function memoryParts(plan: MemoryPlan): MemoryParts {
  const { weightsBytes, trainingBytes, decodingBytes, totalBytes } = plan;
  const activationBytes = plan.activationBytes + plan.readBackBytes;
  return { weightsBytes, trainingBytes, activationBytes, decodingBytes, totalBytes };
}
