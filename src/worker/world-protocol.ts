/**
 * What page and worker say to each other about worlds: a look at one, what it holds once it is made, its files.
 * Plain data with a schema each.
 *
 * Must not know: how a world is made, the DOM.
 */
import * as v from 'valibot';
import { worldSchema, type WorldSpec } from '../spec/world';
import { pickedFileSchema } from './data-protocol';
import { envelope } from './envelope';

export type { GivenSource, WorldSpec } from '../spec/world';

/** A world and the tables of pairs that it names, by the path it names them by. */
export const worldInputsSchema = v.object({
  world: worldSchema satisfies v.GenericSchema<unknown, WorldSpec>,
  given: v.array(v.object({ path: v.string(), file: pickedFileSchema })),
});
export type WorldInputs = v.InferOutput<typeof worldInputsSchema>;

const bucketsSchema = v.array(v.object({ times: v.number(), facts: v.number() }));

/** Known in milliseconds, before anything is made. */
export const worldLookSchema = v.object({
  hash: v.string(),
  facts: v.number(),
  factSentences: v.number(),
  filler: v.number(),
  heldOut: v.number(),
  groups: v.array(
    v.object({
      name: v.string(),
      facts: v.number(),
      sentences: v.number(),
      /** Facts whose identifier follows from their name; null for given ones. */
      derived: v.nullable(v.number()),
      exposures: bucketsSchema,
      examples: v.array(
        v.object({
          term: v.string(),
          identifier: v.string(),
          /** The identifier that its name gives. */
          own: v.nullable(v.string()),
          derived: v.nullable(v.boolean()),
          exposures: v.number(),
          /** In one wording of each order. */
          sentences: v.array(v.string()),
        }),
      ),
    }),
  ),
  fillerExamples: v.array(v.string()),
});
export type WorldLook = v.InferOutput<typeof worldLookSchema>;

/** Counted in the world itself. */
export const worldCountsSchema = v.object({
  hash: v.string(),
  sentences: v.number(),
  tokens: v.number(),
  factTokens: v.number(),
  longestSentence: v.number(),
  vocabulary: v.number(),
  groups: v.array(
    v.object({ name: v.string(), sentences: v.number(), termFirst: v.number(), exposures: bucketsSchema }),
  ),
  /** Sentences in each of equally long slices of training. */
  places: v.object({
    groups: v.array(v.object({ name: v.string(), sentences: v.array(v.number()) })),
    filler: v.array(v.number()),
  }),
});
export type WorldCounts = v.InferOutput<typeof worldCountsSchema>;

export const worldRequests = [
  /** Answered by `world-looked` and then `world-counted`. A newer look takes the place of an older one. */
  v.object({
    kind: v.literal('look-at-world'),
    ...envelope,
    inputs: worldInputsSchema,
    /** Counts it however large it is. */
    anyway: v.boolean(),
  }),
  /** Everything that is kept of a world, as a zip. */
  v.object({ kind: v.literal('make-world'), ...envelope, inputs: worldInputsSchema }),
] as const;

export const worldResponses = [
  v.object({ kind: v.literal('world-looked'), ...envelope, look: worldLookSchema }),
  /** Null where the world is too large to be counted in passing. */
  v.object({ kind: v.literal('world-counted'), ...envelope, counts: v.nullable(worldCountsSchema) }),
] as const;
