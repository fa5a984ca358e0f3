/** The pass that reads hidden states: the stack as deep as it is needed, and a mean over each span at every layer asked for. */
import { LabError } from '../../core/errors';
import { attendPadded, poolSpans } from '../ops/analysis';
import { Pool, type PlanBuilder, type Tensor } from '../plan';
import type { DecoderConfig, SpanRow, StatesShape } from '../types';
import { headRows } from './head';
import { RowInputs } from './inputs';
import type { DecoderMemory } from './memory';
import { headShape } from './layer';
import { newGraph, stackForward } from './stack';

/** The last hidden state, after the final norm. */
export const LAST_STATE = -1;

/** Throws `spec-invalid` for a layer that the model has not. */
export function requireLayers({ layers: depth }: Pick<DecoderConfig, 'layers'>, layers: readonly number[]): void {
  const unknown = layers.find((layer) => !Number.isInteger(layer) || layer < LAST_STATE || layer > depth);
  if (unknown === undefined) return;
  throw new LabError(
    'spec-invalid',
    `There is no layer ${unknown}: this model has 0 (input embedding), 1 to ${depth} (outputs of its layers) and −1 (the last, after the final norm).`,
    { hint: `Choose layers from −1 to ${depth}.`, control: 'evaluation.probes.embeddings.layers' },
  );
}

/** Spans of one row, and which keys its tokens see. */
class SpanInputs {
  readonly pool = new Pool('span inputs');
  readonly spans: Tensor;
  readonly keyEnd: Tensor;
  readonly #image: Uint32Array<ArrayBuffer>;

  constructor(private readonly shape: StatesShape) {
    this.spans = this.pool.reserve('spans', shape.spans * 2);
    this.keyEnd = this.pool.reserve('key end', shape.tokens);
    this.#image = new Uint32Array(this.pool.bytes / 4);
  }

  /** In a buffer that the next call reuses. Spans beyond the row's are empty; tokens beyond it see themselves. */
  image({ spans, keyEnd }: SpanRow): ArrayBuffer {
    const image = this.#image.fill(0);
    image.set(spans, this.spans.offset / 4);
    const ends = image.subarray(this.keyEnd.offset / 4);
    for (let t = 0; t < this.shape.tokens; t++) ends[t] = keyEnd?.[t] ?? t + 1;
    return image.buffer;
  }
}

export interface StatesPass {
  plan: PlanBuilder;
  inputs: RowInputs;
  spans: SpanInputs;
  outputs: Pool;
  /** Means of each layer, in the order asked for, [spans, hiddenSize]. */
  means: Tensor[];
}

export function statesPass(memory: DecoderMemory, shape: StatesShape): StatesPass {
  requireLayers(memory.config, shape.layers);
  const g = newGraph(memory, shape.tokens);
  const { plan, config } = g;
  const { hiddenSize: width, layers: depth } = config;
  const inputs = new RowInputs({ tokens: shape.tokens, supervised: 64 });
  const spans = new SpanInputs(shape);
  const outputs = new Pool('span means');
  const means = shape.layers.map((layer, at) => outputs.reserve(`layer ${layer}, ${at}`, shape.spans * width));
  const pool = (layer: number, x: Tensor) =>
    shape.layers.forEach((wanted, at) => {
      if (wanted === layer) poolSpans(plan, { spans: shape.spans, width }, { spans: spans.spans, x, y: means[at]! });
    });
  const states = stackForward(
    g,
    inputs,
    (layer) => ({
      attend: ({ q, k, v, o }) =>
        attendPadded(plan, headShape(g, layer), {
          segment_start: inputs.segmentStart,
          key_end: spans.keyEnd,
          q,
          k,
          v,
          o,
        }),
    }),
    { depth: shape.layers.includes(LAST_STATE) ? depth : Math.max(...shape.layers), onState: pool },
  );
  if (shape.layers.includes(LAST_STATE)) {
    pool(LAST_STATE, headRows(g, shape.tokens, { x: states.at(-1)!, index: null }).normed);
  }
  return { plan, inputs, spans, outputs, means };
}
