/**
 * How much work a spec asks for, counted in questions: known before any file is read. Pure.
 *
 * Promises: the counts are those of a run that is trained to its end. Must not know: tokens, devices.
 */
import type { Direction } from '../core/direction';
import { TEMPLATE_ROLES } from '../records/types';
import type { ExperimentSpec } from '../spec/schema';
import type { RunPlan } from '../worker/client';

/** Trained wordings a direction of each template set; a test holds them against the registry. */
export const TRAINED_TEMPLATES: Readonly<Record<string, number>> = {
  'short-questions': 5,
  'full-questions': 5,
  'gene-questions': 5,
};

export interface SpecSize {
  /** Optimiser steps, all directions together. */
  steps: number;
  /** Examples trained, each as often as it is. */
  trained: number;
  /** Facts asked, under every template at every evaluation. */
  asked: number;
  /** Stochastic answers drawn. */
  sampled: number;
}

export function sizeOf(spec: ExperimentSpec): SpecSize {
  const { seen, withheld } = spec.sampling;
  const size: SpecSize = { steps: 0, trained: 0, asked: 0, sampled: 0 };
  for (const direction of spec.directions) {
    const examples = seen * trainedTemplates(spec, direction);
    const stepsPerEpoch = Math.ceil(examples / spec.train.batchSize);
    const steps = stepsPerEpoch * spec.train.epochs;
    const evaluations = evaluationsOf(spec, stepsPerEpoch, steps);
    size.steps += steps;
    size.trained += examples * spec.train.epochs;
    size.asked += (seen + withheld) * TEMPLATE_ROLES.length * evaluations;
    size.sampled += (seen + withheld) * spec.evaluation.samples * sampledEvaluations(spec, evaluations);
  }
  return size;
}

function trainedTemplates({ templates }: ExperimentSpec, direction: Direction): number {
  if (templates.set === 'custom') return templates.custom?.[direction]?.trained.length ?? 1;
  return TRAINED_TEMPLATES[templates.set] ?? 1;
}

/** Before training, at its end, and between. */
function evaluationsOf({ evaluation: { at } }: ExperimentSpec, stepsPerEpoch: number, steps: number): number {
  if (steps === 0) return 1;
  if (at.kind === 'fractions') {
    const due = at.fractions.map((share) => Math.max(1, Math.round(share * steps)));
    return new Set([0, steps, ...due]).size;
  }
  const stride = at.kind === 'epochs' ? at.every * stepsPerEpoch : at.every;
  return 1 + Math.ceil(steps / stride);
}

function sampledEvaluations({ evaluation }: ExperimentSpec, evaluations: number): number {
  const times = { never: 0, baseline: 1, 'first-last': Math.min(2, evaluations), every: evaluations };
  return times[evaluation.sampleAt];
}

/** Of a token trained, scored, decoded; as a run's own estimate begins with. */
const COST = { trained: 4, asked: 7, sampled: 6 };

/** From light to heavy: 1 to 4. */
export function weightOf({ trained, asked, sampled }: SpecSize): 1 | 2 | 3 | 4 {
  const cost = trained * COST.trained + asked * COST.asked + sampled * COST.sampled;
  return cost < 3e4 ? 1 : cost < 2e5 ? 2 : cost < 1e6 ? 3 : 4;
}

type Work = RunPlan['work'];

/** The work of another spec in the tokens of a plan that was made for this one. */
export function workLike(work: Work, made: SpecSize, other: SpecSize): Work {
  const ratio = (of: keyof SpecSize) => (made[of] === 0 ? 1 : other[of] / made[of]);
  const decoded = (size: SpecSize) => size.asked + size.sampled;
  return {
    train: work.train * ratio('trained'),
    score: work.score * ratio('asked'),
    decode: work.decode * (decoded(made) === 0 ? 1 : decoded(other) / decoded(made)),
  };
}
