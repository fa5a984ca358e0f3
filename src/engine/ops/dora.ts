/**
 * DoRA (Liu et al. 2024): y = c·(Wx + s·B(Ax)) + b with c = m/‖W + s·BA‖ for each output, the norm a constant in backward.
 * Norms and factors are made once for given parameters; passes only scale with them.
 */
import magnitude from '../../../shaders/backward/dora_magnitude_grad.wgsl?raw';
import factorSource from '../../../shaders/forward/dora_factor.wgsl?raw';
import norm from '../../../shaders/forward/dora_norm.wgsl?raw';
import scale from '../../../shaders/forward/dora_scale.wgsl?raw';
import { defineKernel } from '../kernel';
import { groupsFor, type PlanBuilder, type Tensor } from '../plan';
import type { Storage } from '../precision/kinds';
import { kernelFor, storedKernel } from './stored';

const normKernel = (storage: Storage) =>
  storedKernel(
    {
      name: 'forward/dora_norm',
      source: norm,
      bindings: { w: 'read', a: 'read', b: 'read', partial: 'read-write' },
      params: { n: 'u32', k4: 'u32', r: 'u32', chunks: 'u32', scale: 'f32' },
    },
    storage,
  );

export const doraNorm = normKernel('f32');
export const doraNormF16 = normKernel('f16');
export const doraNormInt8 = normKernel('int8');
export const doraNormNf4 = normKernel('nf4');
export const doraNormNf4Double = normKernel('nf4-double');

const NORM: Record<Storage, typeof doraNorm> = {
  f32: doraNorm,
  f16: doraNormF16,
  int8: doraNormInt8,
  nf4: doraNormNf4,
  'nf4-double': doraNormNf4Double,
};

export const doraFactor = defineKernel({
  name: 'forward/dora_factor',
  source: factorSource,
  bindings: { partial: 'read', magnitude: 'read', norm: 'read-write', factor: 'read-write' },
  params: { outputs: 'u32', chunks: 'u32' },
});

export const doraScale = defineKernel({
  name: 'forward/dora_scale',
  source: scale,
  bindings: { x: 'read', factor: 'read', bias: 'read', residual: 'read', y: 'read-write' },
  params: { count4: 'u32', width4: 'u32', bias: 'u32', residual: 'u32' },
});

export const doraMagnitudeGrad = defineKernel({
  name: 'backward/dora_magnitude_grad',
  source: magnitude,
  bindings: { dy: 'read', z: 'read', norm: 'read', dm: 'read-write' },
  params: { rows: 'u32', width4: 'u32' },
});

/** Columns that one thread of the norm sums: four times CHUNK4 in the shader. */
const CHUNK = 64;

/** norm and factor [outputs] of one layer. W [outputs, inputs], A [rank, inputs], B [outputs, rank], magnitude [outputs]. */
export function doraFactors(
  plan: PlanBuilder,
  s: { outputs: number; inputs: number; rank: number; scale: number },
  t: { w: Tensor; a: Tensor; b: Tensor; magnitude: Tensor; norm: Tensor; factor: Tensor },
): void {
  const { outputs } = s;
  const chunks = Math.ceil(s.inputs / CHUNK);
  const partial = plan.tensor('DoRA square sums', outputs * chunks);
  plan.dispatch(
    kernelFor(NORM, t.w),
    { w: t.w, a: t.a, b: t.b, partial },
    { n: outputs, k4: s.inputs / 4, r: s.rank, chunks, scale: s.scale },
    groupsFor(outputs * chunks),
  );
  const { magnitude: m, norm: n, factor } = t;
  plan.dispatch(doraFactor, { partial, magnitude: m, norm: n, factor }, { outputs, chunks }, groupsFor(outputs));
}

/** y [rows, width] = factor·x (+ bias) (+ residual). */
export function scaleOutputs(
  plan: PlanBuilder,
  s: { rows: number; width: number },
  t: { x: Tensor; factor: Tensor; y: Tensor; bias?: Tensor | undefined; residual?: Tensor | undefined },
): void {
  const { none } = plan;
  const count4 = (s.rows * s.width) / 4;
  plan.dispatch(
    doraScale,
    { x: t.x, factor: t.factor, bias: t.bias ?? none, residual: t.residual ?? none, y: t.y },
    { count4, width4: s.width / 4, bias: t.bias ? 1 : 0, residual: t.residual ? 1 : 0 },
    groupsFor(count4),
  );
}

/** dm [width] += Σ over rows of dy·z / norm. */
export function magnitudeGradient(
  plan: PlanBuilder,
  s: { rows: number; width: number },
  t: { dy: Tensor; z: Tensor; norm: Tensor; dm: Tensor },
): void {
  plan.dispatch(doraMagnitudeGrad, t, { rows: s.rows, width4: s.width / 4 }, groupsFor(s.width / 4));
}
