/**
 * Which evaluations a run makes and what they cost, as pure functions of the spec.
 *
 * Promises: the number of trials before any point of the run is known from here alone, so the length of the trial log
 * says exactly how far an interrupted evaluation came.
 */
import type { ExperimentSpec } from '../spec/schema';
import type { TemplateRole } from '../records/types';
import { TEMPLATE_ROLES } from '../records/types';
import { inputTokens } from '../tokens/packing';
import type { PreparedDirection } from './prepared';
import { rehearsalTokens } from './rehearsal';
import type { Work } from './work-meter';

/** Facts scored, decoded and recorded together: small enough to pause between, large enough to fill a row. */
export const CHUNK_FACTS = 64;
/** Facts are sampled under the held-out template only: the headline, and half the cost. */
export const SAMPLED_TEMPLATE: TemplateRole = 'held-out';

/** Epochs after which facts are evaluated: 0, every `everyEpochs`, and the last. */
export function evaluationEpochs(spec: ExperimentSpec): number[] {
  const { epochs } = spec.train;
  const { at } = spec.evaluation;
  const every = at.kind === 'epochs' ? at.every : 1;
  const due: number[] = [];
  for (let epoch = 0; epoch <= epochs; epoch++) {
    if (epoch === 0 || epoch === epochs || epoch % every === 0) due.push(epoch);
  }
  return due;
}

/** Stochastic samples per fact at this evaluation; 0 where the spec asks for none. */
export function samplesAt(spec: ExperimentSpec, epoch: number, template: TemplateRole): number {
  if (template !== SAMPLED_TEMPLATE) return 0;
  const { sampleAt, samples } = spec.evaluation;
  const first = epoch === 0;
  const last = epoch === spec.train.epochs;
  const wanted =
    sampleAt === 'every' || (sampleAt === 'baseline' && first) || (sampleAt === 'first-last' && (first || last));
  return wanted ? samples : 0;
}

/** One evaluation is a sequence of chunks: template by template, facts in order. */
export interface Chunk {
  template: TemplateRole;
  templateIndex: number;
  /** Index of the chunk within its template. */
  index: number;
  start: number;
  end: number;
}

export function evaluationChunks(facts: number): Chunk[] {
  const chunks: Chunk[] = [];
  TEMPLATE_ROLES.forEach((template, templateIndex) => {
    for (let start = 0, index = 0; start < facts; start += CHUNK_FACTS, index++) {
      chunks.push({ template, templateIndex, index, start, end: Math.min(facts, start + CHUNK_FACTS) });
    }
  });
  return chunks;
}

/** Trials of one evaluation of one direction. */
export function trialsPerEvaluation(facts: number): number {
  return facts * TEMPLATE_ROLES.length;
}

/** Trials written before the evaluation after `epoch` in direction number `directionIndex` begins. */
export function trialsBefore(spec: ExperimentSpec, facts: number, directionIndex: number, epoch: number): number {
  const due = evaluationEpochs(spec);
  const earlier = due.filter((candidate) => candidate < epoch).length;
  return (directionIndex * due.length + earlier) * trialsPerEvaluation(facts);
}

/** Planned tokens of one chunk, decoding at its full length: what was not needed still counts as done. */
export function chunkWork(spec: ExperimentSpec, direction: PreparedDirection, chunk: Chunk, epoch: number): Work {
  const samples = samplesAt(spec, epoch, chunk.template);
  let score = 0;
  for (let index = chunk.start; index < chunk.end; index++) {
    const query = direction.facts[index]!.queries[chunk.template];
    score += inputTokens(query);
  }
  return { train: 0, score, decode: (chunk.end - chunk.start) * (1 + samples) * direction.maxNewTokens };
}

/** Planned tokens of one direction. */
export function directionWork(spec: ExperimentSpec, direction: PreparedDirection): Work {
  const learned = direction.examples.reduce((sum, example) => sum + inputTokens(example), 0);
  const perEpoch = learned + direction.stepsPerEpoch * rehearsalTokens(spec, direction.rehearsal);
  const work: Work = { train: perEpoch * spec.train.epochs, score: 0, decode: 0 };
  for (const epoch of evaluationEpochs(spec)) {
    for (const chunk of evaluationChunks(direction.facts.length)) {
      const cost = chunkWork(spec, direction, chunk, epoch);
      work.score += cost.score;
      work.decode += cost.decode;
    }
  }
  return work;
}

/** Planned tokens of everything before a point of the run: what a resumed run need not do again. */
export function workBefore(
  spec: ExperimentSpec,
  directions: readonly PreparedDirection[],
  position: { directionIndex: number; epoch: number; stepInEpoch: number },
  trialLines: number,
): Work {
  const work: Work = { train: 0, score: 0, decode: 0 };
  let trials = 0;
  directions.forEach((direction, index) => {
    if (index > position.directionIndex) return;
    const perEpoch = directionWork({ ...spec, train: { ...spec.train, epochs: 1 } }, direction).train;
    const here = index === position.directionIndex;
    const epochs = here ? position.epoch + position.stepInEpoch / direction.stepsPerEpoch : spec.train.epochs;
    work.train += perEpoch * epochs;
    for (const epoch of evaluationEpochs(spec)) {
      for (const chunk of evaluationChunks(direction.facts.length)) {
        trials += chunk.end - chunk.start;
        if (trials > trialLines) return;
        const cost = chunkWork(spec, direction, chunk, epoch);
        work.score += cost.score;
        work.decode += cost.decode;
      }
    }
  });
  return work;
}
