/**
 * The LM head on supervised positions only, in chunks of the vocabulary: rows × vocabulary never exists at once.
 */
import { linear, linearInputGrad, linearWeightGrad } from '../ops/linear';
import { addDivergence, divergingLogitsGrad } from '../ops/loss';
import { gather, scatter, shardOf, type VocabularyShard } from '../ops/rows';
import { countRanks, logitsGrad, STATS_WIDTH, updateStats, type LogitChunk } from '../ops/softmax';
import type { Tensor } from '../plan';
import type { Graph } from './graph';
import type { GraphMemory } from './memory';
import { normalise, normaliseGrad } from './norms';

/** Elements of one chunk of logits: 16 MiB, or 64 columns where the rows are many. */
const CHUNK_ELEMENTS = 4 * 1024 * 1024;

export interface HeadInputs {
  /** Supervised position of each head row, ABSENT for padding, [rows]. */
  index: Tensor;
  labels: Tensor;
  temperature: Tensor;
}

export interface HeadActivations {
  rows: number;
  gathered: Tensor;
  normed: Tensor;
  /** Of the final norm. */
  stats: Tensor;
}

/** Chunks of columns: multiples of 64, so that every chunk of the table starts 256-aligned, each within one shard. */
export function vocabularyChunks(memory: GraphMemory, rows: number): VocabularyShard[] {
  const columns = Math.min(memory.shards[0]!.count, Math.max(64, Math.floor(CHUNK_ELEMENTS / rows / 64) * 64));
  return memory.shards.flatMap(({ first, count }) => {
    const chunks: VocabularyShard[] = [];
    for (let at = 0; at < count; at += columns)
      chunks.push({ first: first + at, count: Math.min(columns, count - at) });
    return chunks;
  });
}

/** Final norm of the gathered rows; without an index every row is taken, in order. */
export function headRows(g: Graph, rows: number, t: { x: Tensor; index: Tensor | null }): HeadActivations {
  const { plan, config } = g;
  const width = config.hiddenSize;
  const gathered = t.index ? plan.tensor('head gathered', rows * width) : t.x;
  const normed = plan.tensor('head normed', rows * width);
  if (t.index) gather(plan, { rows, width }, { index: t.index, x: t.x, y: gathered });
  const stats = normalise(g, 'final_norm', { rows, width }, { x: gathered, y: normed });
  return { rows, gathered, normed, stats };
}

/** Logits of one chunk, [rows, chunk.count], into rows of `stride` elements from `column`. */
export function chunkLogits(
  g: Graph,
  head: HeadActivations,
  chunk: VocabularyShard,
  t: { logits: Tensor; stride?: number; column?: number },
): void {
  const width = g.config.hiddenSize;
  linear(g.plan, {
    x: head.normed,
    w: shardOf(g.memory.headWeight(), chunk, width),
    y: t.logits,
    m: head.rows,
    n: chunk.count,
    k: width,
    stride: t.stride ?? chunk.count,
    column: t.column ?? 0,
  });
}

export interface HeadStats {
  stats: Tensor;
  chunks: VocabularyShard[];
  /** The logits, kept when they are one chunk, so that backward need not compute them again. */
  logits: Tensor | null;
}

/** Softmax statistics of every row over the whole vocabulary. */
export function headStats(g: Graph, head: HeadActivations, t: HeadInputs): HeadStats {
  const { plan } = g;
  const chunks = vocabularyChunks(g.memory, head.rows);
  const stats = plan.tensor('head statistics', head.rows * STATS_WIDTH);
  let logits: Tensor | null = null;
  for (const chunk of chunks) {
    logits = plan.tensor('logits', head.rows * chunk.count);
    chunkLogits(g, head, chunk, { logits });
    updateStats(plan, logitChunk(head.rows, chunk), { logits, labels: t.labels, temperature: t.temperature, stats });
  }
  return { stats, chunks, logits: chunks.length === 1 ? logits : null };
}

/** Rank of every row's label among all tokens: the label's own logit is only known after the last chunk. */
export function headRanks(g: Graph, head: HeadActivations, s: HeadStats, ranks: Tensor): void {
  for (const chunk of s.chunks) {
    const logits = keptLogits(g, head, s, chunk);
    countRanks(g.plan, logitChunk(head.rows, chunk), { logits, stats: s.stats, ranks });
  }
}

/** The frozen model's head over the same rows, and what its divergence weighs. */
export interface FrozenHead {
  g: Graph;
  head: HeadActivations;
  stats: HeadStats;
  klWeight: number;
  /** One over the batch's supervised tokens, zero for padding, [rows]. */
  share: Tensor;
  /** Gets −KL(base ‖ model) of each row. */
  negative: Tensor;
}

/** Gradient from the weighted losses to the residual stream: dx is zero where no label stands. */
export function headBackward(
  g: Graph,
  head: HeadActivations,
  s: HeadStats,
  t: { labels: Tensor; weights: Tensor; slot: Tensor; dx: Tensor },
  frozen: FrozenHead | null = null,
): void {
  const { plan, memory, config } = g;
  const width = config.hiddenSize;
  const { rows } = head;
  const dNormed = plan.tensor('head d normed', rows * width);
  const table = memory.headWeight();
  const tableGrad = memory.weightGrad(config.tiedHead ? 'embed' : 'head');
  for (const chunk of s.chunks) {
    const logits = keptLogits(g, head, s, chunk);
    if (frozen) divergingGrad(g, chunk, frozen, { ...t, stats: s.stats, logits, rows });
    else logitsGrad(plan, logitChunk(rows, chunk), { stats: s.stats, labels: t.labels, weights: t.weights, logits });
    const product = { dy: logits, m: rows, n: chunk.count, k: width };
    linearInputGrad(plan, { ...product, w: shardOf(table, chunk, width), dx: dNormed, accumulate: chunk.first > 0 });
    if (tableGrad) linearWeightGrad(plan, { ...product, x: head.normed, dw: shardOf(tableGrad, chunk, width) });
  }
  const dGathered = plan.tensor('head d gathered', rows * width);
  const { gathered: x, stats } = head;
  normaliseGrad(g, 'final_norm', { rows, width }, { x, stats, dy: dNormed, dx: dGathered });
  scatter(plan, { rows: g.rows, width }, { slot: t.slot, dy: dGathered, dx: t.dx });
}

/** A chunk's logits, computed again where they were not kept. */
function keptLogits(g: Graph, head: HeadActivations, s: HeadStats, chunk: VocabularyShard): Tensor {
  if (s.logits) return s.logits;
  const logits = g.plan.tensor('logits', head.rows * chunk.count);
  chunkLogits(g, head, chunk, { logits });
  return logits;
}

function divergingGrad(
  g: Graph,
  chunk: VocabularyShard,
  frozen: FrozenHead,
  t: { labels: Tensor; weights: Tensor; stats: Tensor; logits: Tensor; rows: number },
): void {
  const { klWeight, share, negative } = frozen;
  const columns = logitChunk(t.rows, chunk);
  const both = {
    stats: t.stats,
    base_stats: frozen.stats.stats,
    logits: t.logits,
    base_logits: keptLogits(frozen.g, frozen.head, frozen.stats, chunk),
  };
  addDivergence(g.plan, columns, { ...both, negative });
  divergingLogitsGrad(g.plan, columns, klWeight, { ...both, labels: t.labels, weights: t.weights, share });
}

function logitChunk(rows: number, chunk: VocabularyShard): LogitChunk {
  return { rows, columns: chunk.count, stride: chunk.count, first: chunk.first };
}
