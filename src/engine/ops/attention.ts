/**
 * Rotary embedding and causal grouped-query attention over packed rows.
 * Backward recomputes probabilities from log-sum-exp, as FlashAttention does (Dao et al. 2022), with nothing of size T×T.
 */
import deltaSource from '../../../shaders/backward/attention_delta.wgsl?raw';
import gradKvSource from '../../../shaders/backward/attention_grad_kv.wgsl?raw';
import gradQSource from '../../../shaders/backward/attention_grad_q.wgsl?raw';
import source from '../../../shaders/forward/attention.wgsl?raw';
import ropeSource from '../../../shaders/forward/rope.wgsl?raw';
import { defineKernel } from '../kernel';
import { groupsFor, type PlanBuilder, type Tensor } from '../plan';

export const rope = defineKernel({
  name: 'forward/rope',
  source: ropeSource,
  bindings: { positions: 'read', cosine: 'read', sine: 'read', x: 'read-write' },
  params: { rows: 'u32', heads: 'u32', half: 'u32', depth: 'u32', direction: 'f32' },
});

const attentionParams = {
  rows: 'u32',
  heads: 'u32',
  group: 'u32',
  depth4: 'u32',
  slices: 'u32',
  window: 'u32',
  scale: 'f32',
} as const;

export const attention = defineKernel({
  name: 'forward/attention',
  source,
  bindings: { segment_start: 'read', q: 'read', k: 'read', v: 'read', o: 'read-write', row_stats: 'read-write' },
  params: attentionParams,
});

export const attentionDelta = defineKernel({
  name: 'backward/attention_delta',
  source: deltaSource,
  bindings: { o: 'read', d_o: 'read', row_stats: 'read-write' },
  params: { count: 'u32', depth4: 'u32' },
});

export const attentionGradQ = defineKernel({
  name: 'backward/attention_grad_q',
  source: gradQSource,
  bindings: {
    segment_start: 'read',
    q: 'read',
    k: 'read',
    v: 'read',
    d_o: 'read',
    row_stats: 'read',
    dq: 'read-write',
  },
  params: attentionParams,
});

export const attentionGradKv = defineKernel({
  name: 'backward/attention_grad_kv',
  source: gradKvSource,
  bindings: {
    segment_end: 'read',
    q: 'read',
    k: 'read',
    v: 'read',
    d_o: 'read',
    row_stats: 'read',
    dk: 'read-write',
    dv: 'read-write',
  },
  params: attentionParams,
});

export interface HeadShape {
  rows: number;
  heads: number;
  kvHeads: number;
  headDim: number;
  /** Factor of the scores; 1/√headDim where absent. */
  scale?: number | null | undefined;
  /** Tokens that a token sees, itself included; all before it in its segment where absent. */
  window?: number | null | undefined;
}

const NO_WINDOW = 0xffffffff;

/** Head dimensions that one thread accumulates. */
const SLICE = 32;

export function attentionValues(s: HeadShape) {
  return {
    rows: s.rows,
    heads: s.heads,
    group: s.heads / s.kvHeads,
    depth4: s.headDim / 4,
    slices: Math.ceil(s.headDim / SLICE),
    window: s.window ?? NO_WINDOW,
    scale: s.scale ?? 1 / Math.sqrt(s.headDim),
  };
}

/**
 * Rotates the first 2·half dimensions of each head of x [rows, heads, headDim] in place; `backward` rotates the other way.
 * Tables are [positions, half].
 */
export function rotate(
  plan: PlanBuilder,
  s: { rows: number; heads: number; headDim: number; half: number; backward?: boolean },
  t: { positions: Tensor; cosine: Tensor; sine: Tensor; x: Tensor },
): void {
  const { half } = s;
  plan.dispatch(
    rope,
    t,
    { rows: s.rows, heads: s.heads, half, depth: s.headDim, direction: s.backward ? -1 : 1 },
    groupsFor(s.rows * s.heads * half),
  );
}

/** o [rows, heads, headDim]; row_stats [2, rows, heads] gets log-sum-exp in its first half. */
export function attend(
  plan: PlanBuilder,
  s: HeadShape,
  t: { segment_start: Tensor; q: Tensor; k: Tensor; v: Tensor; o: Tensor; row_stats: Tensor },
): void {
  const values = attentionValues(s);
  plan.dispatch(attention, t, values, groupsFor(s.rows * s.heads * values.slices));
}

/** dq, dk, dv from do; row_stats as `attend` left it. */
export function attendGrad(
  plan: PlanBuilder,
  s: HeadShape,
  t: {
    segment_start: Tensor;
    segment_end: Tensor;
    q: Tensor;
    k: Tensor;
    v: Tensor;
    o: Tensor;
    d_o: Tensor;
    row_stats: Tensor;
    dq: Tensor;
    dk: Tensor;
    dv: Tensor;
  },
): void {
  const values = attentionValues(s);
  const { segment_start, segment_end, q, k, v, o, d_o, row_stats, dq, dk, dv } = t;
  plan.dispatch(
    attentionDelta,
    { o, d_o, row_stats },
    { count: s.rows * s.heads, depth4: values.depth4 },
    groupsFor(s.rows * s.heads),
  );
  plan.dispatch(
    attentionGradQ,
    { segment_start, q, k, v, d_o, row_stats, dq },
    values,
    groupsFor(s.rows * s.heads * values.slices),
  );
  plan.dispatch(
    attentionGradKv,
    { segment_end, q, k, v, d_o, row_stats, dk, dv },
    values,
    groupsFor(s.rows * s.kvHeads * values.slices),
  );
}
