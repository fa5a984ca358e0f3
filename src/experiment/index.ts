/** Experiments: everything the worker, the command line and the tests use. */
export { prepareRun, type RunInputs } from './prepare';
export { prepareData, readOptions, textsOfPairs, type DataInputs, type PreparedData } from './data';
export { prepareAssociations, type AssociationReport } from './associations';
export {
  buildWorld,
  lookAtWorld,
  makeWorld,
  placesOf,
  previewWorld,
  readGiven,
  summarizeWorld,
  WORLD_FILES,
  worldFileNames,
  worldFiles,
  type World,
  type WorldPreview,
  type WorldSummary,
} from './worlds';
export { NEGATIVE_KINDS, type AssociationOptions } from '../dataset';
export { Sources } from './sources';
export {
  questionTokens,
  reportDraw,
  tokenLengths,
  type DirectionLengths,
  type DrawReport,
  type QuestionTokens,
} from './preview';
export { preparedFiles, type PreparedDirection, type PreparedFact, type PreparedRun } from './prepared';
export { Runner, type RunOptions } from './runner';
export { openEngineSession, type OpenedSession, type RunnerHost, type SessionFactory } from './host';
export { checkThisDevice, describeDevice, type DeviceDescription } from './device-check';
export { LostDevices } from './lost-devices';
export type { ResumePoint } from './resume';
export { decodeCheckpoint, encodeCheckpoint } from './checkpoint';
export type { Checkpoint, ProbeEvent, RunEvent } from './events';
export type { ProbeFiles } from './probes';
export { firstProbeRecords, noProbeRecords } from '../records';
export { summarize } from './summary';
export { languageLossAt } from './probes/summary';
export { checkIds, generateSamples, openAnsweringModel, type AnsweringModel, type WrittenSample } from './model-tools';
export { acquireDevice } from '../engine';
export { inspectModel, type InspectOptions, type ModelReport } from './inspect-model';
export { LEAST_LIMITS, type PlanLimits, type UsePlan } from './model-plan';
export { compareAdapters, type Compared } from './compare-adapters';
export { inspectAdapterFolder, mergeIntoModel, type InspectedAdapter } from './adapter-tools';
export { memoryParts, type MemoryParts } from './memory-parts';
export { comparePrecisions, KEPT_PRECISIONS, type PrecisionReport } from './precision-tools';
export type { BasePrecision } from '../engine';
export { exportOnnx, type OnnxExportOptions } from './onnx-export';
export * from './pretrain';
export * from './study';
export { ONTOSCOPE_VERSION } from './version';
export {
  createWeb,
  type DownloadProgress,
  type KeptModel,
  ModelCache,
  openModel,
  type Web,
  WRITTEN_DTYPES,
  type WrittenDtype,
} from '../models';
export {
  asOntology,
  detectTerminology,
  entriesOf,
  inspectTable,
  searchTerms,
  sourceFacts,
  type Ontology,
  readOntology,
  readSource,
  summarizeOntology,
  summarizeSource,
  type ReadProgress,
  type Source,
  type SourceSummary,
} from '../ontology';
