/**
 * One chunk of an evaluation: teacher-forced scores of a few facts, greedy answers where the label was not predicted
 * token for token, and samples where the spec asks for them.
 *
 * Promises: a trial depends on the weights, the spec and the chunk only, not on what was evaluated before it; a fact
 * whose label is the greedy continuation (any stop token in the stop position) is a tokenHit and needs no decoding.
 * Must not know: how often it is called, records' files, time.
 */
import { DIRECTION_LABEL } from '../core/direction';
import { LabError } from '../core/errors';
import type { GeneratedSample, Session } from '../engine/types';
import type { SampledAnswers, TrialRecord } from '../records/types';
import { sampleStream } from './batches';
import type { Chunk, Moment } from './plan';
import { samplesAt } from './plan';
import type { PreparedDirection, PreparedFact, PreparedRun } from './prepared';
import { AnswerCount } from './sampled-answers';
import { scoreExamples, type ForcedScore } from './teacher-forcing';

export interface ChunkRequest {
  prepared: PreparedRun;
  direction: PreparedDirection;
  moment: Moment;
  chunk: Chunk;
  signal?: AbortSignal;
  onScored?: () => void;
  /** Share of the chunk's decoding that is done, 0…1. */
  onDecoded?: (share: number) => void;
}

/** The trials of one chunk, in the order of its facts. Throws `loss-not-finite` when a score is not a number. */
export async function evaluateChunk(session: Session, request: ChunkRequest): Promise<TrialRecord[]> {
  const { direction, moment, chunk } = request;
  const { probes } = request.prepared.spec.evaluation;
  const facts = direction.facts.slice(chunk.start, chunk.end);
  const scores = await scoreFacts(session, request, facts);
  request.onScored?.();
  const answers = await greedyAnswers(session, request, facts, scores);
  const sampled = await sampledHits(session, request, facts);
  return facts.map((fact, index) => {
    const { tokenHit, tokensRight, logProb, logQ, ranks, tokenLogProbs } = scores[index]!;
    const answer = answers[index]!;
    const { outcome, partial } = direction.score(fact, answer);
    return {
      fact: fact.key,
      identifier: fact.pair.identifier,
      term: fact.pair.term,
      direction: direction.direction,
      seen: fact.seen,
      stratum: fact.pair.stratum,
      epoch: moment.epoch,
      step: moment.step,
      template: chunk.template,
      tokens: fact.queries[chunk.template].completion.length,
      tokenHit,
      tokensRight,
      answerHit: outcome === 'right',
      outcome,
      digitsRight: partial.digits,
      answer,
      logProb,
      logQ,
      sampled: sampled?.[index] ?? null,
      ranks,
      ...(probes.tokens ? { tokenLogProbs: tokenLogProbs.map(rounded) } : {}),
    };
  });
}

/** To 10⁻⁶ nats, about what f32 holds of a log-probability; a negative zero is zero. */
function rounded(logProb: number): number {
  return Math.round(logProb * 1e6) / 1e6 || 0;
}

async function scoreFacts(session: Session, request: ChunkRequest, facts: PreparedFact[]): Promise<ForcedScore[]> {
  const { prepared, chunk } = request;
  const { evaluation } = prepared.spec;
  const scores = await scoreExamples(
    session,
    facts.map((fact) => fact.queries[chunk.template]),
    {
      rowTokens: prepared.rowTokens,
      contextLength: prepared.config.contextLength,
      stopIds: prepared.stopIds,
      temperature: evaluation.temperature,
      ranks: evaluation.probes.ranks,
    },
  );
  scores.forEach(({ logProb, logQ }, index) => {
    if (!Number.isFinite(logProb) || !Number.isFinite(logQ)) throw scoreNotFinite(request, facts[index]!);
  });
  return scores;
}

function scoreNotFinite({ direction, moment }: ChunkRequest, { pair }: PreparedFact): LabError {
  return new LabError(
    'loss-not-finite',
    `The log-probability of ${pair.identifier} after step ${moment.step} of ${DIRECTION_LABEL[direction.direction]} is not a finite number.`,
    {
      hint: 'If the model itself is sound, training has blown up: lower optimizer.learningRate or set optimizer.clipNorm.',
      control: 'optimizer.learningRate',
    },
  );
}

async function greedyAnswers(
  session: Session,
  { prepared, direction, moment, chunk, signal, onDecoded }: ChunkRequest,
  facts: PreparedFact[],
  scores: ForcedScore[],
): Promise<string[]> {
  const answers = facts.map((fact) => fact.label);
  const open = facts.flatMap((_, index) => (scores[index]!.tokenHit ? [] : [index]));
  if (open.length === 0) return answers;
  const samples = await session.generate({
    prompts: open.map((index) => facts[index]!.queries[chunk.template].prompt),
    samples: 1,
    maxNewTokens: direction.maxNewTokens,
    temperature: 0,
    topK: 0,
    topP: 1,
    seed: prepared.spec.seed,
    stream: 0,
    stopIds: prepared.stopIds,
    ...(signal ? { signal } : {}),
    // One greedy answer beside so many samples: the whole is counted in answers.
    onProgress: (done, total) => onDecoded?.(done / total / (1 + samplesAt(prepared.spec, moment, chunk.template))),
  });
  for (const sample of samples) answers[open[sample.prompt]!] = answerText(prepared, sample);
  return answers;
}

async function sampledHits(
  session: Session,
  { prepared, direction, moment, chunk, signal, onDecoded }: ChunkRequest,
  facts: PreparedFact[],
): Promise<SampledAnswers[] | null> {
  const { spec } = prepared;
  const samples = samplesAt(spec, moment, chunk.template);
  if (samples === 0) return null;
  const { temperature, topK, topP, keptAnswers } = spec.evaluation;
  const drawn = await session.generate({
    prompts: facts.map((fact) => fact.queries[chunk.template].prompt),
    samples,
    maxNewTokens: direction.maxNewTokens,
    temperature,
    topK,
    topP,
    seed: spec.seed,
    stream: sampleStream(spec.seed, direction.direction, moment, chunk.templateIndex, chunk.index),
    stopIds: prepared.stopIds,
    ...(signal ? { signal } : {}),
    onProgress: (done, total) => onDecoded?.((1 + (samples * done) / total) / (1 + samples)),
  });
  const counts = facts.map(() => new AnswerCount());
  for (const sample of drawn) {
    const fact = facts[sample.prompt]!;
    const exact = isLabel(sample, fact.queries[chunk.template].completion, prepared.stopIds);
    // As the greedy answer of a tokenHit, it is the label, however its tokens are spelled.
    const text = exact ? fact.label : answerText(prepared, sample);
    counts[sample.prompt]!.add(text, exact || direction.score(fact, text).outcome === 'right', exact);
  }
  return counts.map((count) => count.result(samples, keptAnswers));
}

/** Token for token the label, closed by any stop token. */
function isLabel({ ids }: GeneratedSample, completion: Uint32Array, stopIds: readonly number[]): boolean {
  if (ids.length !== completion.length) return false;
  const last = ids.length - 1;
  return ids.every((id, index) => (index === last ? stopIds.includes(id) : id === completion[index]));
}

/** The text of a decoded answer, its stop token left out. */
function answerText(prepared: PreparedRun, { ids }: GeneratedSample): string {
  const end = ids.findIndex((id) => prepared.stopIds.includes(id));
  return prepared.tokenizer.decodeCompletion(end < 0 ? ids : ids.slice(0, end));
}
