/**
 * A world, version 1: the dials of a synthetic ontology and of the corpus that states its facts, as one JSON file.
 *
 * Promises: unknown fields are refused, missing ones get the defaults below, so two worlds with equal meaning have one hash.
 * Must not know: how names, identifiers or sentences are made; it holds names and numbers only.
 */
import * as v from 'valibot';
import { sha256Hex } from '../core/hash';
import { canonicalJson } from '../core/json';
import { TERMINOLOGY_NAMES } from './schema';

export const WORLD_VERSION = 1;

/** Registered names; a test demands an implementation of each. */
export const NAME_STYLES = ['finding', 'protein', 'code', 'letters'] as const;
export const IDENTIFIER_GRAMMARS = ['code', 'hierarchical', 'symbol', 'letters'] as const;
export const SENTENCE_SETS = ['short-statements', 'full-statements', 'even-statements'] as const;
export type NameStyleName = (typeof NAME_STYLES)[number];
export type GrammarName = (typeof IDENTIFIER_GRAMMARS)[number];
export type SentenceSetName = (typeof SENTENCE_SETS)[number];

/** Most times that one fact is stated, and most sentences of a corpus. */
export const MOST_EXPOSURES = 65536;
export const MOST_SENTENCES = 2_000_000;

const count = (minimum: number, maximum: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(minimum), v.maxValue(maximum));
const between = (minimum: number, maximum: number) => v.pipe(v.number(), v.minValue(minimum), v.maxValue(maximum));
const groupName = v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/, 'up to 40 letters, digits, - and _'));
const prefix = v.pipe(v.string(), v.regex(/^[A-Z]{1,8}$/, '1 to 8 capital letters'));
/** 0: arbitrary; 1: every identifier is a function of its name. */
const lambda = v.optional(between(0, 1), 0);

const namesSchema = v.variant('style', [
  v.strictObject({ style: v.literal('finding') }),
  v.strictObject({ style: v.literal('protein') }),
  v.strictObject({ style: v.literal('code'), prefix: v.optional(prefix, 'TRM') }),
  v.strictObject({ style: v.literal('letters') }),
]);

const identifiersSchema = v.variant('grammar', [
  v.strictObject({ grammar: v.literal('code'), prefix: v.optional(prefix, 'WLD'), lambda }),
  v.strictObject({ grammar: v.literal('hierarchical'), lambda }),
  v.strictObject({ grammar: v.literal('symbol'), lambda }),
  v.strictObject({ grammar: v.literal('letters'), lambda }),
]);

