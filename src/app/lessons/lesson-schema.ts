/**
 * A lesson as a file: steps of text, each with a figure, a control to turn, a question, or an experiment to run here.
 *
 * Promises: a lesson holds no result: every number is a reference to what was recorded, looked up when it is shown.
 * Must not know: where lessons lie, how they look.
 */
import * as v from 'valibot';
import { DIRECTIONS } from '../../core/direction';
import { ROW_DIRECTIONS, ROW_GROUPS, ROW_MEASURES, ROW_MODELS, worldSchema } from '../../spec';
import { FACT_KINDS } from './fact-shares';

export const LESSON_VERSION = 1;

const text = v.pipe(v.string(), v.minLength(1));
const name = v.pipe(v.string(), v.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'small letters and digits, joined by hyphens'));
/** Paragraphs; `{number}`, `[[words|glossary entry]]` and `*emphasis*` stand in them. */
const paragraphs = v.pipe(v.array(text), v.minLength(1));

/** A line of a recorded study's summary: exactly one must have all of these. */
const studyRowEntries = {
  study: name,
  point: v.optional(text),
  direction: v.optional(v.picklist(ROW_DIRECTIONS)),
  measure: v.optional(v.picklist(ROW_MEASURES)),
  group: v.optional(v.picklist(ROW_GROUPS)),
  model: v.optional(v.picklist(ROW_MODELS)),
  term: v.optional(v.nullable(text)),
};
const studyRowSchema = v.strictObject(studyRowEntries);

const shareEntries = {
  direction: v.optional(v.picklist(DIRECTIONS)),
  /** The facts that are counted: those that are all of this. */
  of: v.optional(v.array(v.picklist(FACT_KINDS))),
  /** The share of them that are this. */
  share: v.optional(v.picklist(FACT_KINDS)),
  /** Only facts stated at least and at most so often in pretraining. */
  exposures: v.optional(v.tuple([v.number(), v.number()])),
};
/** A share of facts of any run: `run` says which recorded one, absent in an experiment of the lesson itself. */
const liveShareSchema = v.strictObject(shareEntries);
const runShareSchema = v.strictObject({ run: name, ...shareEntries });

export const COUNTS = ['runs', 'seen', 'withheld', 'epochs', 'samples', 'parameters'] as const;
const countSchema = v.strictObject({ of: name, count: v.picklist(COUNTS) });

export const numberSchema = v.union([studyRowSchema, runShareSchema, countSchema]);

/** Facts of a recorded run as they were answered. */
const answersFigure = v.strictObject({
  kind: v.literal('answers'),
  title: text,
  run: name,
  direction: v.picklist(DIRECTIONS),
  of: v.array(v.picklist(FACT_KINDS)),
  exposures: v.optional(v.tuple([v.number(), v.number()])),
  rows: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(12)),
});

const TONES = ['seen', 'withheld', 'rehearsed', 'gain', 'loss'] as const;
/** Estimates with intervals side by side: a reference for each level of each series, made of three parts laid together. */
const levelsFigure = v.strictObject({
  kind: v.literal('levels'),
  title: text,
  axis: text,
  /** What the levels are. */
  across: text,
  base: v.record(v.string(), v.unknown()),
  series: v.array(v.strictObject({ label: text, tone: v.picklist(TONES), ref: v.record(v.string(), v.unknown()) })),
  levels: v.array(v.strictObject({ label: text, ref: v.record(v.string(), v.unknown()) })),
});
/** Hazard ratios of a recorded study, on a log axis. */
const forestFigure = v.strictObject({
  kind: v.literal('forest'),
  title: text,
  rows: v.array(v.strictObject({ label: text, note: text, ref: studyRowSchema })),
});
/** A chart of the registry, of a recorded run. */
const chartFigure = v.strictObject({
  kind: v.literal('chart'),
  run: name,
  chart: name,
  direction: v.optional(v.picklist(DIRECTIONS)),
  /** What is chosen about it. */
  options: v.optional(v.record(v.string(), v.string()), {}),
});

