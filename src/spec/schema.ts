/**
 * The experiment spec, version 2: one JSON file that says everything a run depends on.
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

/** What a base may be kept in; the engine's own list, held against it by a test. */
export const BASE_PRECISIONS = ['f32', 'f16', 'int8', 'nf4'] as const;

/** Names of the terminologies the ontology layer knows; a test demands an implementation of each. */
export const TERMINOLOGY_NAMES = [
  'hpo',
  'go',
  'go-cc',
  'go-mf',
  'go-bp',
  'gene-names',
  'hgnc',
  'mondo',
  'icd-10-cm',
  'table',
] as const;

const moduleName = v.pipe(v.string(), v.minLength(1), v.maxLength(300));

const loraSchema = v.strictObject({
  kind: v.literal('lora'),
  rank: v.optional(count(1, 256), 16),
  alpha: v.optional(between(0.001, 4096), 32),
  /** `standard` scales by alpha/rank, `rslora` by alpha/√rank. */
  scaling: v.optional(v.picklist(['standard', 'rslora']), 'standard'),
  /** Names of linear layers, the engine's or the model's own; or `all-linear`, or a pattern of whole module paths. */
  targets: v.optional(v.union([v.pipe(v.array(moduleName), v.minLength(1)), moduleName]), [...LINEAR_MODULES]),
  /** Weight-decomposed: every output of an adapted layer has a trained magnitude. */
  dora: v.optional(v.boolean(), false),
});
/** Every weight is trained: full fine-tuning. */
const fullSchema = v.strictObject({ kind: v.literal('full') });

/** Templates of one direction; each holds its placeholder, {term} or {identifier}, once. */
const templatesSchema = v.strictObject({
  trained: v.pipe(v.array(v.string()), v.minLength(1)),
  heldOut: v.string(),
});

/** When an answer is right: what is cut off before it is compared, and whether letter case counts. */
const scoringSchema = (letterCase: 'exact' | 'fold') =>
  v.strictObject({
    strip: v.optional(v.picklist(['first-line', 'whole']), 'first-line'),
    trimPunctuation: v.optional(v.boolean(), false),
    case: v.optional(v.picklist(['exact', 'fold']), letterCase),
  });

/** What a training step minimises. Formulas: BFT and DFT as in arXiv 2511.21075, version 1. */
const methodSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('sft') }),
  v.strictObject({ kind: v.literal('dft') }),
  v.strictObject({
    kind: v.literal('bft'),
    /** Tokens of one confidence window; an answer shorter than it is one window. */
    window: v.optional(count(1, 256), 4),
    /** Mean of the label's token probabilities within a window. */
    windowMean: v.optional(v.picklist(['geometric', 'arithmetic']), 'geometric'),
    /** Exponent of the confidence: an example's weight is 1 − confidence^gamma. */
    gamma: v.optional(between(0.01, 10), 1),
    /** Weigh each token by its own probability, as DFT does; off: the ablation without token weights. */
    tokenWeights: v.optional(v.boolean(), true),
    /** Divide by the batch's sum of example weights instead of its size, so that the step's size stays comparable. */
    normalise: v.optional(v.boolean(), false),
  }),
]);

/** What keeps the model from forgetting while it learns. */
const retentionSchema = v.strictObject({
  /** Examples of what the model shall keep, trained beside each batch. */
  rehearsal: v.optional(
    v.nullable(
      v.strictObject({
        /** `known-withheld`: withheld facts that were right before training; `text`: lines of a text file. */
        source: v.optional(v.picklist(['known-withheld', 'text']), 'known-withheld'),
        /** Examples added to each batch. */
        perBatch: v.optional(count(1, 4096), 2),
        /** Text file, one text a line, for source `text`. */
        path: v.optional(v.nullable(v.string()), null),
      }),
    ),
    null,
  ),
  /** Weight of KL(base ‖ model) at the supervised positions, in nats per token; 0 turns it off. */
  klWeight: v.optional(between(0, 100), 0),
});

