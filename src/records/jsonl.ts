/**
 * `facts.jsonl`, `trials.jsonl` and `steps.jsonl`: one JSON object a line, newline-terminated, keys in the order of `types.ts`.
 *
 * Promises: equal records give equal bytes, whatever order their keys were set in; reading back gives the same
 * numbers, infinities and NaN included (as the strings that `schemas.ts` names). Bad lines are refused by number.
 */
import type * as v from 'valibot';
import { factSchema, stepSchema, trialSchema } from './schemas';
import type { FactRecord, StepRecord, TrialRecord } from './types';
import { parseJson, validateRecord } from './validate';

/** `JSON.stringify` replacer: a number that JSON has no word for becomes one of the three strings. */
export function nameNonFinite(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

/** One line without its newline. */
export function encodeTrial(trial: TrialRecord): string {
  const { sampled } = trial;
  const ordered: TrialRecord = {
    fact: trial.fact,
    identifier: trial.identifier,
    term: trial.term,
    direction: trial.direction,
    seen: trial.seen,
    stratum: trial.stratum,
    epoch: trial.epoch,
    step: trial.step,
    template: trial.template,
    tokens: trial.tokens,
    tokenHit: trial.tokenHit,
    tokensRight: trial.tokensRight,
    answerHit: trial.answerHit,
    outcome: trial.outcome,
    digitsRight: trial.digitsRight && { right: trial.digitsRight.right, of: trial.digitsRight.of },
    answer: trial.answer,
    logProb: trial.logProb,
    logQ: trial.logQ,
    sampled: sampled && {
      samples: sampled.samples,
      answerHits: sampled.answerHits,
      tokenHits: sampled.tokenHits,
      ...(sampled.answers === undefined
        ? {}
        : { answers: sampled.answers.map(({ text, count, right }) => ({ text, count, right })) }),
    },
    ranks: trial.ranks,
    ...(trial.tokenLogProbs === undefined ? {} : { tokenLogProbs: trial.tokenLogProbs }),
  };
  // A line without ranks is the line of a run that asks for none, whatever version wrote it.
  if (ordered.ranks === null) delete (ordered as Partial<TrialRecord>).ranks;
  return JSON.stringify(ordered, nameNonFinite);
}

/** One line without its newline. */
export function encodeStep(step: StepRecord): string {
  const ordered: StepRecord = {
    direction: step.direction,
    step: step.step,
    epoch: step.epoch,
    learningRate: step.learningRate,
    loss: step.loss,
    ...(step.crossEntropy === undefined ? {} : { crossEntropy: step.crossEntropy }),
    ...(step.divergence === undefined ? {} : { divergence: step.divergence }),
    gradientNorm: step.gradientNorm,
    supervisedTokens: step.supervisedTokens,
    ...(step.rehearsalTokens === undefined ? {} : { rehearsalTokens: step.rehearsalTokens }),
    ...(step.rehearsed === undefined ? {} : { rehearsed: step.rehearsed }),
  };
  return JSON.stringify(ordered, nameNonFinite);
}

/** One line without its newline; covariates in the order of their names. */
export function encodeFact(fact: FactRecord): string {
  const ordered: FactRecord = {
    fact: fact.fact,
    identifier: fact.identifier,
    term: fact.term,
    direction: fact.direction,
    seen: fact.seen,
    entity: fact.entity,
    count: fact.count,
    rank: fact.rank,
    stratum: fact.stratum,
    promptTokens: fact.promptTokens,
    answerTokens: fact.answerTokens,
    ...(fact.answerPieces === undefined ? {} : { answerPieces: fact.answerPieces }),
    covariates: Object.fromEntries(Object.entries(fact.covariates).sort(([a], [b]) => (a < b ? -1 : 1))),
    ...(fact.pair === undefined ? {} : { pair: fact.pair }),
  };
  return JSON.stringify(ordered, nameNonFinite);
}

export function encodeFacts(facts: readonly FactRecord[]): string {
  return facts.map((fact) => `${encodeFact(fact)}\n`).join('');
}

/** Whole-file text; an empty list is an empty file. Texts of parts, joined, are the text of the whole. */
export function encodeTrials(trials: readonly TrialRecord[]): string {
  return trials.map((trial) => `${encodeTrial(trial)}\n`).join('');
}

export function encodeSteps(steps: readonly StepRecord[]): string {
  return steps.map((step) => `${encodeStep(step)}\n`).join('');
}

/** Throws LabError `record-invalid` with file and line. */
export function parseTrials(text: string, file = 'trials.jsonl'): TrialRecord[] {
  return parseLines(text, file, trialSchema, 'trial');
}

export function parseSteps(text: string, file = 'steps.jsonl'): StepRecord[] {
  return parseLines(text, file, stepSchema, 'training step');
}

export function parseFacts(text: string, file = 'facts.jsonl'): FactRecord[] {
  return parseLines(text, file, factSchema, 'fact');
}

/** Throws LabError `record-invalid` with file and line. */
export function parseLines<T>(text: string, file: string, schema: v.GenericSchema<unknown, T>, what: string): T[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const place = { file, line: index + 1 };
    return [validateRecord(schema, parseJson(line, place), place, what)];
  });
}
