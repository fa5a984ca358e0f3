/**
 * Passes of incremental decoding: prefill of the prompts, and one step of a batch of rows. Pure recording, no device.
 *
 * Keys and values of a prompt are computed once and read by all its samples; each row has its own cache of generated tokens.
 */
import { appendKeys, attendCached, ROW_WIDTH, sampleTokens, SETTINGS_WIDTH } from '../ops/decode';
import { Pool, type PlanBuilder, type Tensor } from '../plan';
import type { Graph } from './graph';
import { chunkLogits, headRows, vocabularyChunks } from './head';
import { RowInputs } from './inputs';
import type { DecoderMemory } from './memory';
import { headShape } from './layer';
import { newGraph, stackForward } from './stack';

export interface DecodeShape {
  /** Tokens of all prompts of a group, packed. */
  promptTokens: number;
  /** Prompts of a group. */
  prompts: number;
  /** Rows (prompt × sample) of a group. */
  rows: number;
  /** New tokens per row. */
  capacity: number;
}

/** Everything that lives from prefill to the last step. */
export class DecodeMemory {
  readonly shape: DecodeShape;
  readonly inputs: RowInputs;
  readonly settingsPool = new Pool('decode settings');
  readonly state = new Pool('decode state');
  /** In several buffers where they must be: keys and values of a layer are bound by themselves. */
  readonly promptCache: Pool;
  readonly cache: Pool;
  readonly settings: Tensor;
  readonly rows: Tensor;
  readonly current: Tensor;
  readonly positions: Tensor;
  readonly tokens: Tensor;
  readonly logProbs: Tensor;
  readonly prompt: { k: Tensor; v: Tensor }[] = [];
  readonly generated: { k: Tensor; v: Tensor }[] = [];

  constructor(shape: DecodeShape, memory: DecoderMemory) {
    this.shape = shape;
    this.promptCache = new Pool('prompt cache', memory.bufferBytes);
    this.cache = new Pool('generation cache', memory.bufferBytes);
    this.inputs = new RowInputs({ tokens: shape.promptTokens, supervised: shape.prompts });
    this.settings = this.settingsPool.reserve('settings', SETTINGS_WIDTH);
    this.rows = this.state.reserve('rows', shape.rows * ROW_WIDTH);
    this.current = this.state.reserve('current', shape.rows);
    this.positions = this.state.reserve('positions', shape.rows);
    this.tokens = this.state.reserve('tokens', shape.rows * shape.capacity);
    this.logProbs = this.state.reserve('log probs', shape.rows * shape.capacity);
    const { layers, kvHeads, headDim } = memory.config;
    const width = kvHeads * headDim;
    for (let layer = 0; layer < layers; layer++) {
      const pair = (pool: Pool, tokens: number) => ({
        k: pool.reserve(`keys ${layer}`, tokens * width),
        v: pool.reserve(`values ${layer}`, tokens * width),
      });
      this.prompt.push(pair(this.promptCache, shape.promptTokens));
      this.generated.push(pair(this.cache, shape.rows * shape.capacity));
    }
  }

  get bytes(): number {
    return this.pools().reduce((sum, pool) => sum + pool.bytes, 0);
  }

  pools(): Pool[] {
    return [this.inputs.pool, this.settingsPool, this.state, this.promptCache, this.cache];
  }
}

/** Everything that decoding one shape may hold: its caches, and the parameters of its plans for every bucket of rows. */
export function decodeBytes(memory: DecoderMemory, d: DecodeMemory): number {
  const buckets = Math.log2(d.shape.rows) + 1;
  const step = stepPass(memory, d, d.shape.rows).uniforms().bytes;
  return d.bytes + prefillPass(memory, d).uniforms().bytes + buckets * step;
}

/** Prompts' keys and values, and the first token of every row. */
export function prefillPass(memory: DecoderMemory, d: DecodeMemory): PlanBuilder {
  const g = newGraph(memory, d.shape.promptTokens);
  const states = stackForward(g, d.inputs, (layer) => ({ keys: d.prompt[layer]!.k, values: d.prompt[layer]!.v }));
  sampleFrom(g, d, {
    x: states.at(-1)!,
    index: d.inputs.index,
    heads: d.shape.prompts,
    rows: d.shape.rows,
    fromPrompt: true,
  });
  return g.plan;
}

/** One more token for the first `rows` rows. */
export function stepPass(memory: DecoderMemory, d: DecodeMemory, rows: number): PlanBuilder {
  const g = newGraph(memory, rows);
  const { kvHeads, headDim } = memory.config;
  const { capacity } = d.shape;
  const inputs = { ids: d.current, positions: d.positions, segmentStart: memory.none, segmentEnd: memory.none };
  const states = stackForward(g, inputs, (layer) => ({
    attend: ({ q, k, v, o }) => {
      const { k: cache_k, v: cache_v } = d.generated[layer]!;
      const { k: prompt_k, v: prompt_v } = d.prompt[layer]!;
      appendKeys(g.plan, { rows, width: kvHeads * headDim, capacity }, { rows: d.rows, k, v, cache_k, cache_v });
      attendCached(
        g.plan,
        { ...headShape(g, layer), capacity },
        { rows: d.rows, q, prompt_k, prompt_v, cache_k, cache_v, o },
      );
    },
  }));
  sampleFrom(g, d, { x: states.at(-1)!, index: null, heads: rows, rows, fromPrompt: false });
  return g.plan;
}

function sampleFrom(
  g: Graph,
  d: DecodeMemory,
  t: { x: Tensor; index: Tensor | null; heads: number; rows: number; fromPrompt: boolean },
): void {
  const vocab = g.config.vocabSize;
  const head = headRows(g, t.heads, { x: t.x, index: t.index });
  const logits = g.plan.tensor('next logits', t.heads * vocab);
  for (const chunk of vocabularyChunks(g.memory, t.heads)) {
    chunkLogits(g, head, chunk, { logits, stride: vocab, column: chunk.first });
  }
  sampleTokens(
    g.plan,
    { rows: t.rows, vocab, capacity: d.shape.capacity, fromPrompt: t.fromPrompt },
    {
      settings: d.settings,
      logits,
      rows: d.rows,
      current: d.current,
      positions: d.positions,
      tokens: d.tokens,
      log_probs: d.logProbs,
    },
  );
}
