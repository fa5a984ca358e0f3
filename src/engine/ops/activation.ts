/** The units of feed-forward blocks: SwiGLU (Shazeer 2020) and GELU, gated or plain. */
import geluGradSource from '../../../shaders/backward/gelu_grad.wgsl?raw';
import geluPlainGradSource from '../../../shaders/backward/gelu_plain_grad.wgsl?raw';
import swigluGradSource from '../../../shaders/backward/swiglu_grad.wgsl?raw';
import gelu from '../../../shaders/common/gelu.wgsl?raw';
import geluSource from '../../../shaders/forward/gelu.wgsl?raw';
import swigluSource from '../../../shaders/forward/swiglu.wgsl?raw';
import { defineKernel } from '../kernel';
import { groupsFor, type PlanBuilder, type Tensor } from '../plan';
import type { Activation } from '../traits';

export const swiglu = defineKernel({
  name: 'forward/swiglu',
  source: swigluSource,
  bindings: { gate: 'read', up: 'read', y: 'read-write' },
  params: { count: 'u32' },
});

export const swigluGrad = defineKernel({
  name: 'backward/swiglu_grad',
  source: swigluGradSource,
  bindings: { gate: 'read', up: 'read', dy: 'read', dgate: 'read-write', dup: 'read-write' },
  params: { count: 'u32' },
});

export const geluUnit = defineKernel({
  name: 'forward/gelu',
  source: geluSource,
  includes: [gelu],
  bindings: { x: 'read', up: 'read', y: 'read-write' },
  params: { count: 'u32', exact: 'u32', gated: 'u32' },
});

export const geluUnitGrad = defineKernel({
  name: 'backward/gelu_grad',
  source: geluGradSource,
  includes: [gelu],
  bindings: { x: 'read', up: 'read', dy: 'read', dx: 'read-write', dup: 'read-write' },
  params: { count: 'u32', exact: 'u32' },
});

export const geluPlainGrad = defineKernel({
  name: 'backward/gelu_plain_grad',
  source: geluPlainGradSource,
  includes: [gelu],
  bindings: { x: 'read', dy: 'read', dx: 'read-write' },
  params: { count: 'u32', exact: 'u32' },
});

/** y = act(gate)·up of `count` elements. */
export function gatedUnit(
  plan: PlanBuilder,
  count: number,
  activation: Activation,
  t: { gate: Tensor; up: Tensor; y: Tensor },
): void {
  if (activation === 'silu') plan.dispatch(swiglu, t, { count }, groupsFor(count));
  else {
    const { gate: x, up, y } = t;
    plan.dispatch(geluUnit, { x, up, y }, { count, exact: exactness(activation), gated: 1 }, groupsFor(count));
  }
}

export function gatedUnitGrad(
  plan: PlanBuilder,
  count: number,
  activation: Activation,
  t: { gate: Tensor; up: Tensor; dy: Tensor; dgate: Tensor; dup: Tensor },
): void {
  if (activation === 'silu') plan.dispatch(swigluGrad, t, { count }, groupsFor(count));
  else {
    const { gate: x, up, dy, dgate: dx, dup } = t;
    plan.dispatch(geluUnitGrad, { x, up, dy, dx, dup }, { count, exact: exactness(activation) }, groupsFor(count));
  }
}

/** y = gelu(x), where nothing gates it. */
export function plainUnit(
  plan: PlanBuilder,
  count: number,
  activation: Exclude<Activation, 'silu'>,
  t: { x: Tensor; y: Tensor },
): void {
  const params = { count, exact: exactness(activation), gated: 0 };
  plan.dispatch(geluUnit, { ...t, up: plan.none }, params, groupsFor(count));
}

export function plainUnitGrad(
  plan: PlanBuilder,
  count: number,
  activation: Exclude<Activation, 'silu'>,
  t: { x: Tensor; dy: Tensor; dx: Tensor },
): void {
  plan.dispatch(geluPlainGrad, t, { count, exact: exactness(activation) }, groupsFor(count));
}

const exactness = (activation: Exclude<Activation, 'silu'>) => (activation === 'gelu' ? 1 : 0);
