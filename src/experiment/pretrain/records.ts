/**
 * What pretraining writes down beside the model: its manifest, one line a step, one line a held-out evaluation, one line
 * a fact. Types and codecs.
 *
 * Promises: equal records give equal bytes. Lines hold nothing that differs between two runs on one adapter.
 */
import * as v from 'valibot';
import type { DecoderConfig, MemoryPlan } from '../../engine';
import type { HashedFile } from '../../models';
import type { AdapterIdentity, RunState } from '../../records';
import { nameNonFinite, parseLines } from '../../records/jsonl';
import { parseJson, validateRecord } from '../../records/validate';
import type { PretrainConfig } from '../../spec';
import type { Operations } from './operations';

/** Files of a pretraining folder beside the model's own. */
export const PRETRAIN_FILES = {
  manifest: 'pretraining.json',
  steps: 'steps.jsonl',
  heldOut: 'held-out.jsonl',
  exposures: 'exposures.jsonl',
} as const;

export interface PretrainStep {
  /** 1-based. */
  step: number;
  learningRate: number;
  /** Mean cross-entropy of the step's tokens, before its update. */
  loss: number;
  /** Before clipping. */
  gradientNorm: number;
  /** Predicted tokens of this step. */
  tokens: number;
  /** Predicted tokens up to and with this step. */
  trainedTokens: number;
}

export interface HeldOutRecord {
  /** Steps taken before. */
  step: number;
  trainedTokens: number;
  /** Mean cross-entropy of the held-out tokens. */
  loss: number;
  tokens: number;
}

/** Counted before anything is computed. */
export interface PretrainPlan {
  parameters: number;
  steps: number;
  /** Predicted tokens of the corpus. */
  tokens: number;
  heldOutTokens: number;
  sentences: number;
  /** Sentences that state no fact. */
  filler: number;
  facts: number;
  rowTokens: number;
  operations: Operations;
  memory: MemoryPlan;
}

export interface PretrainManifest {
  manifestVersion: 1;
  runId: string;
  state: RunState;
  config: PretrainConfig;
  configHash: string;
  corpus: { name: string; sha256: string; sentences: number; filler: number; facts: number; heldOut: number };
  model: Omit<DecoderConfig, 'inverseFrequencies'> & { parameters: number };
  plan: Pick<PretrainPlan, 'steps' | 'tokens' | 'heldOutTokens' | 'operations'>;
  trained: { steps: number; tokens: number };
  dtype: 'f32' | 'f16';
  /** Of the model and of exposures.jsonl; empty until they are written. */
  files: HashedFile[];
  gpu: AdapterIdentity;
  kernels: Record<string, string>;
  memory: MemoryPlan;
  versions: { ontoscope: string };
  startedAtMs: number;
  elapsedMs: number;
  error: { code: string; message: string; hint: string } | null;
}

export interface PretrainProgress {
  state: RunState;
  step: number;
  steps: number;
  /** Of the last step that is known; null before the first. */
  loss: number | null;
  heldOutLoss: number | null;
  fraction: number;
  elapsedMs: number;
  etaMs: number | null;
  /** Of training. */
  tokensPerSecond: number | null;
  message: string;
}

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const stepSchema: v.GenericSchema<unknown, PretrainStep> = v.strictObject({
  step: whole,
  learningRate: v.number(),
  loss: v.number(),
  gradientNorm: v.number(),
  tokens: whole,
  trainedTokens: whole,
});
const heldOutSchema: v.GenericSchema<unknown, HeldOutRecord> = v.strictObject({
  step: whole,
  trainedTokens: whole,
  loss: v.number(),
  tokens: whole,
});

/** Lines joined, each with its newline; keys in the order they were set. */
export function encodeLines(records: readonly object[]): string {
  return records.map((record) => `${JSON.stringify(record, nameNonFinite)}\n`).join('');
}

/** Throws LabError `record-invalid` with file and line, as do the others. */
export function parsePretrainSteps(text: string, file: string): PretrainStep[] {
  return parseLines(text, file, stepSchema, 'training step');
}

export function parseHeldOut(text: string, file: string): HeldOutRecord[] {
  return parseLines(text, file, heldOutSchema, 'held-out evaluation');
}

export function encodePretrainManifest(manifest: PretrainManifest): string {
  return `${JSON.stringify(manifest, nameNonFinite, 2)}\n`;
}

/** As far as a later process needs it; the rest is taken as written. */
const manifestSchema = v.looseObject({
  manifestVersion: v.literal(1),
  runId: v.string(),
  state: v.string(),
  startedAtMs: v.number(),
  elapsedMs: v.number(),
  dtype: v.picklist(['f32', 'f16']),
  files: v.array(v.looseObject({ name: v.string(), sha256: v.string() })),
  gpu: v.looseObject({ host: v.string(), description: v.string() }),
  kernels: v.record(v.string(), v.string()),
});

export function parsePretrainManifest(text: string, file: string): PretrainManifest {
  const value = parseJson(text, { file });
  return validateRecord(manifestSchema, value, { file }, 'manifest of a pretraining') as unknown as PretrainManifest;
}
