/**
 * Weights of the loss, made on the GPU from the scores of the same pass, and the divergence from the frozen model.
 *
 * Promises: a weight depends on its own example and, where it is normalised, on the batch's total; never on the row.
 */
import row from '../../../shaders/common/softmax_row.wgsl?raw';
import divergenceGradSource from '../../../shaders/backward/divergence_grad.wgsl?raw';
import divergenceSource from '../../../shaders/forward/divergence.wgsl?raw';
import exampleWeightSource from '../../../shaders/forward/example_weight.wgsl?raw';
import tokenWeightSource from '../../../shaders/forward/token_weight.wgsl?raw';
import exampleTotalSource from '../../../shaders/optim/example_total.wgsl?raw';
import { defineKernel } from '../kernel';
import type { LossSpec } from '../loss';
import { groupsFor, type PlanBuilder, type Tensor } from '../plan';
import type { LogitChunk } from './softmax';

export const exampleWeight = defineKernel({
  name: 'forward/example_weight',
  source: exampleWeightSource,
  bindings: { log_prob: 'read', spans: 'read', weight: 'read-write' },
  params: { examples: 'u32', window: 'u32', geometric: 'u32', gamma: 'f32' },
});

export const exampleTotal = defineKernel({
  name: 'optim/example_total',
  source: exampleTotalSource,
  bindings: { spans: 'read', weight: 'read', control: 'read', totals: 'read-write' },
  params: { examples: 'u32', per_example: 'u32' },
});

export const tokenWeight = defineKernel({
  name: 'forward/token_weight',
  source: tokenWeightSource,
  bindings: {
    log_prob: 'read',
    owner: 'read',
    spans: 'read',
    example_weight: 'read',
    totals: 'read',
    scale: 'read',
    weights: 'read-write',
  },
  params: { rows: 'u32', probability: 'u32', confidence: 'u32', per_example: 'u32', normalise: 'u32' },
});

export const divergence = defineKernel({
  name: 'forward/divergence',
  source: divergenceSource,
  includes: [row],
  bindings: { stats: 'read', base_stats: 'read', logits: 'read', base_logits: 'read', negative: 'read-write' },
  params: { rows: 'u32', columns: 'u32', stride: 'u32', first: 'u32' },
});

export const divergenceGrad = defineKernel({
  name: 'backward/divergence_grad',
  source: divergenceGradSource,
  includes: [row],
  bindings: {
    stats: 'read',
    base_stats: 'read',
    base_logits: 'read',
    labels: 'read',
    weights: 'read',
    share: 'read',
    logits: 'read-write',
  },
  params: { rows: 'u32', columns: 'u32', stride: 'u32', first: 'u32', kl: 'f32' },
});

/** Spans and owners as `RowInputs` lays them; `examples` is how many spans there is room for. */
export interface ExampleInputs {
  spans: Tensor;
  owner: Tensor;
  scale: Tensor;
  control: Tensor;
}

/** Weights of a row's examples; added to `totals` where the loss is normalised. */
export function weighExamples(
  plan: PlanBuilder,
  confidence: NonNullable<LossSpec['confidence']>,
  s: { examples: number; reduction: LossSpec['reduction'] },
  t: ExampleInputs & { logProb: Tensor; weight: Tensor; totals: Tensor },
): void {
  const { spans, control, logProb, weight, totals } = t;
  const { window, mean, gamma, normalise } = confidence;
  plan.dispatch(
    exampleWeight,
    { log_prob: logProb, spans, weight },
    { examples: s.examples, window, geometric: mean === 'geometric' ? 1 : 0, gamma },
    groupsFor(s.examples),
  );
  if (!normalise) return;
  plan.dispatch(
    exampleTotal,
    { spans, weight, control, totals },
    { examples: s.examples, per_example: s.reduction === 'examples' ? 1 : 0 },
    [1, 1, 1],
  );
}

/** Weights of a row's supervised positions; `weight` and `totals` as `weighExamples` left them. */
export function weighTokens(
  plan: PlanBuilder,
  { tokenWeight: ofToken, confidence, reduction }: LossSpec,
  rows: number,
  t: ExampleInputs & { logProb: Tensor; weight: Tensor; totals: Tensor; weights: Tensor },
): void {
  const { logProb, owner, spans, weight, totals, scale, weights } = t;
  plan.dispatch(
    tokenWeight,
    { log_prob: logProb, owner, spans, example_weight: weight, totals, scale, weights },
    {
      rows,
      probability: ofToken === 'probability' ? 1 : 0,
      confidence: confidence ? 1 : 0,
      per_example: reduction === 'examples' ? 1 : 0,
      normalise: confidence?.normalise ? 1 : 0,
    },
    groupsFor(rows),
  );
}

/** −KL(base ‖ model) of every row, chunk by chunk: the first one begins, the others add. */
export function addDivergence(
  plan: PlanBuilder,
  chunk: LogitChunk,
  t: { stats: Tensor; base_stats: Tensor; logits: Tensor; base_logits: Tensor; negative: Tensor },
): void {
  plan.dispatch(divergence, t, { ...chunk }, groupsFor(chunk.rows));
}

/** As `logitsGrad`, with `kl` times the divergence's mean beside it; `share` is one over the batch's tokens. */
export function divergingLogitsGrad(
  plan: PlanBuilder,
  chunk: LogitChunk,
  kl: number,
  t: {
    stats: Tensor;
    base_stats: Tensor;
    base_logits: Tensor;
    labels: Tensor;
    weights: Tensor;
    share: Tensor;
    logits: Tensor;
  },
): void {
  plan.dispatch(divergenceGrad, t, { ...chunk, kl }, groupsFor(chunk.rows * chunk.columns));
}
