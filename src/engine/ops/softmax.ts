/** Cross-entropy over a vocabulary taken in chunks: running statistics, scores, and the logits' gradient in place. */
import row from '../../../shaders/common/softmax_row.wgsl?raw';
import gradSource from '../../../shaders/backward/softmax_grad.wgsl?raw';
import ranksSource from '../../../shaders/forward/label_ranks.wgsl?raw';
import scoresSource from '../../../shaders/forward/scores.wgsl?raw';
import statsSource from '../../../shaders/forward/softmax_stats.wgsl?raw';
import { defineKernel } from '../kernel';
import { groupsFor, type PlanBuilder, type Tensor } from '../plan';

export const softmaxStats = defineKernel({
  name: 'forward/softmax_stats',
  source: statsSource,
  includes: [row],
  bindings: { logits: 'read', labels: 'read', temperature: 'read', stats: 'read-write' },
  params: { rows: 'u32', columns: 'u32', stride: 'u32', first: 'u32', reset: 'u32' },
});

export const scores = defineKernel({
  name: 'forward/scores',
  source: scoresSource,
  includes: [row],
  bindings: {
    stats: 'read',
    temperature: 'read',
    log_prob: 'read-write',
    log_prob_t: 'read-write',
    best: 'read-write',
  },
  params: { rows: 'u32' },
});

export const labelRanks = defineKernel({
  name: 'forward/label_ranks',
  source: ranksSource,
  includes: [row],
  bindings: { logits: 'read', stats: 'read', ranks: 'read-write' },
  params: { rows: 'u32', columns: 'u32', stride: 'u32', reset: 'u32' },
});

export const softmaxGrad = defineKernel({
  name: 'backward/softmax_grad',
  source: gradSource,
  includes: [row],
  bindings: { stats: 'read', labels: 'read', weights: 'read', logits: 'read-write' },
  params: { rows: 'u32', columns: 'u32', stride: 'u32', first: 'u32' },
});

/** 32-bit members of the shader's Stats struct. */
export const STATS_WIDTH = 5;

export interface LogitChunk {
  rows: number;
  columns: number;
  /** Elements from one row of the chunk to the next. */
  stride: number;
  /** Token id of the first column. */
  first: number;
}

export function updateStats(
  plan: PlanBuilder,
  chunk: LogitChunk,
  t: { logits: Tensor; labels: Tensor; temperature: Tensor; stats: Tensor },
): void {
  plan.dispatch(softmaxStats, t, { ...chunk, reset: chunk.first === 0 ? 1 : 0 }, groupsFor(chunk.rows));
}

export function readScores(
  plan: PlanBuilder,
  rows: number,
  t: { stats: Tensor; temperature: Tensor; log_prob: Tensor; log_prob_t: Tensor; best: Tensor },
): void {
  plan.dispatch(scores, t, { rows }, groupsFor(rows));
}

/** ranks [rows]; stats must hold the whole vocabulary, and chunks come from the first on. */
export function countRanks(
  plan: PlanBuilder,
  { rows, columns, stride, first }: LogitChunk,
  t: { logits: Tensor; stats: Tensor; ranks: Tensor },
): void {
  plan.dispatch(labelRanks, t, { rows, columns, stride, reset: first === 0 ? 1 : 0 }, groupsFor(rows));
}

export function logitsGrad(
  plan: PlanBuilder,
  chunk: LogitChunk,
  t: { stats: Tensor; labels: Tensor; weights: Tensor; logits: Tensor },
): void {
  plan.dispatch(softmaxGrad, t, { ...chunk }, groupsFor(chunk.rows * chunk.columns));
}
