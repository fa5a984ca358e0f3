/**
 * What a person wants to see before a run: what a file holds, what the draw looks like, how long questions are, and
 * each question in its very tokens.
 *
 * Promises: plain data for a page and a terminal alike. Must not know: either of them.
 */
import type { Direction } from '../core/direction';
import { LabError } from '../core/errors';
import {
  describeShortfalls,
  MEASURES,
  previewDraw,
  type BinPreview,
  type MeasureDescriptor,
  type Pair,
} from '../dataset';
import { evaluationQuestion, previewQuestion, questionStopId, trainQuestions, type PreviewToken } from '../prompts';
import type { PreparedData } from './data';
import type { PreparedDirection, PreparedRun } from './prepared';

export interface DrawReport {
  terminology: string;
  design: string;
  popularity: 'counts' | 'column' | 'none';
  universe: number;
  leftOut: PreparedData['leftOut'];
  bins: BinPreview[];
  shortfalls: { bin: number; text: string }[];
  /** Seen pairs, then withheld ones, each in order of rank. */
  pairs: (Pair & { seen: boolean })[];
  /** Pairs kept for in-context examples. */
  examples: number;
  hash: string;
  /** Every covariate the pairs carry, with what it means. */
  covariates: { name: string; title: string; help: string }[];
}

export function reportDraw({ dataset, universe, terminology, leftOut }: PreparedData): DrawReport {
  const pairs = [
    ...dataset.seen.map((pair) => ({ ...pair, seen: true })),
    ...dataset.withheld.map((pair) => ({ ...pair, seen: false })),
  ];
  const measures: Readonly<Record<string, MeasureDescriptor>> = MEASURES;
  return {
    terminology: terminology.name,
    design: dataset.design,
    popularity: dataset.popularity,
    universe: dataset.universe,
    leftOut,
    bins: previewDraw(dataset, universe),
    shortfalls: describeShortfalls(dataset),
    pairs,
    examples: dataset.examples.length,
    hash: dataset.hash,
    covariates: Object.keys(pairs[0]?.covariates ?? {}).map((name) => ({
      name,
      title: measures[name]?.title ?? name,
      help: measures[name]?.help ?? 'From a file of your own.',
    })),
  };
}

export interface TokenLengths {
  min: number;
  q1: number;
  median: number;
  q3: number;
  max: number;
}

export interface DirectionLengths {
  direction: Direction;
  /** Of the held-out questions and their answers, stop token included. */
  prompts: TokenLengths;
  answers: TokenLengths;
}

export function tokenLengths(directions: readonly PreparedDirection[]): DirectionLengths[] {
  return directions.map(({ direction, facts }) => ({
    direction,
    prompts: spread(facts.map(({ queries }) => queries['held-out'].prompt.length)),
    answers: spread(facts.map(({ queries }) => queries['held-out'].completion.length)),
  }));
}

/** Quantiles are lengths that occur. */
function spread(lengths: readonly number[]): TokenLengths {
  const sorted = [...lengths].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { min: at(0), q1: at(0.25), median: at(0.5), q3: at(0.75), max: at(1) };
}

export interface QuestionTokens {
  use: 'training' | 'held-out evaluation' | 'trained-template evaluation';
  tokens: PreviewToken[];
}

/** Every question about one drawn pair. Throws `usage` for an identifier that was not drawn. */
export function questionTokens(
  { dataset, design, shown, tokenizer, stopIds }: PreparedRun,
  direction: Direction,
  identifier: string,
): QuestionTokens[] {
  const seen = dataset.seen.find((pair) => pair.identifier === identifier);
  const pair = seen ?? dataset.withheld.find((candidate) => candidate.identifier === identifier);
  if (pair === undefined) {
    throw new LabError('usage', `${identifier} is not among the pairs that were drawn.`, {
      hint: 'Choose another pair.',
    });
  }
  const show = (use: QuestionTokens['use'], question: ReturnType<typeof evaluationQuestion>): QuestionTokens => ({
    use,
    tokens: previewQuestion(question, tokenizer, questionStopId(question, tokenizer, stopIds[0]!)).tokens,
  });
  return [
    show('held-out evaluation', evaluationQuestion(pair, direction, 'held-out', design, shown)),
    show('trained-template evaluation', evaluationQuestion(pair, direction, 'trained', design, shown)),
    ...(seen === undefined
      ? []
      : trainQuestions(pair, direction, design).map((question) => show('training', question))),
  ];
}
