/**
 * The three products of a linear layer: forward (NT), input gradient (NN), weight gradient (TN), each with its LoRA branch.
 * Weights are [out, in] row-major, in f32 or packed; all widths that are summed over in vec4 steps are multiples of 4.
 */
import bias from '../../../shaders/backward/bias_grad.wgsl?raw';
import nnSource from '../../../shaders/backward/linear_nn.wgsl?raw';
import tn from '../../../shaders/backward/linear_tn.wgsl?raw';
import ntSource from '../../../shaders/forward/linear_nt.wgsl?raw';
import { defineKernel } from '../kernel';
import { groupsFor, type PlanBuilder, type Tensor } from '../plan';
import type { Storage } from '../precision/kinds';
import { kernelFor, storedKernel } from './stored';

const nt = (storage: Storage) =>
  storedKernel(
    {
      name: 'forward/linear_nt',
      source: ntSource,
      bindings: { x: 'read', w: 'read', h: 'read', b: 'read', residual: 'read', bias: 'read', y: 'read-write' },
      params: {
        m: 'u32',
        n: 'u32',
        k4: 'u32',
        r4: 'u32',
        stride: 'u32',
        column: 'u32',
        residual: 'u32',
        bias: 'u32',
        scale: 'f32',
      },
    },
    storage,
  );

export const linearNt = nt('f32');
export const linearNtF16 = nt('f16');
export const linearNtInt8 = nt('int8');
export const linearNtNf4 = nt('nf4');
export const linearNtNf4Double = nt('nf4-double');

const NT: Record<Storage, typeof linearNt> = {
  f32: linearNt,
  f16: linearNtF16,
  int8: linearNtInt8,
  nf4: linearNtNf4,
  'nf4-double': linearNtNf4Double,
};

const nn = (storage: Storage) =>
  storedKernel(
    {
      name: 'backward/linear_nn',
      source: nnSource,
      bindings: { dy: 'read', w: 'read', g_low: 'read', a: 'read', dx: 'read-write' },
      params: { m: 'u32', n: 'u32', k4: 'u32', r: 'u32', stride: 'u32', accumulate: 'u32', scale: 'f32' },
    },
    storage,
  );

export const linearNn = nn('f32');
export const linearNnF16 = nn('f16');
export const linearNnInt8 = nn('int8');
export const linearNnNf4 = nn('nf4');
export const linearNnNf4Double = nn('nf4-double');

const NN: Record<Storage, typeof linearNn> = {
  f32: linearNn,
  f16: linearNnF16,
  int8: linearNnInt8,
  nf4: linearNnNf4,
  'nf4-double': linearNnNf4Double,
};

export const linearTn = defineKernel({
  name: 'backward/linear_tn',
  source: tn,
  bindings: { dy: 'read', x: 'read', dw: 'read-write' },
  params: { m: 'u32', n: 'u32', k4: 'u32', stride: 'u32', scale: 'f32' },
});

export const biasGrad = defineKernel({
  name: 'backward/bias_grad',
  source: bias,
  bindings: { dy: 'read', db: 'read-write' },
  params: { rows: 'u32', width4: 'u32' },
});

const TILE = 4;

/** Tiles of 4 rows × 4 columns per thread, 8 × 4 threads a workgroup. */
function tiles(columns: number, rows: number): [number, number, number] {
  return [Math.ceil(columns / TILE / 8), Math.ceil(rows / TILE / 4), 1];
}

export interface LowRank {
  /** x·Aᵀ, [m, rank]. */
  h: Tensor;
  /** [n, rank]. */
  b: Tensor;
  rank: number;
  scale: number;
}

/** y[m, n] = x[m, k]·w[n, k]ᵀ (+ scale·h·bᵀ) (+ bias) (+ residual). `stride` > n writes into a wider row. */
export function linear(
  plan: PlanBuilder,
  o: {
    x: Tensor;
    w: Tensor;
    y: Tensor;
    m: number;
    n: number;
    k: number;
    lora?: LowRank | undefined;
    residual?: Tensor;
    bias?: Tensor | undefined;
    stride?: number;
    column?: number;
  },
): void {
  const { none } = plan;
  plan.dispatch(
    kernelFor(NT, o.w),
    {
      x: o.x,
      w: o.w,
      h: o.lora?.h ?? none,
      b: o.lora?.b ?? none,
      residual: o.residual ?? none,
      bias: o.bias ?? none,
      y: o.y,
    },
    {
      m: o.m,
      n: o.n,
      k4: o.k / 4,
      r4: (o.lora?.rank ?? 0) / 4,
      stride: o.stride ?? o.n,
      column: o.column ?? 0,
      residual: o.residual ? 1 : 0,
      bias: o.bias ? 1 : 0,
      scale: o.lora?.scale ?? 1,
    },
    tiles(o.n, o.m),
  );
}

/** dx[m, k] (+)= scale·(dy[m, n]·w[n, k] + g[m, rank]·a[rank, k]). */
export function linearInputGrad(
  plan: PlanBuilder,
  o: {
    dy: Tensor;
    w: Tensor;
    dx: Tensor;
    m: number;
    n: number;
    k: number;
    low?: { g: Tensor; a: Tensor; rank: number } | undefined;
    accumulate?: boolean;
    scale?: number;
    stride?: number;
  },
): void {
  const { none } = plan;
  plan.dispatch(
    kernelFor(NN, o.w),
    { dy: o.dy, w: o.w, g_low: o.low?.g ?? none, a: o.low?.a ?? none, dx: o.dx },
    {
      m: o.m,
      n: o.n,
      k4: o.k / 4,
      r: o.low?.rank ?? 0,
      stride: o.stride ?? o.n,
      accumulate: o.accumulate ? 1 : 0,
      scale: o.scale ?? 1,
    },
    tiles(o.k, o.m),
  );
}

/** dw[n, k] += scale·dy[m, n]ᵀ·x[m, k]. */
export function linearWeightGrad(
  plan: PlanBuilder,
  o: { dy: Tensor; x: Tensor; dw: Tensor; m: number; n: number; k: number; scale?: number; stride?: number },
): void {
  plan.dispatch(
    linearTn,
    { dy: o.dy, x: o.x, dw: o.dw },
    { m: o.m, n: o.n, k4: o.k / 4, stride: o.stride ?? o.n, scale: o.scale ?? 1 },
    tiles(o.k, o.n),
  );
}

/** db[width] += Σ over rows of dy[rows, width]. */
export function biasGradient(
  plan: PlanBuilder,
  s: { rows: number; width: number },
  t: { dy: Tensor; db: Tensor },
): void {
  plan.dispatch(biasGrad, t, { rows: s.rows, width4: s.width / 4 }, groupsFor(s.width / 4));
}
