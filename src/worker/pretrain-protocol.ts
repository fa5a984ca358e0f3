/**
 * What page and worker say to each other about pretraining: what it takes, how far it is, what came out.
 * Plain data with a schema each.
 *
 * Must not know: how it is done, storage, the DOM.
 */
import * as v from 'valibot';
import type { AdapterIdentity, RunState } from '../records/types';
import { pretrainSchema, type PretrainConfig } from '../spec/pretrain';
import { encodedFileSchema, record } from './bundle-protocol';
import { envelope, RUN_STATES } from './envelope';
import { worldInputsSchema } from './world-protocol';

export type { PretrainConfig } from '../spec/pretrain';

export const PRETRAIN_DTYPES = ['f32', 'f16'] as const;
export type PretrainDtype = (typeof PRETRAIN_DTYPES)[number];

const configSchema = pretrainSchema satisfies v.GenericSchema<unknown, PretrainConfig>;

export const pretrainPlanSchema = v.object({
  parameters: v.number(),
  steps: v.number(),
  tokens: v.number(),
  heldOutTokens: v.number(),
  sentences: v.number(),
  facts: v.number(),
  vocabulary: v.number(),
  operations: v.object({ trainingPerToken: v.number(), total: v.number() }),
  memory: v.object({
    weightsBytes: v.number(),
    trainingBytes: v.number(),
    activationBytes: v.number(),
    totalBytes: v.number(),
    largestBufferBytes: v.number(),
  }),
});
export type PretrainPlan = v.InferOutput<typeof pretrainPlanSchema>;

/** Of the manifest of a pretraining what the page shows; the rest goes along as it was written. */
export interface PretrainManifest {
  runId: string;
  state: RunState;
  config: PretrainConfig;
  corpus: { name: string; sha256: string };
  model: { parameters: number };
  plan: { steps: number; tokens: number };
  trained: { steps: number; tokens: number };
  dtype: PretrainDtype;
  gpu: AdapterIdentity;
  startedAtMs: number;
  elapsedMs: number;
  error: { code: string; message: string; hint: string } | null;
}
const manifestSchema = record<PretrainManifest>('runId', 'state', 'config', 'corpus', 'plan', 'trained', 'gpu');

const stepSchema = v.object({
  step: v.number(),
  learningRate: v.number(),
  loss: v.number(),
  gradientNorm: v.number(),
  tokens: v.number(),
  trainedTokens: v.number(),
});
export type PretrainStep = v.InferOutput<typeof stepSchema>;

const heldOutSchema = v.object({
  step: v.number(),
  trainedTokens: v.number(),
  loss: v.number(),
  tokens: v.number(),
});
export type HeldOutRecord = v.InferOutput<typeof heldOutSchema>;

const progressSchema = v.object({
  state: v.picklist(RUN_STATES),
  step: v.number(),
  steps: v.number(),
  loss: v.nullable(v.number()),
  heldOutLoss: v.nullable(v.number()),
  fraction: v.number(),
  elapsedMs: v.number(),
  etaMs: v.nullable(v.number()),
  tokensPerSecond: v.nullable(v.number()),
  message: v.string(),
});
export type PretrainProgress = v.InferOutput<typeof progressSchema>;

export const pretrainRequests = [
  v.object({
    kind: v.literal('plan-pretraining'),
    ...envelope,
    inputs: worldInputsSchema,
    config: configSchema,
  }),
  /** `key` names it in the browser's storage; `pause`, `resume` and `cancel` steer it. Answered by `finished`. */
  v.object({
    kind: v.literal('run-pretraining'),
    ...envelope,
    key: v.string(),
    inputs: worldInputsSchema,
    config: configSchema,
    dtype: v.picklist(PRETRAIN_DTYPES),
  }),
  /** The one kept under `key`, from its last checkpoint. */
  v.object({ kind: v.literal('continue-pretraining'), ...envelope, key: v.string() }),
  /** The folder that the terminal would write, as a zip. */
  v.object({
    kind: v.literal('pack-pretraining'),
    ...envelope,
    manifest: manifestSchema,
    steps: v.array(stepSchema),
    heldOut: v.array(heldOutSchema),
    files: v.array(encodedFileSchema),
  }),
] as const;

export const pretrainResponses = [
  v.object({ kind: v.literal('pretraining-planned'), ...envelope, plan: pretrainPlanSchema }),
  v.object({ kind: v.literal('pretraining-manifest'), ...envelope, manifest: manifestSchema }),
  v.object({ kind: v.literal('pretraining-progress'), ...envelope, progress: progressSchema }),
  v.object({ kind: v.literal('pretraining-steps'), ...envelope, records: v.array(stepSchema) }),
  v.object({ kind: v.literal('pretraining-held-out'), ...envelope, record: heldOutSchema }),
  /** The model's files, once; those of its world lie in `world/` and come first. */
  v.object({ kind: v.literal('pretraining-files'), ...envelope, files: v.array(encodedFileSchema) }),
  /** Records after these many are void: it goes on from its last checkpoint. */
  v.object({
    kind: v.literal('pretraining-rewind'),
    ...envelope,
    steps: v.number(),
    heldOut: v.number(),
    deviceLost: v.boolean(),
  }),
] as const;
