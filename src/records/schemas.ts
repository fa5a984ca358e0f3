/**
 * Schemas of every record, for reading files that somebody else may have written or cut.
 *
 * Promises: the schemas and the types of `types.ts` are the same, checked by the compiler at the end of this file.
 */
import * as v from 'valibot';
import { factKey } from '../core/direction';
import { probeSummarySchema } from './probe-schemas';
import { direction, estimateSchema, finite, measured, same, share, transitionSchema, whole } from './schema-parts';
import { specSchema } from '../spec/schema';
import {
  RECORD_VERSION,
  type FactRecord,
  type Manifest,
  type Outcome,
  type StepRecord,
  type Summary,
  type TrialRecord,
} from './types';

/** Training time in epochs: a fraction inside one. */
const time = v.pipe(v.number(), v.finite(), v.minValue(0));
const OUTCOMES = ['right', 'wrong', 'unparsed', 'empty'] as const satisfies readonly Outcome[];
const template = v.picklist(['held-out', 'trained']);
const runState = v.picklist(['idle', 'loading', 'probing', 'training', 'paused', 'done', 'failed', 'cancelled']);

const answerSchema = v.strictObject({ text: v.string(), count: whole(1), right: v.boolean() });

const sampledSchema = v.pipe(
  v.strictObject({
    samples: whole(1),
    answerHits: whole(0),
    tokenHits: whole(0),
    answers: v.exactOptional(v.array(answerSchema)),
  }),
  v.check(
    ({ samples, answerHits, tokenHits }) => tokenHits <= answerHits && answerHits <= samples,
    'counts must satisfy tokenHits ≤ answerHits ≤ samples',
  ),
  v.check(({ samples, answerHits, answers = [] }) => {
    const counted = (kept: readonly { count: number }[]) => kept.reduce((sum, { count }) => sum + count, 0);
    const [all, right] = [counted(answers), counted(answers.filter((answer) => answer.right))];
    return all - right <= samples - answerHits && right <= answerHits;
  }, 'answers must hold no more right and no more other ones than were sampled'),
);

export const trialSchema = v.pipe(
  v.strictObject({
    fact: v.string(),
    identifier: v.string(),
    term: v.string(),
    direction,
    seen: v.boolean(),
    stratum: whole(0),
    epoch: time,
    step: whole(0),
    template,
    tokens: whole(1),
    tokenHit: v.boolean(),
    tokensRight: whole(0),
    answerHit: v.boolean(),
    outcome: v.picklist(OUTCOMES),
    digitsRight: v.nullable(v.strictObject({ right: whole(0), of: whole(1) })),
    answer: v.string(),
    logProb: measured,
    logQ: measured,
    sampled: v.nullable(sampledSchema),
    /** Lines without ranks leave the field out. */
    ranks: v.optional(v.nullable(v.array(whole(1))), null),
    tokenLogProbs: v.exactOptional(v.array(measured)),
  }),
  v.check((trial) => trial.answerHit || !trial.tokenHit, 'a tokenHit must be an answerHit too'),
  v.check(
    (trial) => trial.answerHit === (trial.outcome === 'right'),
    'outcome must be "right" exactly where answerHit is true',
  ),
  v.check(
    (trial) => trial.ranks === null || trial.ranks.length === trial.tokens,
    'ranks must hold one rank for each of the tokens',
  ),
  v.check(
    ({ tokenLogProbs, tokens }) => tokenLogProbs === undefined || tokenLogProbs.length === tokens,
    'tokenLogProbs must hold one number for each of the tokens',
  ),
  v.check(
    (trial) => trial.fact === factKey(trial.identifier, trial.direction),
    'fact must be the identifier and the direction, joined by |',
  ),
);

export const factSchema = v.pipe(
  v.strictObject({
    fact: v.string(),
    identifier: v.string(),
    term: v.string(),
    direction,
    seen: v.boolean(),
    entity: v.nullable(v.string()),
    count: v.nullable(finite),
    rank: whole(0),
    stratum: whole(0),
    promptTokens: whole(1),
    answerTokens: whole(1),
    answerPieces: v.exactOptional(v.array(v.string())),
    covariates: v.record(v.string(), v.nullable(finite)),
    pair: v.exactOptional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits'))),
  }),
  v.check(
    (record) => record.fact === factKey(record.identifier, record.direction),
    'fact must be the identifier and the direction, joined by |',
  ),
  v.check(
    ({ answerPieces, answerTokens }) => answerPieces === undefined || answerPieces.length === answerTokens,
    'answerPieces must hold one text for each of the answerTokens',
  ),
);

export const stepSchema = v.strictObject({
  direction,
  step: whole(1),
  epoch: whole(1),
  learningRate: finite,
  loss: measured,
  crossEntropy: v.exactOptional(measured),
  divergence: v.exactOptional(measured),
  gradientNorm: measured,
  supervisedTokens: whole(1),
  rehearsalTokens: v.exactOptional(whole(0)),
  rehearsed: v.exactOptional(v.array(v.string())),
});

const fileSchema = v.strictObject({ name: v.string(), bytes: whole(0), sha256: v.string() });

