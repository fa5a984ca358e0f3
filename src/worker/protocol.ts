/**
 * Everything that passes between the page and the lab worker: two discriminated unions, checked on both sides.
 *
 * Promises: every message carries `runId` (the page's name for one job) and `seq` (1, 2, 3 … per sender); a message that
 * does not fit is refused with a LabError, never guessed at.
 * Must not know: the engine, the experiment, the DOM.
 */
import * as v from 'valibot';
import { LabError, type SerializedLabError } from '../core/errors';
import {
  adapterSchema,
  encodedFileSchema,
  factsSchema,
  fileHashSchema,
  manifestSchema,
  pairsSchema,
  pairTextsSchema,
  probeRecordsSchema,
  record,
  runPartSchema,
  stepsSchema,
  summarySchema,
  trialsSchema,
} from './bundle-protocol';
import {
  drawSchema,
  pickedFileSchema,
  questionQuerySchema,
  questionsSchema,
  readOptionsSchema,
  readProgressSchema,
  numbersSchema,
  surveySchema,
  termPageSchema,
  termQuerySchema,
  tokenLengthsSchema,
} from './data-protocol';
import { deviceRequests, deviceResponses } from './device-protocol';
import { analysisRequests, analysisResponses } from './analysis-protocol';
import { envelope, RUN_STATES } from './envelope';
import { modelFolderSchema, modelRequests, modelResponses } from './model-protocol';
import { pretrainRequests, pretrainResponses } from './pretrain-protocol';
import { plannedCellSchema, stateSchema, studyFilesSchema, studySchema, studySummarySchema } from './study-protocol';
import { worldRequests, worldResponses } from './world-protocol';
import type { RunProgress } from '../records/types';
import { PROBE_RECORD_KINDS } from '../records/probe-types';
import { STUDY_FILE_NAMES } from '../records/study-files';
import type { ExperimentSpec } from '../spec/schema';

const dataInputs = {
  ontology: pickedFileSchema,
  counts: v.nullable(pickedFileSchema),
  /** One per entry of `spec.ontology.covariates`, in its order. */
  covariates: v.array(pickedFileSchema),
};

const inputsSchema = v.object({
  /** Validated again by the experiment layer, which owns its meaning. */
  spec: record<ExperimentSpec>('specVersion', 'model', 'ontology', 'train'),
  model: modelFolderSchema,
  ...dataInputs,
  /** The texts of `retention.rehearsal.path`. */
  rehearsal: v.exactOptional(v.nullable(pickedFileSchema)),
  /** The files that `spec.evaluation.probes` names. */
  probes: v.exactOptional(
    v.object({ canaries: v.nullable(pickedFileSchema), languageLoss: v.nullable(pickedFileSchema) }),
  ),
});
export type RunInputs = v.InferOutput<typeof inputsSchema>;

const workSchema = v.object({ train: v.number(), score: v.number(), decode: v.number() });

const planSchema = v.object({
  /** `runId` of the manifest that this run would write: tells whether a kept run can be continued. */
  experimentId: v.string(),
  model: v.object({ name: v.string(), parameters: v.number() }),
  /** What it is made of, for links. */
  files: v.array(v.object({ field: v.string(), name: v.string(), bytes: v.number(), sha256: v.string() })),
  dataset: v.object({
    seen: v.number(),
    withheld: v.number(),
    bins: v.number(),
    universe: v.number(),
    popularity: v.picklist(['counts', 'column', 'none']),
  }),
  memory: v.object({
    weightsBytes: v.number(),
    trainingBytes: v.number(),
    activationBytes: v.number(),
    decodingBytes: v.number(),
    totalBytes: v.number(),
  }),
  trainableParameters: v.number(),
  plannedSteps: v.number(),
  /** Tokens of each kind of work, all directions together. */
  work: workSchema,
  tokenLengths: tokenLengthsSchema,
  /** Longest prompt + completion in tokens. */
  longestTokens: v.number(),
  contextTokens: v.number(),
});
/** What a run would take, known before a GPU is touched. */
export type RunPlan = v.InferOutput<typeof planSchema>;

/** Milliseconds a token of each kind of work, with a model of so many parameters. */
const speedSchema = v.object({ msPerToken: workSchema, parameters: v.number() });
export type MeasuredSpeed = v.InferOutput<typeof speedSchema>;

const errorSchema = v.object({
  code: v.string() as unknown as v.GenericSchema<SerializedLabError['code']>,
  message: v.string(),
  hint: v.string(),
  control: v.optional(v.string()),
});

