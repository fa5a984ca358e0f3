/** Loss report, global-norm clipping and AdamW: an optimiser step that never waits for the CPU. */
import adamwSource from '../../../shaders/optim/adamw.wgsl?raw';
import clipSource from '../../../shaders/optim/clip.wgsl?raw';
import lossSource from '../../../shaders/optim/loss_report.wgsl?raw';
import squareSumSource from '../../../shaders/optim/square_sum.wgsl?raw';
import { defineKernel } from '../kernel';
import { groupsFor, slice, type PlanBuilder, type Tensor } from '../plan';
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

/** Values that one thread of the reduction sums: SPAN in the shader. */
const SPAN = 128;
/** f32 values of the `hyper` tensor. */
export const HYPER_WIDTH = 10;

/** The `hyper` tensor of step `step` (1-based); bias corrections are made here in f64. */
export function hyperValues(settings: StepSettings, step: number): Float32Array<ArrayBuffer> {
  const { learningRate, beta1, beta2, epsilon, weightDecay, clipNorm } = settings;
  return new Float32Array([
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
  ]);
}

export function reportLoss(
  plan: PlanBuilder,
  rows: number,
  t: { log_prob: Tensor; weights: Tensor; control: Tensor; reports: Tensor },
): void {
  plan.dispatch(lossReport, t, { rows }, [1, 1, 1]);
}

/** Norm, clipping and update of `elements` trainable values that share one layout in four pools. */
export function optimizerStep(
  plan: PlanBuilder,
  s: { elements: number; bindingBytes: number },
  t: {
    hyper: Tensor;
    control: Tensor;
    reports: Tensor;
    gradient: Tensor;
    parameter: Tensor;
    moment1: Tensor;
    moment2: Tensor;
  },
): void {
  const shardElements = Math.floor(s.bindingBytes / 4 / (SPAN * 64)) * SPAN * 64;
  const shards: { first: number; count: number }[] = [];
  for (let first = 0; first < s.elements; first += shardElements) {
    shards.push({ first, count: Math.min(shardElements, s.elements - first) });
  }
  let count = Math.ceil(s.elements / SPAN);
  let partial = plan.tensor('square sums', count);
  for (const shard of shards) {
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
  for (const { first, count: elements } of shards) {
    const part = (tensor: Tensor) => slice(tensor, first, elements);
    plan.dispatch(
      adamw,
      {
        hyper: t.hyper,
        factor,
        gradient: part(t.gradient),
        parameter: part(t.parameter),
        moment1: part(t.moment1),
        moment2: part(t.moment2),
      },
      { count: elements },
      groupsFor(elements),
    );
  }
}
