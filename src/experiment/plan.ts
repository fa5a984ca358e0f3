/**
 * Which evaluations a run makes and what they cost, as pure functions of the spec. The clock of a direction is its
 * optimiser step; epochs are steps divided by the steps of an epoch, fractional inside one.
 *
 * Promises: evaluations come before training and after its last step whatever the spec says, each step at most once.
 */
import type { ExperimentSpec } from '../spec/schema';
import type { TemplateRole } from '../records/types';
import { TEMPLATE_ROLES } from '../records/types';
import { inputTokens } from '../tokens/packing';
import type { PreparedDirection } from './prepared';
import type { Work } from './work-meter';

/** Facts scored, decoded and recorded together: small enough to pause between, large enough to fill a row. */
export const CHUNK_FACTS = 64;
/** Facts are sampled under the held-out template only: the headline, and half the cost. */
export const SAMPLED_TEMPLATE: TemplateRole = 'held-out';

type Paced = Pick<PreparedDirection, 'stepsPerEpoch'>;

/** One evaluation of a direction, by its clock. */
export interface Moment {
  /** Optimiser steps taken. */
  step: number;
  /** Training time in epochs: a whole number exactly where an epoch has ended. */
  epoch: number;
  /** Before training. */
  first: boolean;
  /** No training follows: all steps are done, or the direction ends early here. */
  last: boolean;
}

/** Optimiser steps that the spec plans for a direction. */
export function plannedSteps(spec: ExperimentSpec, { stepsPerEpoch }: Paced): number {
  return stepsPerEpoch * spec.train.epochs;
}

/** Steps after which facts are evaluated, ascending and distinct: 0, those the spec names, and the last. */
export function evaluationSteps(spec: ExperimentSpec, direction: Paced): number[] {
  const total = plannedSteps(spec, direction);
  const { at } = spec.evaluation;
  const due = new Set([0, total]);
  if (at.kind === 'fractions') {
    // The nearest step; a share too small for one is the first.
    if (total > 0) for (const fraction of at.fractions) due.add(Math.max(1, Math.round(fraction * total)));
  } else {
    const stride = at.kind === 'epochs' ? at.every * direction.stepsPerEpoch : at.every;
    for (let step = stride; step < total; step += stride) due.add(step);
  }
  return [...due].sort((a, b) => a - b);
}

/** @param endsHere training ends at this step, although more are planned */
export function momentAt(spec: ExperimentSpec, direction: Paced, step: number, endsHere = false): Moment {
  return {
    step,
    epoch: step === 0 ? 0 : step / direction.stepsPerEpoch,
    first: step === 0,
    last: endsHere || step === plannedSteps(spec, direction),
  };
}

/** Stochastic samples per fact at this evaluation; 0 where the spec asks for none. */
export function samplesAt(spec: ExperimentSpec, { first, last }: Moment, template: TemplateRole): number {
  if (template !== SAMPLED_TEMPLATE) return 0;
  const { sampleAt, samples } = spec.evaluation;
  const wanted =
    sampleAt === 'every' || (sampleAt === 'baseline' && first) || (sampleAt === 'first-last' && (first || last));
  return wanted ? samples : 0;
}

/** What an evaluation does may depend on whether it is the last: then that must be known before it begins. */
export function dependsOnLast({ evaluation }: ExperimentSpec): boolean {
  const { samples, sampleAt, probes } = evaluation;
  return (samples > 0 && sampleAt === 'first-last') || probes.embeddings?.at === 'first-last';
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

/** Planned tokens of one chunk, decoding at its full length: what was not needed still counts as done. */
export function chunkWork(spec: ExperimentSpec, direction: PreparedDirection, chunk: Chunk, moment: Moment): Work {
  const samples = samplesAt(spec, moment, chunk.template);
  let score = 0;
  for (let index = chunk.start; index < chunk.end; index++) {
    const query = direction.facts[index]!.queries[chunk.template];
    score += inputTokens(query);
  }
  return { train: 0, score, decode: (chunk.end - chunk.start) * (1 + samples) * direction.maxNewTokens };
}

/** Planned tokens of one direction. */
export function directionWork(spec: ExperimentSpec, direction: PreparedDirection): Work {
  return workUpTo(spec, direction, plannedSteps(spec, direction), Infinity);
}

/**
 * Planned tokens of everything before a point of the run: what a resumed run need not do again.
 *
 * @param trialsHere trials that the current direction has written
 */
export function workBefore(
  spec: ExperimentSpec,
  directions: readonly PreparedDirection[],
  position: { directionIndex: number; step: number },
  trialsHere: number,
): Work {
  const work: Work = { train: 0, score: 0, decode: 0 };
  directions.slice(0, position.directionIndex + 1).forEach((direction, index) => {
    const here = index === position.directionIndex;
    addWork(work, here ? workUpTo(spec, direction, position.step, trialsHere) : directionWork(spec, direction));
  });
  return work;
}

function workUpTo(spec: ExperimentSpec, direction: PreparedDirection, step: number, trials: number): Work {
  const perEpoch = direction.examples.reduce((sum, example) => sum + inputTokens(example), 0);
  const work: Work = { train: step === 0 ? 0 : (perEpoch * step) / direction.stepsPerEpoch, score: 0, decode: 0 };
  let left = trials;
  for (const due of evaluationSteps(spec, direction)) {
    for (const chunk of evaluationChunks(direction.facts.length)) {
      left -= chunk.end - chunk.start;
      if (left < 0) return work;
      addWork(work, chunkWork(spec, direction, chunk, momentAt(spec, direction, due)));
    }
  }
  return work;
}

function addWork(sum: Work, { train, score, decode }: Work): void {
  sum.train += train;
  sum.score += score;
  sum.decode += decode;
}
