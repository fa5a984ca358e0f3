/** Records: the hub between what runs and what shows. */
export * from './types';
export { FACT_EVENTS, type FactEvent } from '../core/fact-event';
export * from './probe-types';
export {
  encodeFact,
  encodeFacts,
  encodeStep,
  encodeSteps,
  encodeTrial,
  encodeTrials,
  nameNonFinite,
  parseFacts,
  parseSteps,
  parseTrials,
} from './jsonl';
export { encodeManifest, encodeSummary, parseManifest, parseSummary } from './documents';
export { CHART_TABLES } from './chart-tables';
export { csvLine, trialsToCsv, type CsvCell } from './csv';
export {
  countProbeRecords,
  encodeProbeRecords,
  firstProbeRecords,
  noProbeRecords,
  probeRecordsOf,
  parseProbeRecords,
  PROBE_FILES,
  probesToCsv,
  readProbeRecords,
  type ProbeLines,
  type ProbeChunk,
} from './probes';
export { decodeEmbeddings, encodeEmbeddings, type EmbeddingFile } from './embeddings';
export { BUNDLE_FILES, BUNDLE_LIMITS, openBundle, packBundle, type BundleFile, type OpenedBundle } from './bundle-zip';
export { packFiles } from './pack-files';
export { BUNDLE_VERSION, type BundleInfo } from './bundle-info';
export { compareRuns, compareValues, type RunComparison, type RunDifference, type Verdict } from './compare';
export {
  checkVerdict,
  deviceCheckText,
  errorText,
  familyVerdict,
  toleranceText,
  type DeviceCheck,
  type DeviceFamily,
} from './device-check';
export { isLeftOut, LeavingOut, pairHash, pairName } from './left-out';
export { pairPolicy, type PairPolicy, type PairTexts } from './licences';
export { ANALYSIS_READS } from './analyses';
export type * from './analyses';
export { withoutPairs } from './without-pairs';
export { endingText } from './endings';
export { runFileIdentities } from './link-files';
export { FACT_SETS, factSet, rehearsedFacts, setSummaries, type FactSet, type SetSummary } from './rehearsed';
export { adaptersIn, furtherFiles, runFile, runFileNames, type WholeRun } from './run-files';
export { readRun, RUN_FILES, type RunBundle } from './bundle';
export {
  CELL_STATES,
  checkState,
  encodeState,
  parseState,
  STUDY_STATE_VERSION,
  studyStateSchema,
  type CellRecord,
  type CellState,
  type StudyState,
} from './study-state';
export {
  encodeStudySummary,
  parseStudySummary,
  shownRows,
  STUDY_SUMMARY_VERSION,
  studySummarySchema,
  toldWarnings,
  type ExpectationOutcome,
  type StudyRow,
  type StudySummary,
} from './study-summary';
export { rowsFile, STUDY_FILE_NAMES, STUDY_FILES, type StudyFileName } from './study-files';
export { canarySchema, embeddingSchema, languageSchema } from './probe-schemas';
export { factSchema, manifestSchema, stepSchema, summarySchema, trialSchema } from './schemas';
