/**
 * What using a model would take of a GPU, before anything is loaded: to answer, to train an adapter, to train all of it.
 *
 * Promises: the numbers are those of the session that would be opened; what is advised has been planned, too.
 * Must not know: hosts, how anything is printed.
 */
import {
  LINEAR_NAMES,
  planMemory,
  type BasePrecision,
  type DecodeDemand,
  type DecoderConfig,
  type MemoryPlan,
  type Precision,
  type SessionShape,
  type TrainableSpec,
} from '../engine';
import { withKeptActivations, type PlannedShape } from './kept-activations';
import { KEPT_PRECISIONS } from './precision-tools';

const MiB = 1024 * 1024;

export interface PlanLimits {
  /** The largest range that a dispatch may bind, and the largest buffer. */
  bindingBytes: number;
  bufferBytes: number;
  /** Memory that may be taken in all; null: WebGPU tells nobody. */
  memoryBytes: number | null;
}

/** What every WebGPU adapter grants. */
export const LEAST_LIMITS: PlanLimits = { bindingBytes: 128 * MiB, bufferBytes: 256 * MiB, memoryBytes: null };

export const MODEL_USES = ['answer', 'lora', 'full'] as const;
export type ModelUse = (typeof MODEL_USES)[number];

export interface UseSettings {
  rowTokens: number;
  precision: BasePrecision;
  rank: number;
  decoding: DecodeDemand;
  limits: PlanLimits;
}

export interface UsePlan {
  use: ModelUse;
  precision: Precision;
  rowTokens: number;
  /** What layers compute is kept for the backward pass; else it is computed again there. */
  keepActivations: boolean;
  memory: MemoryPlan;
  fits: boolean;
  /** The longest row that fits, up to `LONGEST_ROW`; null where none does. A step's rows use the same memory one after another. */
  largestRowTokens: number | null;
  /** What to change; empty where it fits. */
  advice: string[];
}

const ROW_STEP = 64;
const LONGEST_ROW = 4096;

export function planUse(config: DecoderConfig, use: ModelUse, settings: UseSettings): UsePlan {
  // All weights are trained in f32, whatever the base would be kept in.
  const precision = use === 'full' ? { precision: 'f32' as const, doubleQuantisation: false } : settings.precision;
  const own = { ...settings, precision };
  const trainable = trainableOf(use, settings.rank);
  const { shape, memory } = withKeptWhereItFits(config, trainable, own);
  const fit = fits(memory, settings.limits);
  const largestRowTokens = largestRow(config, trainable, own);
  return {
    ...{ use, precision: precision.precision, rowTokens: settings.rowTokens },
    ...{ keepActivations: shape.keepActivations === true, memory, fits: fit, largestRowTokens },
    advice: fit ? [] : advise(config, use, own, { memory, largestRowTokens }),
  };
}

function trainableOf(use: ModelUse, rank: number): TrainableSpec {
  if (use === 'answer') return { kind: 'none' };
  return use === 'full' ? { kind: 'full' } : { kind: 'lora', rank, scale: 2, targets: [...LINEAR_NAMES] };
}

const shapeOf = ({ rowTokens, decoding, precision }: UseSettings): SessionShape => ({
  ...{ rowTokens, supervised: rowTokens, decoding: [decoding], precision },
});

function planned(config: DecoderConfig, trainable: TrainableSpec, shape: SessionShape, limits: PlanLimits): MemoryPlan {
  return planMemory(config, trainable, shape, Math.min(limits.bindingBytes, 128 * MiB), limits.bufferBytes);
}

function withKeptWhereItFits(config: DecoderConfig, trainable: TrainableSpec, settings: UseSettings): PlannedShape {
  const shape = shapeOf(settings);
  const plan = (each: SessionShape) => planned(config, trainable, each, settings.limits);
  const kept = withKeptActivations(trainable, shape, plan);
  return kept.shape === shape || fits(kept.memory, settings.limits) ? kept : { shape, memory: plan(shape) };
}

function fits(memory: MemoryPlan, limits: PlanLimits): boolean {
  return (
    memory.largestBindingBytes <= limits.bindingBytes &&
    memory.largestBufferBytes <= limits.bufferBytes &&
    memory.totalBytes <= (limits.memoryBytes ?? Infinity)
  );
}

/** By halving: what fits, fits with fewer tokens too. */
function largestRow(config: DecoderConfig, trainable: TrainableSpec, settings: UseSettings): number | null {
  const fitsWith = (steps: number) =>
    fits(
      planned(config, trainable, shapeOf({ ...settings, rowTokens: steps * ROW_STEP }), settings.limits),
      settings.limits,
    );
  let [low, high] = [0, LONGEST_ROW / ROW_STEP];
  if (fitsWith(high)) return LONGEST_ROW;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fitsWith(middle)) low = middle;
    else high = middle;
  }
  return low === 0 ? null : low * ROW_STEP;
}

/** Each remedy by itself, planned: only what helps is named. */
function advise(
  config: DecoderConfig,
  use: ModelUse,
  settings: UseSettings,
  found: { memory: MemoryPlan; largestRowTokens: number | null },
): string[] {
  const { limits } = settings;
  const fit = (changed: Partial<UseSettings>, other: ModelUse = use) => {
    const shape = shapeOf({ ...settings, ...changed });
    const memory = planned(config, trainableOf(other, changed.rank ?? settings.rank), shape, limits);
    return fits(memory, limits) ? memory : null;
  };
  const remedies: string[] = [];
  if (found.largestRowTokens !== null) {
    remedies.push(`Rows of at most ${found.largestRowTokens} tokens fit (train.rowTokens).`);
  }
  // Finest first; all weights are trained in f32 alone.
  const kept = Object.values(KEPT_PRECISIONS);
  const own = kept.findIndex((each) => namesOf(each) === namesOf(settings.precision));
  const coarser = use === 'full' ? [] : kept.slice(own + 1);
  const precise = coarser.find((precision) => fit({ precision }));
  if (precise) remedies.push(`A base in ${precise.precision} fits (${namesOf(precise)}).`);
  const few = { ...settings.decoding, samples: 1 };
  if (fit({ decoding: few })) remedies.push('Fewer samples at a time fit (evaluation.samples).');
  if (use === 'full' && fit({}, 'lora')) remedies.push('An adapter instead of all weights fits (adapter.kind lora).');
  if (remedies.length > 0) return remedies;
  const last = coarser.at(-1);
  const least = { rowTokens: ROW_STEP, decoding: few, ...(last && { precision: last }) };
  const together = last
    ? `rows of ${ROW_STEP} tokens, a base in ${last.precision} (${namesOf(last)}) and single samples`
    : `rows of ${ROW_STEP} tokens and single samples`;
  if (fit(least)) return [`Only ${together} together fit.`];
  return ['Nothing makes it fit: choose a smaller model, or another GPU.'];
}

/** The fields of a spec that ask for a precision. */
const namesOf = ({ precision, doubleQuantisation }: BasePrecision) =>
  doubleQuantisation ? `model.precision ${precision}, model.doubleQuantisation true` : `model.precision ${precision}`;