export const manifestSchema = v.strictObject({
  recordVersion: v.literal(RECORD_VERSION),
  runId: v.string(),
  state: runState,
  spec: specSchema,
  specHash: v.string(),
  model: v.strictObject({
    name: v.string(),
    architecture: v.string(),
    parameters: whole(0),
    files: v.array(fileSchema),
    source: v.exactOptional(
      v.union([v.strictObject({ repo: v.string(), revision: v.string() }), v.strictObject({ url: v.string() })]),
    ),
  }),
  ontology: v.strictObject({
    file: fileSchema,
    format: v.string(),
    version: v.nullable(v.string()),
    licence: v.nullable(v.string()),
    terminology: v.string(),
    terms: whole(0),
    counts: v.nullable(fileSchema),
    covariates: v.array(v.strictObject({ name: v.string(), file: fileSchema })),
  }),
  dataset: v.strictObject({
    hash: v.string(),
    design: v.picklist(['rank-bins', 'random', 'top-k', 'entity-held-out']),
    seen: whole(0),
    withheld: whole(0),
    bins: whole(1),
    universe: whole(0),
    popularity: v.picklist(['counts', 'column', 'none']),
    shortfalls: v.array(
      v.strictObject({
        bin: whole(0),
        holds: whole(0),
        askedSeen: whole(0),
        askedWithheld: whole(0),
        gaveSeen: whole(0),
        gaveWithheld: whole(0),
      }),
    ),
  }),
  rehearsalFile: v.exactOptional(fileSchema),
  adapter: v.strictObject({ kind: v.picklist(['lora', 'full']), trainableParameters: whole(0) }),
  gpu: v.strictObject({
    vendor: v.string(),
    architecture: v.string(),
    device: v.string(),
    description: v.string(),
    software: v.boolean(),
    host: v.string(),
  }),
  kernels: v.record(v.string(), v.string()),
  base: v.exactOptional(
    v.strictObject({
      precision: v.picklist(['f16', 'int8', 'nf4']),
      doubleQuantisation: v.boolean(),
      weights: v.array(
        v.strictObject({
          name: v.string(),
          storage: v.picklist(['f16', 'int8', 'nf4', 'nf4-double']),
          bytes: whole(0),
          relativeRmse: finite,
        }),
      ),
    }),
  ),
  memory: v.strictObject({
    plannedBytes: whole(0),
    weightsBytes: whole(0),
    trainingBytes: whole(0),
    activationBytes: whole(0),
    decodingBytes: whole(0),
  }),
  probes: v.optional(
    v.nullable(
      v.strictObject({
        files: v.array(v.strictObject({ field: v.string(), file: fileSchema })),
        warnings: v.array(v.string()),
      }),
    ),
    null,
  ),
  versions: v.strictObject({ ontoscope: v.string() }),
  startedAtMs: finite,
  elapsedMs: finite,
  endings: v.array(
    v.strictObject({ direction, step: whole(0), epoch: time, reason: v.picklist(['all-steps', 'early-stopping']) }),
  ),
  error: v.nullable(v.strictObject({ code: v.string(), message: v.string(), hint: v.string() })),
  pairTexts: v.exactOptional(v.literal('left-out')),
});

const kmSchema = v.strictObject({
  time: v.array(finite),
  survival: v.array(share),
  lo: v.array(share),
  hi: v.array(share),
  atRisk: v.array(whole(0)),
  events: v.array(whole(0)),
  censored: v.array(whole(0)),
  n: whole(1),
  totalEvents: whole(0),
  median: v.strictObject({ value: v.nullable(finite), lo: v.nullable(finite), hi: v.nullable(finite) }),
  method: v.string(),
});

const groupSchema = v.strictObject({
  seen: v.boolean(),
  template,
  facts: whole(1),
  accuracyByEpoch: v.array(v.strictObject({ epoch: time, estimate: estimateSchema })),
  outcomesByEpoch: v.array(
    v.strictObject({ epoch: time, right: whole(0), wrong: whole(0), unparsed: whole(0), empty: whole(0) }),
  ),
  partialByEpoch: v.array(v.strictObject({ epoch: time, tokens: share, digits: v.nullable(share), n: whole(1) })),
  transitions: transitionSchema,
  acquisition: v.nullable(kmSchema),
  knownAtBaseline: whole(0),
  latentAtBaseline: v.nullable(estimateSchema),
});

const riseSchema = v.strictObject({
  template,
  seenMedian: measured,
  withheldMedian: measured,
  auc: share,
  u: finite,
  p: share,
  nSeen: whole(1),
  nWithheld: whole(1),
  method: v.string(),
});

export const summarySchema = v.strictObject({
  recordVersion: v.literal(RECORD_VERSION),
  runId: v.string(),
  state: runState,
  epochs: time,
  directions: v.array(
    v.strictObject({
      direction,
      steps: whole(0),
      firstEpochLoss: v.nullable(measured),
      lastEpochLoss: v.nullable(measured),
      groups: v.array(groupSchema),
      rehearsed: v.exactOptional(v.array(groupSchema)),
      rise: v.nullable(v.array(riseSchema)),
      probes: v.optional(v.nullable(probeSummarySchema), null),
    }),
  ),
});

/** Types and schemas accept each other. */
same<v.InferOutput<typeof trialSchema>, TrialRecord>(true);
same<v.InferOutput<typeof factSchema>, FactRecord>(true);
same<v.InferOutput<typeof stepSchema>, StepRecord>(true);
same<v.InferOutput<typeof manifestSchema>, Manifest>(true);
same<v.InferOutput<typeof summarySchema>, Summary>(true);
