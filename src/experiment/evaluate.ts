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
import type { TrialRecord } from '../records/types';
import { packExamples } from '../tokens/packing';
import { sampleStream } from './batches';
import type { Chunk, Moment } from './plan';
import { samplesAt } from './plan';
import type { PreparedDirection, PreparedFact, PreparedRun } from './prepared';

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

interface FactScore {
  tokenHit: boolean;
  tokensRight: number;
  logProb: number;
  logQ: number;
}

/** The trials of one chunk, in the order of its facts. Throws `loss-not-finite` when a score is not a number. */
export async function evaluateChunk(session: Session, request: ChunkRequest): Promise<TrialRecord[]> {
  const { direction, moment, chunk } = request;
  const facts = direction.facts.slice(chunk.start, chunk.end);
  const scores = await scoreFacts(session, request, facts);
  request.onScored?.();
  const answers = await greedyAnswers(session, request, facts, scores);
  const sampled = await sampledHits(session, request, facts);
  return facts.map((fact, index) => {
    const { tokenHit, tokensRight, logProb, logQ } = scores[index]!;
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
    };
  });
}

async function scoreFacts(session: Session, request: ChunkRequest, facts: PreparedFact[]): Promise<FactScore[]> {
  const { prepared, chunk } = request;
  const queries = facts.map((fact) => fact.queries[chunk.template]);
  const rows = packExamples(queries, prepared.rowTokens, prepared.config.contextLength);
  const results = await session.score(rows, prepared.spec.evaluation.temperature);
  const scores: FactScore[] = facts.map(() => ({ tokenHit: true, tokensRight: 0, logProb: 0, logQ: 0 }));
  const positions = facts.map(() => 0);
  rows.forEach((row, rowIndex) => {
    const result = results[rowIndex]!;
    row.example.forEach((example, index) => {
      const score = scores[example]!;
      positions[example]! += 1;
      const last = positions[example] === queries[example]!.completion.length;
      const predicted = result.argmax[index]!;
      score.logProb += result.logProb[index]!;
      score.logQ += result.logProbT[index]!;
      const right = last ? prepared.stopIds.includes(predicted) : predicted === row.labels[index];
      score.tokenHit &&= right;
      if (right) score.tokensRight += 1;
    });
  });
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
  scores: FactScore[],
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
): Promise<NonNullable<TrialRecord['sampled']>[] | null> {
  const { spec } = prepared;
  const samples = samplesAt(spec, moment, chunk.template);
  if (samples === 0) return null;
  const { temperature, topK, topP } = spec.evaluation;
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
  const hits = facts.map(() => ({ samples, answerHits: 0, tokenHits: 0 }));
  for (const sample of drawn) {
    const fact = facts[sample.prompt]!;
    const hit = hits[sample.prompt]!;
    const exact = isLabel(sample, fact.queries[chunk.template].completion, prepared.stopIds);
    if (exact) hit.tokenHits += 1;
    if (exact || direction.score(fact, answerText(prepared, sample)).outcome === 'right') hit.answerHits += 1;
  }
  return hits;
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