const requestSchema = v.variant('kind', [
  v.object({ kind: v.literal('prepare'), ...envelope, inputs: inputsSchema }),
  /**
   * Runs what was prepared last, under the name `prepared`. Its own name is a fresh one: no verb said to an earlier start
   * reaches it. `key` names the run in the browser's storage, `resume` continues it there.
   */
  v.object({ kind: v.literal('start'), ...envelope, prepared: v.string(), key: v.string(), resume: v.boolean() }),
  /** How fast what was prepared last is on this device. */
  v.object({ kind: v.literal('time'), ...envelope }),
  v.object({ kind: v.literal('pause'), ...envelope }),
  /** One optimiser step, or one chunk of an evaluation, and then a pause. */
  v.object({ kind: v.literal('step'), ...envelope }),
  v.object({ kind: v.literal('resume'), ...envelope }),
  v.object({ kind: v.literal('cancel'), ...envelope }),
  /** What a file holds; its terms can be searched afterwards. */
  v.object({ kind: v.literal('survey'), ...envelope, file: pickedFileSchema, options: readOptionsSchema }),
  /** The columns of numbers of a table; all of them are read and checked. Null: identifiers in the first column. */
  v.object({
    kind: v.literal('numbers'),
    ...envelope,
    file: pickedFileSchema,
    identifierColumn: v.nullable(v.string()),
  }),
  v.object({ kind: v.literal('terms'), ...envelope, query: termQuerySchema }),
  v.object({
    kind: v.literal('draw'),
    ...envelope,
    inputs: v.object({ spec: inputsSchema.entries.spec, ...dataInputs }),
  }),
  /** Of the run that was prepared last. */
  v.object({ kind: v.literal('questions'), ...envelope, query: questionQuerySchema }),
  /** Answered by the run's records and then `opened`, or by `failed` alone. */
  v.object({ kind: v.literal('open-bundle'), ...envelope, file: pickedFileSchema }),
  v.object({ kind: v.literal('keep-bundle'), ...envelope, file: pickedFileSchema, key: v.string() }),
  /** Pieces of a run, gathered under the runId until a file of them is asked for. */
  v.object({ kind: v.literal('hand'), ...envelope, part: runPartSchema }),
  v.object({ kind: v.literal('encode'), ...envelope, path: v.string(), pairs: v.picklist(['kept', 'left-out']) }),
  /** The texts of pairs, by their hashes, from the ontology of the run. */
  v.object({
    kind: v.literal('pair-texts'),
    ...envelope,
    file: pickedFileSchema,
    manifest: manifestSchema,
    hashes: v.array(fileHashSchema),
  }),
  v.object({ kind: v.literal('identify'), ...envelope, file: pickedFileSchema }),
  /** A run of the browser's storage as a bundle. */
  v.object({ kind: v.literal('pack-kept'), ...envelope, key: v.string() }),
  /** A study file's text, or the document that it would hold. */
  v.object({ kind: v.literal('list-study'), ...envelope, study: v.unknown(), name: v.string() }),
  /** Answered by `study-state`, a `study-planned` for each cell, and `study-plan`. */
  v.object({ kind: v.literal('plan-study'), ...envelope, study: studySchema, files: studyFilesSchema }),
  /** Begins the study, or continues the one kept under `key`; `pause`, `resume` and `cancel` steer it. */
  v.object({ kind: v.literal('run-study'), ...envelope, key: v.string(), study: studySchema, files: studyFilesSchema }),
  v.object({ kind: v.literal('pool-study'), ...envelope, key: v.string() }),
  v.object({ kind: v.literal('study-file'), ...envelope, key: v.string(), path: v.picklist(STUDY_FILE_NAMES) }),
  ...worldRequests,
  ...pretrainRequests,
  ...modelRequests,
  ...deviceRequests,
  ...analysisRequests,
]);
export type Request = v.InferOutput<typeof requestSchema>;

const progressSchema = v.intersect([
  record<RunProgress>('fraction', 'message'),
  v.object({ state: v.picklist(RUN_STATES) }),
]);

