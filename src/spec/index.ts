/** The experiment spec: read, change, compare, describe. */
export { LINEAR_MODULES, specSchema, type ExperimentSpec, type LinearModule, type SpecInput } from './schema';
export { migrateSpec, SPEC_VERSION } from './migrations';
export { parseSpec, parseSpecJson } from './parse';
export { applyOverrides } from './overrides';
export { diffSpecs, experimentIdentity, specHash, type SpecDifference } from './identity';
export { DEFAULT_SPEC, withoutDefaults } from './defaults';
export { decodeSpecLink, encodeSpecLink, isSpecLink, readSpecLink, type LinkFile, type SpecLink } from './link';
export { travelSpec } from './travel';
export {
  FIELDS,
  GROUPS,
  listFields,
  TRAVEL,
  UNITS,
  type FieldInfo,
  type FieldRow,
  type GroupRow,
  type SpecField,
  type SpecGroup,
  type Travel,
  type Unit,
} from './fields';
export * from './descriptors';
