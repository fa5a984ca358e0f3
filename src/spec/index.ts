/** The experiment spec: read, change, compare, describe. */
export { LINEAR_MODULES, specSchema, type ExperimentSpec, type LinearModule, type SpecInput } from './schema';
export { migrateSpec, migrationsOf, SPEC_VERSION, type Migration } from './migrations';
export { parseSpec, parseSpecJson } from './parse';
export { applyOverrides } from './overrides';
export {
  diffFromPreset,
  laidOn,
  parsePreset,
  parsePresetList,
  resolvePresets,
  withPresets,
  type Preset,
} from './presets';
export { diffSpecs, experimentIdentity, specHash, type SpecDifference } from './identity';
export {
  describeDifferences,
  describeOwnSettings,
  describeSpec,
  type SpecChange,
  type SpecSetting,
  type SpecValue,
} from './words';
export { DEFAULT_SPEC, withoutDefaults } from './defaults';
export { decodeSpecLink, encodeSpecLink, isSpecLink, readSpecLink, type LinkFile, type SpecLink } from './link';
export { travelSpec } from './travel';
export {
  bySection,
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
export {
  assignPretrain,
  parsePretrainConfig,
  PRETRAIN_VERSION,
  pretrainIdentity,
  pretrainSchema,
  type PretrainConfig,
  type PretrainInput,
} from './pretrain';
export { expectationSchema, type Expectation } from './expectations';
export { ROW_DIRECTIONS, ROW_GROUPS, ROW_MEASURES, ROW_MODELS, ROW_SCALES } from './study-rows';
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
export { assignWorld, parseWorld } from './parse-world';
export {
  IDENTIFIER_GRAMMARS,
  MOST_SENTENCES,
  NAME_STYLES,
  SENTENCE_SETS,
  WORLD_VERSION,
  worldHash,
  worldIdentity,
  worldSchema,
  type GivenSource,
  type GrammarName,
  type NameStyleName,
  type SentenceSetName,
  type SyntheticSource,
  type WorldGroup,
  type WorldInput,
  type WorldSpec,
} from './world';