const sourceSchema = v.variant('kind', [
  v.strictObject({
    kind: v.literal('synthetic'),
    count: count(1, 50000),
    names: v.optional(namesSchema, { style: 'finding' }),
    identifiers: v.optional(identifiersSchema, { grammar: 'code' }),
  }),
  v.strictObject({
    kind: v.literal('given'),
    /** An ontology or a table, relative to the world's file. */
    path: v.pipe(v.string(), v.minLength(1)),
    /** Of that file; null: whatever lies there. */
    sha256: v.optional(v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits'))), null),
    /** As in an experiment: null tells it from the content. */
    terminology: v.optional(v.nullable(v.picklist(TERMINOLOGY_NAMES)), null),
    termColumn: v.optional(v.string(), 'term'),
    identifierColumn: v.optional(v.string(), 'identifier'),
    /** Pairs drawn from it; null: all. */
    count: v.optional(v.nullable(count(1, 50000)), null),
    /** Pairs with a longer term or identifier are passed over. */
    longest: v.optional(count(1, 1000), 80),
  }),
]);

const exposuresSchema = v.variant('kind', [
  v.strictObject({
    kind: v.literal('buckets'),
    /** Times that a fact is stated. */
    sizes: v.optional(v.pipe(v.array(count(0, MOST_EXPOSURES)), v.minLength(1)), [0, 1, 4, 16, 64, 256]),
    /** Facts of each bucket; null: as equal as possible, the first ones get what is left. */
    facts: v.optional(v.nullable(v.array(count(0, 50000))), null),
  }),
  /** The fact of rank r is stated round(max · r^−exponent) times. */
  v.strictObject({ kind: v.literal('zipf-max'), exponent: between(0, 10), max: count(0, MOST_EXPOSURES) }),
  /** In proportion to r^−exponent, `total` times together. */
  v.strictObject({ kind: v.literal('zipf-total'), exponent: between(0, 10), total: count(0, MOST_SENTENCES) }),
]);

const groupSchema = v.strictObject({
  name: groupName,
  source: sourceSchema,
  exposures: v.optional(exposuresSchema, { kind: 'buckets' }),
  /** Share of a group's sentences that say the term before the identifier. */
  termFirst: v.optional(between(0, 1), 0.5),
  /** The part of training, in shares of its sentences, in which the group's facts are stated. */
  window: v.optional(v.strictObject({ from: v.optional(between(0, 1), 0), to: v.optional(between(0, 1), 1) }), {}),
});

const sentenceList = v.pipe(v.array(v.pipe(v.string(), v.maxLength(500))), v.minLength(1));
const ownSentences = v.strictObject({ 'term-to-id': sentenceList, 'id-to-term': sentenceList });

const someGroups = v.optional(v.nullable(v.pipe(v.array(groupName), v.minLength(1))), null);

export const worldSchema = v.strictObject({
  $schema: v.optional(v.string()),
  /** SHA-256 of the filled world; where it stands it must be right. */
  hash: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits'))),
  worldVersion: v.literal(WORLD_VERSION),
  name: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(120)), 'untitled world'),
  description: v.optional(v.string(), ''),
  seed: v.optional(count(0, 4294967295), 1),
  groups: v.pipe(v.array(groupSchema), v.minLength(1), v.maxLength(50)),
  /** How facts are stated: a registered set, or `custom`. */
  sentences: v.optional(
    v.strictObject({
      set: v.optional(v.picklist([...SENTENCE_SETS, 'custom']), 'short-statements'),
      /** Own sentences, the n-th of one order being the n-th of the other said the other way round. */
      custom: v.optional(v.nullable(ownSentences), null),
    }),
    {},
  ),
  /** Sentences without a fact: those that dilute the corpus, and those kept for the held-out loss. */
  filler: v.optional(
    v.strictObject({ sentences: v.optional(count(0, 1000000), 1000), heldOut: v.optional(count(0, 20000), 200) }),
    {},
  ),
  /** Byte-level BPE; the vocabulary counts the special token. */
  tokenizer: v.optional(v.strictObject({ vocabulary: v.optional(count(320, 1024), 1024) }), {}),
  /**
   * Which of the twins of one seed this is: `whole`; `without` the facts of some groups (filler stands in their places);
   * `flipped`, their sentences said the other way round. `groups` null: all.
   */
  twin: v.optional(
    v.variant('kind', [
      v.strictObject({ kind: v.literal('whole') }),
      v.strictObject({ kind: v.literal('without'), groups: someGroups }),
      v.strictObject({ kind: v.literal('flipped'), groups: someGroups }),
    ]),
    { kind: 'whole' },
  ),
});

/** A world as written by a person: defaults missing. */
export type WorldInput = v.InferInput<typeof worldSchema>;
/** A world with every default filled in. */
export type WorldSpec = v.InferOutput<typeof worldSchema>;
export type WorldGroup = WorldSpec['groups'][number];
export type SyntheticSource = Extract<WorldGroup['source'], { kind: 'synthetic' }>;
export type GivenSource = Extract<WorldGroup['source'], { kind: 'given' }>;

/** SHA-256 of the filled world's canonical JSON without `$schema`, `hash` and `description`. */
export function worldHash(world: WorldSpec): string {
  const { $schema: _schema, hash: _hash, description: _description, ...rest } = world;
  return sha256Hex(canonicalJson(rest));
}
