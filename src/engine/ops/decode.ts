/** Kernels of incremental decoding: cache append, attention over prompt and cache, sampler. */
import attentionSource from '../../../shaders/decode/attention.wgsl?raw';
import appendSource from '../../../shaders/decode/kv_append.wgsl?raw';
import sampleSource from '../../../shaders/decode/sample.wgsl?raw';
import row from '../../../shaders/common/decode_row.wgsl?raw';
import philox from '../../../shaders/common/philox.wgsl?raw';
import { defineKernel } from '../kernel';
import { groupsFor, type PlanBuilder, type Tensor } from '../plan';
import { attentionValues, type HeadShape } from './attention';

export const kvAppend = defineKernel({
  name: 'decode/kv_append',
  source: appendSource,
  includes: [row],
  bindings: { rows: 'read', k: 'read', v: 'read', cache_k: 'read-write', cache_v: 'read-write' },
  params: { rows: 'u32', width4: 'u32', capacity: 'u32' },
});

export const decodeAttention = defineKernel({
  name: 'decode/attention',
  source: attentionSource,
  includes: [row],
  bindings: {
    rows: 'read',
    q: 'read',
    prompt_k: 'read',
    prompt_v: 'read',
    cache_k: 'read',
    cache_v: 'read',
    o: 'read-write',
  },
  params: {
    rows: 'u32',
    heads: 'u32',
    group: 'u32',
    depth4: 'u32',
    slices: 'u32',
    capacity: 'u32',
    window: 'u32',
    scale: 'f32',
  },
});

export const sample = defineKernel({
  name: 'decode/sample',
  source: sampleSource,
  includes: [philox, row],
  bindings: {
    settings: 'read',
    logits: 'read',
    rows: 'read-write',
    current: 'read-write',
    positions: 'read-write',
    tokens: 'read-write',
    log_probs: 'read-write',
  },
  params: { rows: 'u32', vocab: 'u32', stride: 'u32', capacity: 'u32', from_prompt: 'u32' },
});

/** 32-bit members of the shader's Row and Settings structs. */
export const ROW_WIDTH = 8;
export const SETTINGS_WIDTH = 32;
export const MAX_STOP_IDS = 24;

export function appendKeys(
  plan: PlanBuilder,
  s: { rows: number; width: number; capacity: number },
  t: { rows: Tensor; k: Tensor; v: Tensor; cache_k: Tensor; cache_v: Tensor },
): void {
  plan.dispatch(
    kvAppend,
    t,
    { rows: s.rows, width4: s.width / 4, capacity: s.capacity },
    groupsFor((s.rows * s.width) / 4),
  );
}

export function attendCached(
  plan: PlanBuilder,
  s: HeadShape & { capacity: number },
  t: { rows: Tensor; q: Tensor; prompt_k: Tensor; prompt_v: Tensor; cache_k: Tensor; cache_v: Tensor; o: Tensor },
): void {
  const values = attentionValues(s);
  plan.dispatch(decodeAttention, t, { ...values, capacity: s.capacity }, groupsFor(s.rows * s.heads * values.slices));
}

export function sampleTokens(
  plan: PlanBuilder,
  s: { rows: number; vocab: number; capacity: number; fromPrompt: boolean },
  t: {
    settings: Tensor;
    logits: Tensor;
    rows: Tensor;
    current: Tensor;
    positions: Tensor;
    tokens: Tensor;
    log_probs: Tensor;
  },
): void {
  plan.dispatch(
    sample,
    t,
    { rows: s.rows, vocab: s.vocab, stride: s.vocab, capacity: s.capacity, from_prompt: s.fromPrompt ? 1 : 0 },
    groupsFor(s.rows, 8),
  );
}
