/** Loss report, global-norm clipping and AdamW: an optimiser step that never waits for the CPU. */
import adamwSource from '../../../shaders/optim/adamw.wgsl?raw';
import adamw8Source from '../../../shaders/optim/adamw8.wgsl?raw';
import clipSource from '../../../shaders/optim/clip.wgsl?raw';
import lossSource from '../../../shaders/optim/loss_report.wgsl?raw';
import squareSumSource from '../../../shaders/optim/square_sum.wgsl?raw';
import { defineKernel } from '../kernel';
import { groupsFor, slice, type PlanBuilder, type Tensor } from '../plan';
import type { OptimizerRange } from '../decoder/optimizer-state';
import type { StepSettings } from '../types';

export const lossReport = defineKernel({
  name: 'optim/loss_report',
  source: lossSource,
  bindings: { log_prob: 'read', weights: 'read', control: 'read', reports: 'read-write' },
  params: { rows: 'u32' },
});

export const squareSum = defineKernel({
  name: 'optim/square_sum',
  source: squareSumSource,
  bindings: { x: 'read', partial: 'read-write' },
  params: { count: 'u32', squared: 'u32' },
});

export const clip = defineKernel({
  name: 'optim/clip',
  source: clipSource,
  bindings: { partial: 'read', control: 'read', hyper: 'read', reports: 'read-write', factor: 'read-write' },
  params: { count: 'u32' },
});

export const adamw = defineKernel({
  name: 'optim/adamw',
  source: adamwSource,
  bindings: {
    hyper: 'read',
    factor: 'read',
    gradient: 'read',
    parameter: 'read-write',
    moment1: 'read-write',
    moment2: 'read-write',
  },
  params: { count: 'u32' },
});

export const adamw8 = defineKernel({
  name: 'optim/adamw8',
  source: adamw8Source,
  bindings: {
    hyper: 'read',
    factor: 'read',
    gradient: 'read',
    maps: 'read',
    parameter: 'read-write',
    moment1: 'read-write',
    moment2: 'read-write',
  },
  params: { count: 'u32' },
});

/** Values that one thread of the reduction sums: SPAN in the shader. */
const SPAN = 128;
/** Parts of a binding begin at multiples of 64 values: also those of moments whose blocks of 256 are 65 words. */
const SHARD = 256 * 64;
/** f32 values for one learning rate, and where those for the second one begin. */
const HYPER_SET = 10;
const SECOND_RATE = 64;
/** f32 values of the `hyper` tensor. */
export const HYPER_WIDTH = SECOND_RATE + HYPER_SET;

/**
 * The `hyper` tensor of step `step` (1-based); bias corrections are made here in f64.
 * @param ratio the second learning rate over the first
 */
export function hyperValues(settings: StepSettings, step: number, ratio = 1): Float32Array<ArrayBuffer> {
  const values = new Float32Array(HYPER_WIDTH);
  values.set(rateValues(settings, step));
  values.set(rateValues({ ...settings, learningRate: settings.learningRate * ratio }, step), SECOND_RATE);
  return values;
}

function rateValues(settings: StepSettings, step: number): number[] {
  const { learningRate, beta1, beta2, epsilon, weightDecay, clipNorm } = settings;
  return [
    learningRate,
    beta1,
    beta2,
    1 - learningRate * weightDecay,
    epsilon,
    Number.isFinite(clipNorm) ? clipNorm : 0,
    1 - beta1,
    1 - beta2,
    1 / (1 - beta1 ** step),
    1 / Math.sqrt(1 - beta2 ** step),
  ];
}

export function reportLoss(
  plan: PlanBuilder,
  rows: number,
  t: { log_prob: Tensor; weights: Tensor; control: Tensor; reports: Tensor },
): void {
  plan.dispatch(lossReport, t, { rows }, [1, 1, 1]);
}

/** Norm and clipping over all trainable values at once, then the update of each range. */
export function optimizerStep(
  plan: PlanBuilder,
  s: { elements: number; bindingBytes: number; ranges: readonly OptimizerRange[] },
  t: { hyper: Tensor; control: Tensor; reports: Tensor; gradient: Tensor; codeMaps: Tensor | null },
): void {
  let count = Math.ceil(s.elements / SPAN);
  let partial = plan.tensor('square sums', count);
  for (const shard of shardsOf(s.elements, s.bindingBytes, SPAN * 64)) {
    plan.dispatch(
      squareSum,
      {
        x: slice(t.gradient, shard.first, shard.count),
        partial: slice(partial, shard.first / SPAN, Math.ceil(shard.count / SPAN)),
      },
      { count: shard.count, squared: 1 },
      groupsFor(Math.ceil(shard.count / SPAN)),
    );
  }
  while (count > SPAN) {
    const next = plan.tensor('square sums', Math.ceil(count / SPAN));
    plan.dispatch(squareSum, { x: partial, partial: next }, { count, squared: 0 }, groupsFor(Math.ceil(count / SPAN)));
    partial = next;
    count = Math.ceil(count / SPAN);
  }
  const factor = plan.tensor('clip factor', 1);
  plan.dispatch(
    clip,
    { partial, control: t.control, hyper: t.hyper, reports: t.reports, factor },
    { count },
    [1, 1, 1],
  );
  for (const range of s.ranges) {
    const hyper = range.faster ? slice(t.hyper, SECOND_RATE, HYPER_SET) : t.hyper;
    updateRange(plan, range, s.bindingBytes, { hyper, factor, codeMaps: t.codeMaps });
  }
}

function updateRange(
  plan: PlanBuilder,
  range: OptimizerRange,
  bindingBytes: number,
  { hyper, factor, codeMaps }: { hyper: Tensor; factor: Tensor; codeMaps: Tensor | null },
): void {
  const { gradient, parameter, moment1, moment2, quantised } = range;
  for (const { first, count } of shardsOf(range.elements, bindingBytes, quantised ? SHARD : SPAN * 64)) {
    const values = { gradient: slice(gradient, first, count), parameter: slice(parameter, first, count) };
    if (quantised) {
      const words = (moment: Tensor) => slice(moment, (first / 256) * 65, Math.ceil(count / 256) * 65);
      const moments = { moment1: words(moment1), moment2: words(moment2) };
      const groups = groupsFor(Math.ceil(count / 256), 1);
      plan.dispatch(adamw8, { hyper, factor, maps: codeMaps!, ...values, ...moments }, { count }, groups);
    } else {
      const moments = { moment1: slice(moment1, first, count), moment2: slice(moment2, first, count) };
      plan.dispatch(adamw, { hyper, factor, ...values, ...moments }, { count }, groupsFor(count));
    }
  }
}

/** Pieces of whole units that one binding holds. */
function shardsOf(elements: number, bindingBytes: number, unit: number): { first: number; count: number }[] {
  const size = Math.floor(bindingBytes / 4 / unit) * unit;
  const shards: { first: number; count: number }[] = [];
  for (let first = 0; first < elements; first += size) shards.push({ first, count: Math.min(size, elements - first) });
  return shards;
}