/** What this step asks to turn: a field of the spec, or a dial of a world. */
const controlSchema = v.union([
  v.strictObject({ field: text, say: text }),
  v.strictObject({ world: text, dial: text, label: text, say: text }),
]);

const questionSchema = v.strictObject({ ask: text, answer: paragraphs });

const pairedEntries = { of: v.array(v.picklist(FACT_KINDS)), share: v.picklist(FACT_KINDS) };
const pairedSchema = v.strictObject({
  label: text,
  live: v.strictObject(pairedEntries),
  recorded: v.strictObject({ run: name, ...pairedEntries }),
});
const shown = v.strictObject({ label: text, live: liveShareSchema, recorded: v.optional(numberSchema) });
const runExperiment = v.strictObject({
  kind: v.literal('run'),
  say: text,
  /** At most so long on a graphics card, and on a software adapter of two cores. */
  seconds: v.strictObject({ gpu: v.number(), software: v.number() }),
  /** Fields of a spec, laid on the bundled model's own experiment. */
  sets: v.record(v.string(), v.unknown()),
  /** The wording whose answers count. */
  template: v.picklist(['held-out', 'trained']),
  show: v.pipe(v.array(shown), v.minLength(1)),
  /** The share term→id minus the share id→term of the same pairs: here, and in a recorded run. */
  paired: v.optional(pairedSchema),
  after: text,
});
const worldExperiment = v.strictObject({
  kind: v.literal('world'),
  say: text,
  seconds: v.strictObject({ gpu: v.number(), software: v.number() }),
  world: worldSchema,
  /** The dial that is turned, and to what. */
  dial: text,
  levels: v.pipe(v.array(v.strictObject({ label: text, value: v.number() })), v.minLength(2)),
  examples: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(8)),
  after: text,
});

const stepSchema = v.strictObject({
  title: text,
  text: paragraphs,
  figure: v.optional(v.variant('kind', [answersFigure, levelsFigure, forestFigure, chartFigure])),
  control: v.optional(controlSchema),
  question: v.optional(questionSchema),
  experiment: v.optional(v.variant('kind', [runExperiment, worldExperiment])),
});

export const lessonSchema = v.strictObject({
  lessonVersion: v.literal(LESSON_VERSION),
  name,
  title: text,
  question: text,
  numbers: v.record(v.pipe(v.string(), v.regex(/^[a-z][A-Za-z0-9]*$/)), numberSchema),
  steps: v.pipe(v.array(stepSchema), v.minLength(3)),
});

export const lessonIndexSchema = v.strictObject({
  indexVersion: v.literal(1),
  lessons: v.array(
    v.strictObject({ name, title: text, question: text, minutes: v.pipe(v.number(), v.integer(), v.minValue(1)) }),
  ),
});

export const glossarySchema = v.strictObject({
  glossaryVersion: v.literal(1),
  /** `code`: the same word in the glossary of the source, where it has one. */
  words: v.array(v.strictObject({ word: text, code: v.optional(text), means: text, example: v.optional(text) })),
});

export type Lesson = v.InferOutput<typeof lessonSchema>;
export type LessonStep = Lesson['steps'][number];
export type LessonEntry = v.InferOutput<typeof lessonIndexSchema>['lessons'][number];
export type GlossaryWord = v.InferOutput<typeof glossarySchema>['words'][number];
export type NumberRef = v.InferOutput<typeof numberSchema>;
export type StudyRowRef = v.InferOutput<typeof studyRowSchema>;
export type ShareRef = v.InferOutput<typeof liveShareSchema>;
export type LessonFigure = NonNullable<LessonStep['figure']>;
export type LevelsFigure = v.InferOutput<typeof levelsFigure>;
export type ForestFigure = v.InferOutput<typeof forestFigure>;
export type AnswersFigure = v.InferOutput<typeof answersFigure>;
export type ChartFigure = v.InferOutput<typeof chartFigure>;
export type LessonControl = v.InferOutput<typeof controlSchema>;
export type LessonExperiment = NonNullable<LessonStep['experiment']>;
export type RunExperiment = v.InferOutput<typeof runExperiment>;
export type WorldExperiment = v.InferOutput<typeof worldExperiment>;
