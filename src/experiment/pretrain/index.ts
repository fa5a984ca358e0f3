/** Pretraining from scratch: what hosts use. */
export { CORPUS_FILES, readCorpus, type PretrainingText } from './corpus';
export {
  decodePretrainCheckpoint,
  encodePretrainCheckpoint,
  type PretrainCheckpoint,
  type PretrainEvent,
  type PretrainHost,
  type PretrainResumePoint,
} from './events';
export type { ExposureRecord } from './exposures';
export { preparePretraining, type PreparedPretraining } from './prepare';
export {
  encodeLines,
  encodePretrainManifest,
  parseHeldOut,
  parsePretrainManifest,
  parsePretrainSteps,
  PRETRAIN_FILES,
  type HeldOutRecord,
  type PretrainManifest,
  type PretrainPlan,
  type PretrainProgress,
  type PretrainStep,
} from './records';
export { untrainedFiles } from './speed';
export { PretrainRunner, type PretrainOptions } from './runner';
