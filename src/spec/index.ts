/** The experiment spec: read, change, compare, describe. */
export { LINEAR_MODULES, specSchema, type ExperimentSpec, type LinearModule, type SpecInput } from './schema';
export { parseSpec, parseSpecJson, SPEC_VERSION } from './parse';
export { applyOverrides } from './overrides';
export { diffSpecs, experimentIdentity, specHash, type SpecDifference } from './identity';
export * from './descriptors';
