/** Schemas of the probes' records; types and schemas are the same, checked by the compiler at the end of this file. */
import * as v from 'valibot';
import { direction, estimateSchema, finite, same, share, transitionSchema, whole } from './schema-parts';
import type { CanaryRecord, EmbeddingRecord, LanguageRecord, ProbeSummary } from './probe-types';

const moment = { direction, epoch: whole(0), step: whole(0) };
const source = v.picklist(['file', 'own']);

export const canarySchema = v.strictObject({
  ...moment,
  canary: whole(0),
  source,
  prompt: v.string(),
  completion: v.string(),
  tokens: whole(1),
  hit: v.boolean(),
  logProb: finite,
});

export const languageSchema = v.strictObject({
  ...moment,
  text: whole(0),
  source,
  content: v.nullable(v.string()),
  tokens: whole(1),
  logProb: finite,
});

const matchingSchema = v.strictObject({
  group: v.picklist(['all', 'seen', 'withheld']),
  pairs: whole(3),
  auc: estimateSchema,
  meanReciprocalRank: estimateSchema,
  chanceReciprocalRank: share,
  cohenD: finite,
  matchedMean: finite,
  shuffledMean: finite,
});

const separationSchema = v.strictObject({
  text: v.picklist(['term', 'identifier']),
  withinSeen: finite,
  withinWithheld: finite,
  between: finite,
  asPublished: finite,
  tightnessDifference: finite,
  margin: estimateSchema,
  p: share,
});

export const embeddingSchema = v.strictObject({
  ...moment,
  layer: whole(-1),
  pooling: v.picklist(['content-mean', 'last-token', 'as-published']),
  padding: v.nullable(v.strictObject({ id: whole(0), text: v.string(), batch: whole(1) })),
  file: v.string(),
  pairs: whole(1),
  width: whole(1),
  matching: v.array(matchingSchema),
  separation: v.array(separationSchema),
});

const { epoch, step, layer, pooling, matching, separation } = embeddingSchema.entries;
export const probeSummarySchema = v.strictObject({
  embeddings: v.array(v.strictObject({ epoch, step, layer, pooling, matching, separation })),
  canaries: v.nullable(
    v.strictObject({
      source,
      canaries: whole(1),
      byEvaluation: v.array(
        v.strictObject({
          epoch,
          step,
          kept: estimateSchema,
          logProbPerToken: v.nullable(estimateSchema),
          change: transitionSchema,
        }),
      ),
    }),
  ),
  language: v.nullable(
    v.strictObject({
      source,
      texts: whole(1),
      tokens: whole(1),
      byEvaluation: v.array(
        v.strictObject({ epoch, step, loss: v.nullable(estimateSchema), rise: v.nullable(estimateSchema) }),
      ),
    }),
  ),
});

same<v.InferOutput<typeof canarySchema>, CanaryRecord>(true);
same<v.InferOutput<typeof languageSchema>, LanguageRecord>(true);
same<v.InferOutput<typeof embeddingSchema>, EmbeddingRecord>(true);
same<v.InferOutput<typeof probeSummarySchema>, ProbeSummary>(true);