/** What an evaluation measures besides the answers. */
const probesSchema = v.strictObject({
  /** Rank of the label's token at each position of the answer. */
  ranks: v.optional(v.boolean(), false),
  /** Log-probability of each token of the label, and the texts of these tokens. */
  tokens: v.optional(v.boolean(), false),
  /** Vectors of terms and identifiers. */
  embeddings: v.optional(
    v.nullable(
      v.strictObject({
        at: v.optional(v.picklist(['baseline', 'first-last', 'every']), 'first-last'),
        /** 0 is the input embedding, n the output of layer n; −1 the last. */
        layers: v.optional(v.pipe(v.array(count(-1, 1000)), v.minLength(1)), [0, -1]),
        pooling: v.optional(v.picklist(['content-mean', 'last-token', 'as-published']), 'content-mean'),
      }),
    ),
    null,
  ),
  /** Questions that have nothing to do with what is learned: what is forgotten of them. */
  canaries: v.optional(
    v.nullable(
      v.strictObject({
        /** Table with the columns prompt and completion. Null: the model's own greedy continuations before training. */
        path: v.optional(v.nullable(v.string()), null),
        count: v.optional(count(1, 1000), 20),
        /** Tokens of an own continuation. */
        tokens: v.optional(count(1, 64), 8),
      }),
    ),
    null,
  ),
  /** Mean loss per token on texts that are never trained. */
  languageLoss: v.optional(
    v.nullable(
      v.strictObject({
        /** Text file, one text a line. Null: texts that the model itself draws before training. */
        path: v.optional(v.nullable(v.string()), null),
        texts: v.optional(count(1, 10000), 32),
        /** Longer texts are cut here. */
        tokens: v.optional(count(2, 2048), 64),
      }),
    ),
    null,
  ),
});

