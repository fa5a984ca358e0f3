/**
 * What page and worker say to each other about data: looking at a file, searching its terms, previewing the draw and
 * the questions. Plain data with a schema each.
 *
 * Must not know: readers, models, the DOM.
 */
import * as v from 'valibot';
import { DIRECTIONS } from '../core/direction';

const nullableText = v.nullable(v.string());
const nullableNumber = v.nullable(v.number());

/** A picked or dropped file: it crosses by reference, its bytes are read in the worker. */
export const pickedFileSchema = v.object({ path: v.string(), file: v.blob() });

export const readOptionsSchema = v.object({
  termColumn: v.optional(v.string()),
  identifierColumn: v.optional(v.string()),
  synonymColumn: v.optional(v.string()),
  keepColumns: v.optional(v.array(v.string())),
});

export const readProgressSchema = v.object({ bytesTotal: v.number(), bytesRead: v.number(), records: v.number() });
export type ReadProgress = v.InferOutput<typeof readProgressSchema>;

const warningSchema = v.object({ line: nullableNumber, column: nullableNumber, message: v.string() });

/** What a file holds. */
export const surveySchema = v.object({
  file: v.object({ name: v.string(), bytes: v.number(), sha256: v.string() }),
  kind: v.picklist(['ontology', 'annotations', 'associations', 'mappings']),
  format: v.string(),
  formatVersion: nullableText,
  version: nullableText,
  name: nullableText,
  licence: nullableText,
  warnings: v.array(warningSchema),
  warningCount: v.number(),
  /** Figures in words, in the order to show them. */
  facts: v.array(v.object({ name: v.string(), value: v.string() })),
  /** For an ontology: the terminology its content suggests. */
  terminology: v.nullable(
    v.object({
      name: v.string(),
      title: v.string(),
      description: v.string(),
      /** For instance `HP:0001250`. */
      identifierForm: v.string(),
      rules: v.array(v.string()),
      licence: v.string(),
      attribution: nullableText,
      homeUrl: nullableText,
    }),
  ),
  /** For a table: its columns, and what they seem to hold. */
  table: v.nullable(
    v.object({
      columns: v.array(v.object({ name: v.string(), samples: v.array(v.string()), numeric: v.boolean() })),
      guess: v.object({ term: nullableText, identifier: nullableText, count: nullableText }),
    }),
  ),
});
export type SourceSurvey = v.InferOutput<typeof surveySchema>;

/** Which columns of a table hold numbers, for covariates. */
export const numbersSchema = v.object({
  /** Names of the columns that can be asked for by name. */
  header: v.array(v.string()),
  identifierColumn: v.string(),
  columns: v.array(v.string()),
  /** The one that is meant where none is named; null where that is none. */
  firstColumn: nullableText,
  identifiers: v.number(),
});
export type NumbersTable = v.InferOutput<typeof numbersSchema>;

export const termQuerySchema = v.object({
  text: v.string(),
  obsolete: v.boolean(),
  offset: v.pipe(v.number(), v.integer(), v.minValue(0)),
  limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(500)),
});
export type TermQuery = v.InferOutput<typeof termQuerySchema>;

export const termPageSchema = v.object({
  total: v.number(),
  terms: v.array(
    v.object({
      id: v.string(),
      label: v.string(),
      symbol: nullableText,
      definition: nullableText,
      synonyms: v.array(v.object({ text: v.string(), scope: v.string() })),
      parents: v.array(v.string()),
      obsolete: v.boolean(),
      namespace: nullableText,
      /** Why it cannot be drawn; null where it can. */
      leftOut: nullableText,
    }),
  ),
});
export type TermPage = v.InferOutput<typeof termPageSchema>;

const pairSchema = v.object({
  identifier: v.string(),
  term: v.string(),
  acceptedTerms: v.array(v.string()),
  acceptedIdentifiers: v.array(v.string()),
  seen: v.boolean(),
  stratum: v.number(),
  rank: v.number(),
  count: nullableNumber,
  entity: nullableText,
  covariates: v.record(v.string(), nullableNumber),
});

/** The draw, before any model is asked. */
export const drawSchema = v.object({
  terminology: v.string(),
  design: v.string(),
  popularity: v.picklist(['counts', 'column', 'none']),
  universe: v.number(),
  leftOut: v.array(v.object({ reason: v.string(), count: v.number(), examples: v.array(v.string()) })),
  bins: v.array(
    v.object({
      bin: v.number(),
      size: v.number(),
      countMin: nullableNumber,
      countMedian: nullableNumber,
      countMax: nullableNumber,
      seen: v.number(),
      withheld: v.number(),
    }),
  ),
  shortfalls: v.array(v.object({ bin: v.number(), text: v.string() })),
  /** Seen pairs, then withheld ones, each in order of rank. */
  pairs: v.array(pairSchema),
  examples: v.number(),
  hash: v.string(),
  /** Names of the covariates with what they mean. */
  covariates: v.array(v.object({ name: v.string(), title: v.string(), help: v.string() })),
});
export type DrawPreview = v.InferOutput<typeof drawSchema>;

/** Smallest, quartiles and largest number of tokens. */
const lengthsSchema = v.object({
  min: v.number(),
  q1: v.number(),
  median: v.number(),
  q3: v.number(),
  max: v.number(),
});

/** Token lengths per direction, known with a model. */
export const tokenLengthsSchema = v.array(
  v.object({ direction: v.picklist(DIRECTIONS), prompts: lengthsSchema, answers: lengthsSchema }),
);
export type TokenLengths = v.InferOutput<typeof tokenLengthsSchema>;

export const questionQuerySchema = v.object({
  direction: v.picklist(DIRECTIONS),
  /** Of a drawn pair. */
  identifier: v.string(),
});
export type QuestionQuery = v.InferOutput<typeof questionQuerySchema>;

/** The very tokens of every question about one pair, and which of them carry loss. */
export const questionsSchema = v.array(
  v.object({
    use: v.picklist(['training', 'held-out evaluation', 'trained-template evaluation']),
    tokens: v.array(
      v.object({
        id: v.number(),
        text: v.string(),
        role: v.picklist(['prompt', 'completion', 'stop']),
        supervised: v.boolean(),
      }),
    ),
  }),
);
export type Questions = v.InferOutput<typeof questionsSchema>;
