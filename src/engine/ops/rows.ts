/** Row and element movers: embedding look-up and its gradient, gather and scatter of supervised rows, SwiGLU. */
import embedGradSource from '../../../shaders/backward/embed_grad.wgsl?raw';
import scatterSource from '../../../shaders/backward/scatter_rows.wgsl?raw';
import swigluGradSource from '../../../shaders/backward/swiglu_grad.wgsl?raw';
import embedSource from '../../../shaders/forward/embed.wgsl?raw';
import gatherSource from '../../../shaders/forward/gather_rows.wgsl?raw';
import swigluSource from '../../../shaders/forward/swiglu.wgsl?raw';
import { defineKernel } from '../kernel';
import { groupsFor, slice, type PlanBuilder, type Tensor } from '../plan';

export const embed = defineKernel({
  name: 'forward/embed',
  source: embedSource,
  bindings: { ids: 'read', table: 'read', y: 'read-write' },
  params: { rows: 'u32', width4: 'u32', first: 'u32', count: 'u32' },
});

export const embedGrad = defineKernel({
  name: 'backward/embed_grad',
  source: embedGradSource,
  bindings: { order: 'read', groups: 'read', dx: 'read', dtable: 'read-write' },
  params: { groups: 'u32', width4: 'u32', first: 'u32', count: 'u32' },
});

export const gatherRows = defineKernel({
  name: 'forward/gather_rows',
  source: gatherSource,
  bindings: { index: 'read', x: 'read', y: 'read-write' },
  params: { rows: 'u32', width4: 'u32' },
});

export const scatterRows = defineKernel({
  name: 'backward/scatter_rows',
  source: scatterSource,
  bindings: { slot: 'read', dy: 'read', dx: 'read-write' },
  params: { rows: 'u32', width4: 'u32' },
});

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

/** One contiguous range of vocabulary rows that fits a binding. */
export interface VocabularyShard {
  first: number;
  count: number;
}

/** Splits the vocabulary so that each shard of [count, width] starts 256-aligned and stays under `bindingBytes`. */
export function vocabularyShards(vocab: number, width: number, bindingBytes: number): VocabularyShard[] {
  const perShard = Math.max(64, Math.floor(bindingBytes / (width * 4) / 64) * 64);
  const shards: VocabularyShard[] = [];
  for (let first = 0; first < vocab; first += perShard)
    shards.push({ first, count: Math.min(perShard, vocab - first) });
  return shards;
}

export function shardOf(table: Tensor, shard: VocabularyShard, width: number): Tensor {
  return slice(table, shard.first * width, shard.count * width);
}

export function embedTokens(
  plan: PlanBuilder,
  s: { rows: number; width: number; shards: readonly VocabularyShard[] },
  t: { ids: Tensor; table: Tensor; y: Tensor },
): void {
  for (const shard of s.shards) {
    plan.dispatch(
      embed,
      { ids: t.ids, table: shardOf(t.table, shard, s.width), y: t.y },
      { rows: s.rows, width4: s.width / 4, ...shard },
      groupsFor((s.rows * s.width) / 4),
    );
  }
}

export function embedTokensGrad(
  plan: PlanBuilder,
  s: { rows: number; width: number; shards: readonly VocabularyShard[] },
  t: { order: Tensor; groups: Tensor; dx: Tensor; dtable: Tensor },
): void {
  for (const shard of s.shards) {
    plan.dispatch(
      embedGrad,
      { ...t, dtable: shardOf(t.dtable, shard, s.width) },
      { groups: s.rows, width4: s.width / 4, ...shard },
      groupsFor((s.rows * s.width) / 4),
    );
  }
}

export function gather(
  plan: PlanBuilder,
  s: { rows: number; width: number },
  t: { index: Tensor; x: Tensor; y: Tensor },
): void {
  plan.dispatch(gatherRows, t, { rows: s.rows, width4: s.width / 4 }, groupsFor((s.rows * s.width) / 4));
}

export function scatter(
  plan: PlanBuilder,
  s: { rows: number; width: number },
  t: { slot: Tensor; dy: Tensor; dx: Tensor },
): void {
  plan.dispatch(scatterRows, t, { rows: s.rows, width4: s.width / 4 }, groupsFor((s.rows * s.width) / 4));
}

export function gatedUnit(plan: PlanBuilder, count: number, t: { gate: Tensor; up: Tensor; y: Tensor }): void {
  plan.dispatch(swiglu, t, { count }, groupsFor(count));
}

export function gatedUnitGrad(
  plan: PlanBuilder,
  count: number,
  t: { gate: Tensor; up: Tensor; dy: Tensor; dgate: Tensor; dup: Tensor },
): void {
  plan.dispatch(swigluGrad, t, { count }, groupsFor(count));
}