const responseSchema = v.variant('kind', [
  v.object({ kind: v.literal('prepared'), ...envelope, plan: planSchema }),
  v.object({ kind: v.literal('timed'), ...envelope, speed: speedSchema }),
  v.object({ kind: v.literal('manifest'), ...envelope, manifest: manifestSchema }),
  v.object({
    kind: v.literal('progress'),
    ...envelope,
    progress: progressSchema,
  }),
  v.object({ kind: v.literal('facts'), ...envelope, records: factsSchema }),
  v.object({ kind: v.literal('steps'), ...envelope, records: stepsSchema }),
  v.object({ kind: v.literal('trials'), ...envelope, records: trialsSchema }),
  /** Records of one kind of probe, and the files that belong to them. */
  v.object({
    kind: v.literal('probes'),
    ...envelope,
    probe: v.picklist(PROBE_RECORD_KINDS),
    records: probeRecordsSchema,
    files: v.array(encodedFileSchema),
  }),
  /** Records after these many are void: the run goes on from its last checkpoint. */
  v.object({
    kind: v.literal('rewind'),
    ...envelope,
    trials: v.number(),
    steps: v.number(),
    probes: v.object({ embeddings: v.number(), canaries: v.number(), language: v.number() }),
    deviceLost: v.boolean(),
  }),
  v.object({ kind: v.literal('summary'), ...envelope, summary: summarySchema }),
  v.object({ kind: v.literal('adapter'), ...envelope, adapter: adapterSchema }),
  /** A checkpoint is kept: so many records stand before it. */
  v.object({ kind: v.literal('checkpoint'), ...envelope, trials: v.number(), steps: v.number() }),
  /** Records could not be kept; the run goes on. */
  v.object({ kind: v.literal('storage-failed'), ...envelope, error: errorSchema }),
  v.object({ kind: v.literal('reading'), ...envelope, progress: readProgressSchema }),
  v.object({ kind: v.literal('surveyed'), ...envelope, survey: surveySchema }),
  v.object({ kind: v.literal('numbered'), ...envelope, table: numbersSchema }),
  v.object({ kind: v.literal('found'), ...envelope, page: termPageSchema }),
  v.object({ kind: v.literal('drawn'), ...envelope, draw: drawSchema }),
  v.object({ kind: v.literal('asked'), ...envelope, questions: questionsSchema }),
  v.object({ kind: v.literal('opened'), ...envelope, pairs: pairsSchema }),
  v.object({ kind: v.literal('kept'), ...envelope }),
  /** A further file of an opened bundle. */
  v.object({ kind: v.literal('file'), ...envelope, file: encodedFileSchema }),
  v.object({ kind: v.literal('encoded'), ...envelope, file: encodedFileSchema }),
  v.object({ kind: v.literal('identified'), ...envelope, sha256: fileHashSchema }),
  v.object({ kind: v.literal('study-state'), ...envelope, state: stateSchema }),
  v.object({ kind: v.literal('study-planned'), ...envelope, cell: plannedCellSchema }),
  v.object({
    kind: v.literal('study-plan'),
    ...envelope,
    totalRoughMs: v.nullable(v.number()),
    /** Where the times come from; why there are none. */
    timing: v.string(),
  }),
  v.object({ kind: v.literal('study-progress'), ...envelope, cell: v.string(), progress: progressSchema }),
  /** What the finished cells say; null where there is none. */
  v.object({
    kind: v.literal('study-pooled'),
    ...envelope,
    state: stateSchema,
    summary: v.nullable(studySummarySchema),
  }),
  ...worldResponses,
  ...pretrainResponses,
  ...modelResponses,
  ...deviceResponses,
  ...analysisResponses,
  v.object({ kind: v.literal('texts-found'), ...envelope, texts: pairTextsSchema }),
  v.object({ kind: v.literal('finished'), ...envelope }),
  v.object({ kind: v.literal('failed'), ...envelope, error: errorSchema }),
]);
export type Response = v.InferOutput<typeof responseSchema>;
export type ProbesMessage = Pick<Extract<Response, { kind: 'probes' }>, 'probe' | 'records' | 'files'>;
export type RewindCounts = Pick<Extract<Response, { kind: 'rewind' }>, 'trials' | 'steps' | 'probes'>;

type Body<T> = T extends unknown ? Omit<T, 'runId' | 'seq'> : never;
export type RequestBody = Body<Request>;
export type ResponseBody = Body<Response>;

function parseWith<T>(schema: v.GenericSchema<unknown, T>, message: unknown, from: string): T {
  const result = v.safeParse(schema, message);
  if (result.success) return result.output;
  const issue = result.issues[0];
  throw new LabError(
    'internal',
    `A message from the ${from} does not fit the protocol: ${issue.message} (${v.getDotPath(issue) ?? 'whole'}).`,
    {
      hint: 'Reload the page. If it happens again, please report it: page and worker are of different versions.',
    },
  );
}

export function parseRequest(message: unknown): Request {
  return parseWith(requestSchema, message, 'page');
}

export function parseResponse(message: unknown): Response {
  return parseWith(responseSchema, message, 'worker');
}
