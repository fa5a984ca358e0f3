/** RMSNorm (Zhang & Sennrich 2019) and LayerNorm (Ba et al. 2016) over rows of a multiple of 4, forward and backward. */
import layerGradSource from '../../../shaders/backward/layernorm_grad.wgsl?raw';
import layerWeightGradSource from '../../../shaders/backward/layernorm_weight_grad.wgsl?raw';
import gradSource from '../../../shaders/backward/rmsnorm_grad.wgsl?raw';
import weightGradSource from '../../../shaders/backward/rmsnorm_weight_grad.wgsl?raw';
import layerSource from '../../../shaders/forward/layernorm.wgsl?raw';
import source from '../../../shaders/forward/rmsnorm.wgsl?raw';
import { defineKernel } from '../kernel';
import { groupsFor, type PlanBuilder, type Tensor } from '../plan';

export const rmsnorm = defineKernel({
  name: 'forward/rmsnorm',
  source,
  bindings: { x: 'read', weight: 'read', residual: 'read', y: 'read-write', scale: 'read-write' },
  params: { rows: 'u32', width4: 'u32', epsilon: 'f32', offset: 'f32', residual: 'u32' },
});

export const rmsnormGrad = defineKernel({
  name: 'backward/rmsnorm_grad',
  source: gradSource,
  bindings: { x: 'read', weight: 'read', scale: 'read', dy: 'read', residual: 'read', dx: 'read-write' },
  params: { rows: 'u32', width4: 'u32', residual: 'u32', offset: 'f32' },
});

export const rmsnormWeightGrad = defineKernel({
  name: 'backward/rmsnorm_weight_grad',
  source: weightGradSource,
  bindings: { x: 'read', scale: 'read', dy: 'read', dw: 'read-write' },
  params: { rows: 'u32', width4: 'u32' },
});

export const layernorm = defineKernel({
  name: 'forward/layernorm',
  source: layerSource,
  bindings: { x: 'read', weight: 'read', bias: 'read', y: 'read-write', stats: 'read-write' },
  params: { rows: 'u32', width4: 'u32', epsilon: 'f32' },
});

export const layernormGrad = defineKernel({
  name: 'backward/layernorm_grad',
  source: layerGradSource,
  bindings: { x: 'read', weight: 'read', stats: 'read', dy: 'read', residual: 'read', dx: 'read-write' },
  params: { rows: 'u32', width4: 'u32', residual: 'u32' },
});

export const layernormWeightGrad = defineKernel({
  name: 'backward/layernorm_weight_grad',
  source: layerWeightGradSource,
  bindings: { x: 'read', stats: 'read', dy: 'read', dw: 'read-write' },
  params: { rows: 'u32', width4: 'u32' },
});

export interface NormShape {
  rows: number;
  width: number;
  /** Added to every weight; 0 where absent. */
  offset?: number;
}

/** y = (weight + offset)·x/rms(x) (+ residual); `scale` [rows] keeps 1/rms for backward. */
export function norm(
  plan: PlanBuilder,
  { rows, width, epsilon, offset = 0 }: NormShape & { epsilon: number },
  t: { x: Tensor; weight: Tensor; y: Tensor; scale: Tensor; residual?: Tensor | undefined },
): void {
  plan.dispatch(
    rmsnorm,
    { ...t, residual: t.residual ?? plan.none },
    { rows, width4: width / 4, epsilon, offset, residual: t.residual ? 1 : 0 },
    groupsFor(rows),
  );
}

/** dx = gradient through the norm, plus `residual` where given. */
export function normGrad(
  plan: PlanBuilder,
  { rows, width, offset = 0 }: NormShape,
  t: { x: Tensor; weight: Tensor; scale: Tensor; dy: Tensor; dx: Tensor; residual?: Tensor | undefined },
): void {
  plan.dispatch(
    rmsnormGrad,
    { ...t, residual: t.residual ?? plan.none },
    { rows, width4: width / 4, residual: t.residual ? 1 : 0, offset },
    groupsFor(rows),
  );
}

/** dw += Σ over rows. */
export function normWeightGrad(
  plan: PlanBuilder,
  shape: NormShape,
  t: { x: Tensor; scale: Tensor; dy: Tensor; dw: Tensor },
): void {
  plan.dispatch(rmsnormWeightGrad, t, { rows: shape.rows, width4: shape.width / 4 }, groupsFor(shape.width / 4));
}

/** y = weight·(x − mean)/deviation + bias; `stats` [rows, 2] keeps mean and 1/deviation for backward. */
export function layerNorm(
  plan: PlanBuilder,
  { rows, width, epsilon }: NormShape & { epsilon: number },
  t: { x: Tensor; weight: Tensor; bias: Tensor; y: Tensor; stats: Tensor },
): void {
  plan.dispatch(layernorm, t, { rows, width4: width / 4, epsilon }, groupsFor(rows));
}

/** As `normGrad`. */
export function layerNormGrad(
  plan: PlanBuilder,
  { rows, width }: NormShape,
  t: { x: Tensor; weight: Tensor; stats: Tensor; dy: Tensor; dx: Tensor; residual?: Tensor | undefined },
): void {
  plan.dispatch(
    layernormGrad,
    { ...t, residual: t.residual ?? plan.none },
    { rows, width4: width / 4, residual: t.residual ? 1 : 0 },
    groupsFor(rows),
  );
}

/** dw += Σ over rows; the bias's gradient is `biasGradient` of dy. */
export function layerNormWeightGrad(
  plan: PlanBuilder,
  { rows, width }: NormShape,
  t: { x: Tensor; stats: Tensor; dy: Tensor; dw: Tensor },
): void {
  plan.dispatch(layernormWeightGrad, t, { rows, width4: width / 4 }, groupsFor(width / 4));
}
