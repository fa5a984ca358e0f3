/** Records: the hub between what runs and what shows. */
export * from './types';
export { encodeStep, encodeSteps, encodeTrial, encodeTrials, parseSteps, parseTrials } from './jsonl';
export { encodeManifest, encodeSummary, parseManifest, parseSummary } from './documents';
export { trialsToCsv } from './csv';
export { readRun, RUN_FILES, type RunBundle } from './bundle';
export { manifestSchema, stepSchema, summarySchema, trialSchema } from './schemas';