export const specSchema = v.strictObject({
  $schema: v.optional(v.string()),
  specVersion: v.literal(2),
  name: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(120)), 'untitled'),
  description: v.optional(v.string(), ''),
  seed: v.optional(count(0, 4294967295), 1),
  model: v.strictObject({
    path: v.optional(v.nullable(v.string()), null),
    /** How the base is kept in graphics memory; anything but f32 cannot be trained itself. */
    precision: v.optional(v.picklist(BASE_PRECISIONS), 'f32'),
    /** The scales of nf4 are quantised as well. */
    doubleQuantisation: v.optional(v.boolean(), false),
  }),
  ontology: v.strictObject({
    /** OBO, OBO Graphs, gene table, mappings or any table; may be gzipped. */
    path: v.optional(v.nullable(v.string()), null),
    /** Which terminology it is: what counts as term and as identifier. Null: told from the content. */
    terminology: v.optional(v.nullable(v.picklist(TERMINOLOGY_NAMES)), null),
    /** Column names, for a table only. */
    termColumn: v.optional(v.string(), 'term'),
    identifierColumn: v.optional(v.string(), 'identifier'),
    /** Further accepted names, separated by |. */
    synonymColumn: v.optional(v.nullable(v.string()), null),
    /** What a pair belongs to, for splits that hold out whole entities. Null: the terminology's own (branch, symbol stem). */
    entityColumn: v.optional(v.nullable(v.string()), null),
    /** Popularity from a column of the table itself; `counts` goes before it. */
    popularityColumn: v.optional(v.nullable(v.string()), null),
    /** Which of a term's names are right answers: the label, exact synonyms too, all synonyms too. */
    names: v.optional(v.picklist(['label', 'exact', 'all']), 'label'),
    /** Popularity per identifier, from a table or an annotation file. Null: unknown, and the rank is a seeded draw. */
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
    /** Further numbers per identifier, carried with every fact under their names into the Cox models. */
    covariates: v.optional(
      v.array(
        v.strictObject({
          name: v.pipe(v.string(), v.minLength(1), v.maxLength(60)),
          path: v.string(),
          identifierColumn: v.optional(v.nullable(v.string()), null),
          valueColumn: v.optional(v.nullable(v.string()), null),
        }),
      ),
      [],
    ),
  }),
  sampling: v.optional(
    v.strictObject({
      /** How pairs are chosen and split into seen and withheld. */
      design: v.optional(v.picklist(['rank-bins', 'random', 'top-k', 'entity-held-out']), 'rank-bins'),
      bins: v.optional(count(1, 200), 20),
      seen: v.optional(count(1, 100000), 100),
      withheld: v.optional(count(0, 100000), 100),
    }),
    {},
  ),
  directions: v.optional(v.pipe(v.array(v.picklist(DIRECTIONS)), v.minLength(1)), [...DIRECTIONS]),
  templates: v.optional(
    v.strictObject({
      /** Name of a template set, or `custom`. */
      set: v.optional(v.string(), 'short-questions'),
      /** Own templates, used where `set` is `custom`. */
      custom: v.optional(
        v.nullable(
          v.strictObject({ 'term-to-id': v.optional(templatesSchema), 'id-to-term': v.optional(templatesSchema) }),
        ),
        null,
      ),
      /** How training puts its questions: as plain text, or through the model's chat template. */
      trainStyle: v.optional(v.picklist(['completion', 'chat']), 'completion'),
      /** How evaluation does. `json` asks for a JSON object. */
      evaluationStyle: v.optional(v.picklist(['completion', 'chat', 'json']), 'completion'),
      /** System message of chat and JSON questions. Null: none (chat) or the style's own (json). */
      system: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(4000))), null),
      /** In-context examples before an evaluation question. */
      examples: v.optional(
        v.strictObject({
          count: v.optional(count(0, 10), 0),
          /** `unscored`: from terms that are never scored; `leaky-as-published`: from the scored ones. */
          source: v.optional(v.picklist(['unscored', 'leaky-as-published']), 'unscored'),
        }),
        {},
      ),
    }),
    {},
  ),
  scoring: v.optional(
    v.strictObject({
      'term-to-id': v.optional(scoringSchema('exact'), {}),
      'id-to-term': v.optional(scoringSchema('fold'), {}),
    }),
    {},
  ),
  method: v.optional(methodSchema, { kind: 'sft' }),
  retention: v.optional(retentionSchema, {}),
  adapter: v.optional(v.variant('kind', [loraSchema, fullSchema]), { kind: 'lora' }),
  optimizer: v.optional(
    v.strictObject({
      /** `adamw-8bit` keeps the moments of larger tensors in 8 bits a value. */
      kind: v.optional(v.picklist(['adamw', 'adamw-8bit']), 'adamw'),
      learningRate: v.optional(between(0, 1), 0.005),
      beta1: v.optional(between(0, 0.999999), 0.9),
      beta2: v.optional(between(0, 0.999999), 0.999),
      epsilon: v.optional(between(1e-12, 1), 1e-8),
      weightDecay: v.optional(between(0, 1), 0),
      /** Global-norm clipping; null turns it off. */
      clipNorm: v.optional(v.nullable(between(1e-6, 1e6)), 1),
      /** LoRA+: learning rate of B and magnitudes over that of A; null: one rate for all. */
      loraPlusRatio: v.optional(v.nullable(between(0.001, 1000)), null),
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
      /** Ends a direction once a measure no longer improves; null trains all epochs. */
      earlyStopping: v.optional(
        v.nullable(
          v.strictObject({
            measure: v.optional(v.picklist(['training-loss', 'seen-accuracy', 'language-loss']), 'seen-accuracy'),
            /** Evaluations without improvement before training ends. */
            patience: v.optional(count(1, 1000), 3),
            /** An improvement counts where it exceeds this. */
            minImprovement: v.optional(between(0, 100), 0),
          }),
        ),
        null,
      ),
    }),
    {},
  ),
  checkpoint: v.optional(
    v.strictObject({
      /** A checkpoint after every so many steps; null: by time and after each epoch only. */
      everySteps: v.optional(v.nullable(count(1, 1000000)), null),
      /** No checkpoint is older than this, but for one call to the engine. */
      everySeconds: v.optional(between(1, 3600), 60),
    }),
    {},
  ),
  evaluation: v.optional(
    v.strictObject({
      /** When facts are evaluated; before training and at its end they always are. */
      at: v.optional(
        v.variant('kind', [
          v.strictObject({ kind: v.literal('epochs'), every: v.optional(count(1, 10000), 1) }),
          v.strictObject({ kind: v.literal('steps'), every: count(1, 1000000) }),
          /** Shares of all training steps, each above 0 and up to 1. In whatever order they are written, they ascend when read. */
          v.strictObject({
            kind: v.literal('fractions'),
            fractions: v.pipe(
              v.array(between(0.000001, 1)),
              v.minLength(1),
              v.sortItems((a, b) => a - b),
            ),
          }),
        ]),
        { kind: 'epochs' },
      ),
      /** Stochastic samples per fact, k. */
      samples: v.optional(count(0, 1000), 20),
      temperature: v.optional(between(0.01, 10), 1),
      topK: v.optional(count(0, 1000000), 0),
      topP: v.optional(between(0.000001, 1), 1),
      /** When facts are sampled: before training, before and after, at every evaluation, never. */
      sampleAt: v.optional(v.picklist(['baseline', 'first-last', 'every', 'never']), 'first-last'),
      /** Different stochastic answers of a fact that are recorded as texts with their counts; 0 keeps none. */
      keptAnswers: v.optional(count(0, 1000), 0),
      maxNewTokens: v.optional(count(1, 512), 48),
      probes: v.optional(probesSchema, {}),
    }),
    {},
  ),
});

/** A spec as written by a person: defaults missing. */
export type SpecInput = v.InferInput<typeof specSchema>;
/** A spec with every default filled in. */
export type ExperimentSpec = v.InferOutput<typeof specSchema>;
