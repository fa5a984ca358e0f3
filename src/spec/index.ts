/** The experiment spec: read, change, compare, describe. */
export { LINEAR_MODULES, specSchema, type ExperimentSpec, type LinearModule, type SpecInput } from './schema';
export { migrateSpec, SPEC_VERSION } from './migrations';
export { parseSpec, parseSpecJson } from './parse';
export { applyOverrides } from './overrides';
export { diffSpecs, experimentIdentity, specHash, type SpecDifference } from './identity';
export { DEFAULT_SPEC, withoutDefaults } from './defaults';
export { decodeSpecLink, encodeSpecLink, isSpecLink, readSpecLink, type LinkFile, type SpecLink } from './link';
export { TRAVEL, travelSpec, type SpecField, type Travel } from './travel';
export * from './descriptors';
export {
  parseStudy,
  STUDY_VERSION,
  studyHash,
  studySchema,
  studySeeds,
  type Assignments,
  type StudyAnalysis,
  type StudyInput,
  type StudySpec,
} from './study';
