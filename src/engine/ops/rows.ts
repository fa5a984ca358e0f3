/** Row movers: embedding look-up and its gradient, learned positions, gather and scatter of supervised rows. */
import embedGradSource from '../../../shaders/backward/embed_grad.wgsl?raw';
import positionsGradSource from '../../../shaders/backward/positions_grad.wgsl?raw';
import scatterSource from '../../../shaders/backward/scatter_rows.wgsl?raw';
import positionsSource from '../../../shaders/forward/add_positions.wgsl?raw';
import embedSource from '../../../shaders/forward/embed.wgsl?raw';
import gatherSource from '../../../shaders/forward/gather_rows.wgsl?raw';
import { defineKernel } from '../kernel';
import { groupsFor, slice, type PlanBuilder, type Tensor } from '../plan';
import type { Storage } from '../precision/kinds';
import { kernelFor, storedKernel } from './stored';

const embedding = (storage: Storage) =>
  storedKernel(
    {
      name: 'forward/embed',
      source: embedSource,
      bindings: { ids: 'read', w: 'read', y: 'read-write' },
      params: { rows: 'u32', width4: 'u32', first: 'u32', count: 'u32', scale: 'f32' },
    },
    storage,
  );

export const embed = embedding('f32');
export const embedF16 = embedding('f16');

export const embedGrad = defineKernel({
  name: 'backward/embed_grad',
  source: embedGradSource,
  bindings: { order: 'read', groups: 'read', dx: 'read', dtable: 'read-write' },
  params: { groups: 'u32', width4: 'u32', first: 'u32', count: 'u32', scale: 'f32' },
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

const positioning = (storage: Storage) =>
  storedKernel(
    {
      name: 'forward/add_positions',
      source: positionsSource,
      bindings: { positions: 'read', w: 'read', x: 'read', y: 'read-write' },
      params: { rows: 'u32', width4: 'u32' },
    },
    storage,
  );

export const addPositions = positioning('f32');
export const addPositionsF16 = positioning('f16');

export const positionsGrad = defineKernel({
  name: 'backward/positions_grad',
  source: positionsGradSource,
  bindings: { positions: 'read', dx: 'read', dtable: 'read-write' },
  params: { rows: 'u32', width4: 'u32', positions: 'u32' },
});

/** One contiguous range of vocabulary rows that fits a binding. */
export interface VocabularyShard {
  first: number;
  count: number;
}

/** Splits the vocabulary so that each shard of [count, width], in f32, starts 256-aligned and stays under `bindingBytes`. */
export function vocabularyShards(vocab: number, width: number, bindingBytes: number): VocabularyShard[] {
  const perShard = Math.max(64, Math.floor(bindingBytes / (width * 4) / 64) * 64);
  const shards: VocabularyShard[] = [];
  for (let first = 0; first < vocab; first += perShard)
    shards.push({ first, count: Math.min(perShard, vocab - first) });
  return shards;
}

/** Rows of a table in f32 or f16: widths are multiples of 4, so that no row ends within a word. */
export function shardOf(table: Tensor, shard: VocabularyShard, width: number): Tensor {
  const words = table.storage === 'f16' ? width / 2 : width;
  return slice(table, shard.first * words, shard.count * words);
}

export function embedTokens(
  plan: PlanBuilder,
  s: { rows: number; width: number; shards: readonly VocabularyShard[]; scale?: number },
  t: { ids: Tensor; table: Tensor; y: Tensor },
): void {
  for (const shard of s.shards) {
    plan.dispatch(
      kernelFor({ f32: embed, f16: embedF16 }, t.table),
      { ids: t.ids, w: shardOf(t.table, shard, s.width), y: t.y },
      { rows: s.rows, width4: s.width / 4, ...shard, scale: s.scale ?? 1 },
      groupsFor((s.rows * s.width) / 4),
    );
  }
}

export function embedTokensGrad(
  plan: PlanBuilder,
  s: { rows: number; width: number; shards: readonly VocabularyShard[]; scale?: number },
  t: { order: Tensor; groups: Tensor; dx: Tensor; dtable: Tensor },
): void {
  for (const shard of s.shards) {
    plan.dispatch(
      embedGrad,
      { ...t, dtable: shardOf(t.dtable, shard, s.width) },
      { groups: s.rows, width4: s.width / 4, ...shard, scale: s.scale ?? 1 },
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

/** y = x + table[positions], table [context, width]. */
export function addPositionRows(
  plan: PlanBuilder,
  s: { rows: number; width: number },
  t: { positions: Tensor; table: Tensor; x: Tensor; y: Tensor },
): void {
  const kernel = kernelFor({ f32: addPositions, f16: addPositionsF16 }, t.table);
  const { table: w, ...rest } = t;
  plan.dispatch(kernel, { ...rest, w }, { rows: s.rows, width4: s.width / 4 }, groupsFor((s.rows * s.width) / 4));
}

/** dtable [context, width] += Σ dx by position. */
export function addPositionRowsGrad(
  plan: PlanBuilder,
  s: { rows: number; width: number; context: number },
  t: { positions: Tensor; dx: Tensor; dtable: Tensor },
): void {
  const params = { rows: s.rows, width4: s.width / 4, positions: s.context };
  plan.dispatch(positionsGrad, t, params, groupsFor((s.context * s.width) / 4));
}
