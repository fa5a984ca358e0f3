/** RMSNorm (Zhang & Sennrich 2019) over rows of a multiple of 4, forward and backward. */
import gradSource from '../../../shaders/backward/rmsnorm_grad.wgsl?raw';
import weightGradSource from '../../../shaders/backward/rmsnorm_weight_grad.wgsl?raw';
import source from '../../../shaders/forward/rmsnorm.wgsl?raw';
import { defineKernel } from '../kernel';
import { groupsFor, type PlanBuilder, type Tensor } from '../plan';

export const rmsnorm = defineKernel({
  name: 'forward/rmsnorm',
  source,
  bindings: { x: 'read', weight: 'read', y: 'read-write', scale: 'read-write' },
  params: { rows: 'u32', width4: 'u32', epsilon: 'f32' },
});

export const rmsnormGrad = defineKernel({
  name: 'backward/rmsnorm_grad',
  source: gradSource,
  bindings: { x: 'read', weight: 'read', scale: 'read', dy: 'read', residual: 'read', dx: 'read-write' },
  params: { rows: 'u32', width4: 'u32', residual: 'u32' },
});

export const rmsnormWeightGrad = defineKernel({
  name: 'backward/rmsnorm_weight_grad',
  source: weightGradSource,
  bindings: { x: 'read', scale: 'read', dy: 'read', dw: 'read-write' },
  params: { rows: 'u32', width4: 'u32' },
});

export interface NormShape {
  rows: number;
  width: number;
}

/** y = weight·x/rms(x); `scale` [rows] keeps 1/rms for backward. */
export function norm(
  plan: PlanBuilder,
  shape: NormShape & { epsilon: number },
  t: { x: Tensor; weight: Tensor; y: Tensor; scale: Tensor },
): void {
  plan.dispatch(
    rmsnorm,
    t,
    { rows: shape.rows, width4: shape.width / 4, epsilon: shape.epsilon },
    groupsFor(shape.rows),
  );
}

/** dx = gradient through the norm, plus `residual` where given. */
export function normGrad(
  plan: PlanBuilder,
  shape: NormShape,
  t: { x: Tensor; weight: Tensor; scale: Tensor; dy: Tensor; dx: Tensor; residual?: Tensor },
): void {
  plan.dispatch(
    rmsnormGrad,
    { ...t, residual: t.residual ?? plan.none },
    { rows: shape.rows, width4: shape.width / 4, residual: t.residual ? 1 : 0 },
    groupsFor(shape.rows),
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
