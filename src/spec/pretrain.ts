/**
 * A pretraining configuration, version 1: the shape of a model and how it is trained from nothing, as one JSON file.
 *
 * Promises: unknown fields are refused, missing ones get the defaults below; what is wrong is named by its path.
 * Must not know: the corpus, the tokenizer (whose size is the vocabulary's), how training is done.
 */
import * as v from 'valibot';
import { LabError } from '../core/errors';
import { sha256Hex } from '../core/hash';
import { canonicalJson } from '../core/json';
import { applyOverrides } from './overrides';
import { checkValue, parseSpecJson } from './parse';
import { isObject, objectShape } from './shape';

export const PRETRAIN_VERSION = 1;

const count = (minimum: number, maximum: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(minimum), v.maxValue(maximum));
const between = (minimum: number, maximum: number) => v.pipe(v.number(), v.minValue(minimum), v.maxValue(maximum));
const LARGEST_SEED = 4294967295;

/** Llama layout: RMSNorm, rotary positions, grouped queries, SwiGLU, no biases. */
const modelSchema = v.strictObject({
  /** Width of the residual stream; a multiple of 4 and of `heads`. */
  hiddenSize: v.optional(count(4, 16384), 128),
  layers: v.optional(count(1, 256), 4),
  heads: v.optional(count(1, 256), 4),
  /** Heads of keys and values; divides `heads`. */
  kvHeads: v.optional(count(1, 256), 2),
  /** Width of the SwiGLU; a multiple of 4. */
  intermediateSize: v.optional(count(4, 65536), 256),
  /** Positions that the model knows; no sentence may be longer. */
  contextLength: v.optional(count(8, 131072), 256),
  /** Whether the head is the embedding. */
  tiedEmbeddings: v.optional(v.boolean(), true),
  ropeTheta: v.optional(between(1, 1e9), 10000),
  normEpsilon: v.optional(between(1e-12, 0.1), 1e-5),
});

export const pretrainSchema = v.strictObject({
  $schema: v.optional(v.string()),
  pretrainVersion: v.literal(PRETRAIN_VERSION),
  name: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(120)), 'untitled model'),
  /** Of the initial weights; the corpus has its own order. */
  seed: v.optional(count(0, LARGEST_SEED), 1),
  model: v.optional(modelSchema, {}),
  initialisation: v.optional(
    v.strictObject({
      /** Standard deviation of the initial weights; those that write into the residual stream get it over √(2 · layers). */
      deviation: v.optional(between(0, 1), 0.02),
    }),
    {},
  ),
  batch: v.optional(
    v.strictObject({
      /** Tokens of one packed row, the unit of computing. */
      rowTokens: v.optional(count(8, 65536), 1024),
      /** Rows of one optimiser step: it trains on at most rows × rowTokens tokens. */
      rows: v.optional(count(1, 4096), 1),
    }),
    {},
  ),
  /** Share of the embedded tokens' elements, and of those that each block adds to them, that a training step drops. */
  dropout: v.optional(between(0, 0.9), 0),
  optimizer: v.optional(
    v.strictObject({
      /** Of the peak. */
      learningRate: v.optional(between(0, 1), 0.003),
      beta1: v.optional(between(0, 0.999999), 0.9),
      beta2: v.optional(between(0, 0.999999), 0.95),
      epsilon: v.optional(between(1e-12, 0.1), 1e-8),
      /** Of every weight, norms included, as in the lab's fine-tuning. */
      weightDecay: v.optional(between(0, 10), 0.1),
      /** Largest norm of the gradient; null: no clipping. */
      clipNorm: v.optional(v.nullable(between(1e-6, 1e6)), 1),
    }),
    {},
  ),
  schedule: v.optional(
    v.strictObject({
      warmupSteps: v.optional(count(0, 1e6), 50),
      /** Where half a cosine ends, as a share of the peak; 1 keeps the peak. */
      finalShare: v.optional(between(0, 1), 0.1),
    }),
    {},
  ),
  /** Held-out loss before the first step, every so many steps, and at the end; null: at both ends only. */
  evaluation: v.optional(v.strictObject({ everySteps: v.optional(v.nullable(count(1, 1e6)), 100) }), {}),
  checkpoint: v.optional(
    v.strictObject({
      everySteps: v.optional(v.nullable(count(1, 1e6)), null),
      everySeconds: v.optional(between(0.1, 3600), 60),
    }),
    {},
  ),
});

/** As written by a person: defaults missing. */
export type PretrainInput = v.InferInput<typeof pretrainSchema>;
/** With every default filled in. */
export type PretrainConfig = v.InferOutput<typeof pretrainSchema>;

const SHAPE = objectShape(pretrainSchema);

/**
 * Text is read as JSON; any other value is taken as it is. `assignments` are `field=value` as `--set` gives them.
 * Throws LabError `spec-invalid` naming the path of every wrong field, `spec-version` for a version that is not read here.
 */
export function parsePretrainConfig(
  source: unknown,
  sourceName: string,
  assignments: readonly string[] = [],
): PretrainConfig {
  const value = typeof source === 'string' ? parseSpecJson(source, sourceName) : source;
  const version = isObject(value) ? value.pretrainVersion : undefined;
  if (typeof version === 'number' && version !== PRETRAIN_VERSION) {
    throw new LabError(
      'spec-version',
      `${sourceName}: pretrainVersion: found ${version}, allowed: ${PRETRAIN_VERSION}, the version this Ontoscope reads.`,
      {
        hint: version > PRETRAIN_VERSION ? 'Update Ontoscope.' : `Write "pretrainVersion": ${PRETRAIN_VERSION}.`,
        control: 'pretrainVersion',
      },
    );
  }
  const checked = checkValue({ schema: pretrainSchema, shape: SHAPE }, assignPretrain(value, assignments), sourceName);
  checkWidths(checked, sourceName);
  return checked;
}

/** A configuration as it was written, with assignments: still to be parsed. */
export function assignPretrain(written: unknown, assignments: readonly string[]): unknown {
  return applyOverrides(written, assignments, SHAPE);
}

/** What is computed: everything but the name and how often progress is saved, so that these may change on the way. */
export function pretrainIdentity({ $schema: _s, name: _n, checkpoint: _c, dropout, ...rest }: PretrainConfig): string {
  // Configurations from before there was dropout keep their identity.
  return sha256Hex(canonicalJson(dropout > 0 ? { ...rest, dropout } : rest));
}

/** What the fields must be to each other. */
function checkWidths({ model }: PretrainConfig, sourceName: string): void {
  const { hiddenSize, heads, kvHeads, intermediateSize } = model;
  const fail = (path: string, found: number, allowed: string) =>
    new LabError('spec-invalid', `${sourceName}: ${path}: found ${found}, allowed: ${allowed}.`, {
      hint: `Give ${path} such a value.`,
      control: path,
    });
  if (hiddenSize % heads !== 0 || (hiddenSize / heads) % 4 !== 0) {
    throw fail('model.hiddenSize', hiddenSize, `a multiple of 4 × model.heads, ${4 * heads}`);
  }
  if (heads % kvHeads !== 0) throw fail('model.kvHeads', kvHeads, `a divisor of model.heads, ${heads}`);
  if (intermediateSize % 4 !== 0) throw fail('model.intermediateSize', intermediateSize, 'a multiple of 4');
}
