/** The engine's one entry point for the layers above. */
export type * from './types';
export { acquireDevice, type EngineDevice, type GpuIdentity } from './device';
export { requireLayers } from './decoder/states';
export { adapterShapes, linearNames, linearShape, loraNames, targetsIn } from './decoder/adapter-shapes';
export { decoderWeights, requireTrainable } from './decoder/memory';
export { SFT_LOSS } from './loss';
export { FULL_PRECISION, PRECISIONS } from './precision/kinds';
export { createSession, planMemory } from './session';
export { LINEAR_NAMES } from './types';
export { measurePrecision, sourceOfMap } from './upload';
export type { WeightSource } from './weight-source';
