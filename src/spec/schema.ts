/**
 * The experiment spec, version 1: one JSON file that says everything a run depends on.
 *
 * Promises: unknown fields are refused, missing ones get the defaults below, so two specs with equal meaning
 * have equal canonical JSON. Must not know: implementations; it holds names and numbers only.
 */
import * as v from 'valibot';
import { DIRECTIONS } from '../core/direction';

const count = (minimum: number, maximum: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(minimum), v.maxValue(maximum));
const between = (minimum: number, maximum: number) => v.pipe(v.number(), v.minValue(minimum), v.maxValue(maximum));

export const LINEAR_MODULES = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'] as const;
export type LinearModule = (typeof LINEAR_MODULES)[number];

const loraSchema = v.strictObject({
  kind: v.literal('lora'),
  rank: v.optional(count(1, 256), 16),
  alpha: v.optional(between(0.001, 4096), 32),
  /** `standard` scales by alpha/rank, `rslora` by alpha/√rank. */
  scaling: v.optional(v.picklist(['standard', 'rslora']), 'standard'),
  targets: v.optional(v.pipe(v.array(v.picklist(LINEAR_MODULES)), v.minLength(1)), [...LINEAR_MODULES]),
});
/** Every weight is trained: full fine-tuning. */
const fullSchema = v.strictObject({ kind: v.literal('full') });

export const specSchema = v.strictObject({
  $schema: v.optional(v.string()),
  specVersion: v.literal(1),
  name: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(120)), 'untitled'),
  description: v.optional(v.string(), ''),
  seed: v.optional(count(0, 4294967295), 1),
  model: v.strictObject({ path: v.optional(v.nullable(v.string()), null) }),
  ontology: v.strictObject({
    /** OBO, or a term/identifier table (TSV). */
    path: v.optional(v.nullable(v.string()), null),
    /** Column names, for a table only. */
    termColumn: v.optional(v.string(), 'term'),
    identifierColumn: v.optional(v.string(), 'identifier'),
    /** Popularity per identifier, from a TSV. Null: popularity is unknown and the rank is a seeded draw. */
    counts: v.optional(
      v.nullable(
        v.strictObject({
          path: v.string(),
          identifierColumn: v.optional(v.nullable(v.string()), null),
          countColumn: v.optional(v.nullable(v.string()), null),
        }),
      ),
      null,
    ),
  }),
  sampling: v.optional(
    v.strictObject({
      bins: v.optional(count(1, 200), 20),
      seen: v.optional(count(1, 100000), 100),
      withheld: v.optional(count(0, 100000), 100),
    }),
    {},
  ),
  directions: v.optional(v.pipe(v.array(v.picklist(DIRECTIONS)), v.minLength(1)), [...DIRECTIONS]),
  /** Names of template sets in `prompts`. */
  templates: v.optional(v.strictObject({ set: v.optional(v.string(), 'short-questions') }), {}),
  method: v.optional(v.picklist(['sft']), 'sft'),
  adapter: v.optional(v.variant('kind', [loraSchema, fullSchema]), { kind: 'lora' }),
  optimizer: v.optional(
    v.strictObject({
      kind: v.optional(v.picklist(['adamw']), 'adamw'),
      learningRate: v.optional(between(0, 1), 0.005),
      beta1: v.optional(between(0, 0.999999), 0.9),
      beta2: v.optional(between(0, 0.999999), 0.999),
      epsilon: v.optional(between(1e-12, 1), 1e-8),
      weightDecay: v.optional(between(0, 1), 0),
      /** Global-norm clipping; null turns it off. */
      clipNorm: v.optional(v.nullable(between(1e-6, 1e6)), 1),
    }),
    {},
  ),
  schedule: v.optional(
    v.strictObject({
      kind: v.optional(v.picklist(['constant', 'cosine']), 'cosine'),
      warmupSteps: v.optional(count(0, 1000000), 10),
    }),
    {},
  ),
  train: v.optional(
    v.strictObject({
      epochs: v.optional(count(0, 10000), 20),
      /** Examples (prompt–completion pairs) per optimiser step. */
      batchSize: v.optional(count(1, 4096), 10),
      /** Tokens of one packed row (micro-step); null lets the runner choose from the data. */
      rowTokens: v.optional(v.nullable(count(64, 4096)), null),
    }),
    {},
  ),
  evaluation: v.optional(
    v.strictObject({
      everyEpochs: v.optional(count(1, 10000), 1),
      /** Stochastic samples per fact, k. */
      samples: v.optional(count(0, 1000), 20),
      temperature: v.optional(between(0.01, 10), 1),
      topK: v.optional(count(0, 1000000), 0),
      topP: v.optional(between(0.000001, 1), 1),
      /** When facts are sampled: before training, before and after, at every evaluation, never. */
      sampleAt: v.optional(v.picklist(['baseline', 'first-last', 'every', 'never']), 'first-last'),
      maxNewTokens: v.optional(count(1, 512), 48),
    }),
    {},
  ),
});

/** A spec as written by a person: defaults missing. */
export type SpecInput = v.InferInput<typeof specSchema>;
/** A spec with every default filled in. */
export type ExperimentSpec = v.InferOutput<typeof specSchema>;
