/**
 * A decoder of any traits as an ONNX graph with past keys and values, under the names that transformers.js uses.
 *
 * Promises: the operators are those of ai.onnx alone; the graph follows from the configuration and its traits.
 * Must not know: families, files.
 */
import { linearShape } from '../engine';
import type { DecoderConfig, LinearName } from '../engine/types';
import type { WeightSource } from '../engine/weight-source';
import type { WrittenDtype } from '../models';
import { layerSights, rotate, type Sight } from './attention';
import { Graph, type Value } from './graph';
import { Weights } from './weights';

// transformers.js makes the first, empty cache from these names of sides.
const BATCH = 'batch_size';
const SEQUENCE = 'sequence_length';
const PAST = 'past_sequence_length';
const TOTAL = 'total_sequence_length';

/**
 * Inputs input_ids, attention_mask, position_ids (int64) and past_key_values.{i}.key|value [batch, kvHeads, past, headDim];
 * outputs logits [batch, sequence, vocabulary] and present.{i}.key|value.
 */
export function decoderGraph(config: DecoderConfig, source: WeightSource, dtype: WrittenDtype): Graph {
  return new DecoderWriter(config, source, dtype).graph;
}

class DecoderWriter {
  readonly graph = new Graph();
  readonly #weights: Weights;
  /** [batch, sequence] as numbers. */
  readonly #sides: Value;
  /** Keys and values of all layers, in order: outputs after the logits. */
  readonly #present: { name: string; value: Value }[] = [];

  constructor(
    private readonly config: DecoderConfig,
    source: WeightSource,
    dtype: WrittenDtype,
  ) {
    const { graph } = this;
    const { vocabSize, hiddenSize, contextLength, traits } = config;
    this.#weights = new Weights(graph, source, dtype);
    const ids = graph.input('input_ids', 'i64', [BATCH, SEQUENCE]);
    const mask = graph.input('attention_mask', 'i64', [BATCH, TOTAL]);
    const positions = graph.input('position_ids', 'i64', [BATCH, SEQUENCE]);
    this.#sides = graph.op('Shape', [ids]);
    const sightOf = layerSights(graph, config, { ids, mask, positions });

    const table = [vocabSize, hiddenSize];
    let embedded = this.#weights.rows('embed', table, ids);
    if (traits.embeddingScale !== 1) embedded = this.#times(embedded, graph.float(traits.embeddingScale));
    if (traits.positions === 'learned') {
      embedded = this.#add(embedded, this.#weights.rows('positions', [contextLength, hiddenSize], positions));
    }
    // From here on one row a token: linear layers are products of two matrices.
    let hidden = graph.op('Reshape', [embedded, graph.int([-1, hiddenSize])]);
    for (let layer = 0; layer < config.layers; layer++) hidden = this.#layer(layer, hidden, sightOf(layer));
    const head = this.#weights.whole(config.tiedHead ? 'embed' : 'head', table);
    const logits = graph.op('Gemm', [this.#norm('final_norm', hidden, hiddenSize), head], { transB: 1 });
    graph.output('logits', this.#unpacked(logits, [vocabSize]), [BATCH, SEQUENCE, vocabSize]);
    for (const { name, value } of this.#present) {
      graph.output(name, value, [BATCH, config.kvHeads, TOTAL, config.headDim]);
    }
  }

  #layer(layer: number, input: Value, sight: Sight): Value {
    const { hiddenSize, traits } = this.config;
    const norm = (x: Value, name: string) => this.#norm(`layers.${layer}.${name}`, x, hiddenSize);
    const ownNorm = (x: Value, name: string) => (traits.sandwich ? norm(x, name) : x);
    const attended = this.#attention(layer, norm(input, 'attention_norm'), sight);
    const middle = this.#add(input, ownNorm(this.#linear(layer, 'o_proj', attended), 'attention_out_norm'));
    const ffnInput = norm(traits.parallel ? input : middle, 'ffn_norm');
    const ffn = this.#linear(layer, 'down_proj', this.#unit(layer, ffnInput));
    return this.#add(middle, ownNorm(ffn, 'ffn_out_norm'));
  }

  /** [tokens, hidden] → [tokens, heads·headDim]. */
  #attention(layer: number, x: Value, { bias, rotation }: Sight): Value {
    const { graph, config } = this;
    const { heads, kvHeads, headDim, traits } = config;
    const perHead = (name: LinearName, count: number, norm: string | null) => {
      const split = this.#unpacked(this.#linear(layer, name, x), [count, headDim]);
      const normed = norm && traits.headNorms ? this.#norm(`layers.${layer}.${norm}`, split, headDim) : split;
      return this.#swapMiddle(normed);
    };
    const q = rotate(graph, perHead('q_proj', heads, 'q_norm'), headDim, rotation);
    const k = rotate(graph, perHead('k_proj', kvHeads, 'k_norm'), headDim, rotation);
    const keys = this.#cached(layer, 'key', k);
    const values = this.#cached(layer, 'value', perHead('v_proj', kvHeads, null));
    const scaled = this.#times(q, graph.float(traits.attentionScale ?? 1 / Math.sqrt(headDim)));
    const scores = graph.op('MatMul', [scaled, this.#swapLast(this.#repeated(keys))]);
    const shares = graph.op('Softmax', [this.#add(scores, bias)], { axis: -1 });
    const read = graph.op('MatMul', [shares, this.#repeated(values)]);
    return graph.op('Reshape', [this.#swapMiddle(read), graph.int([-1, heads * headDim])]);
  }

  /** What the feed-forward block's last layer reads. */
  #unit(layer: number, x: Value): Value {
    const up = this.#linear(layer, 'up_proj', x);
    if (!this.config.traits.gated) return this.#activation(up);
    return this.#times(this.#activation(this.#linear(layer, 'gate_proj', x)), up);
  }

  #activation(x: Value): Value {
    const { graph } = this;
    const { activation } = this.config.traits;
    if (activation === 'silu') return this.#times(x, graph.op('Sigmoid', [x]));
    const inner = activation === 'gelu' ? this.#times(x, graph.float(Math.SQRT1_2)) : this.#tanhInner(x);
    const bent = graph.op(activation === 'gelu' ? 'Erf' : 'Tanh', [inner]);
    return this.#times(this.#times(x, graph.float(0.5)), this.#add(bent, graph.float(1)));
  }

  /** √(2/π)·(x + 0.044715·x³). */
  #tanhInner(x: Value): Value {
    const cube = this.#times(this.#times(x, x), x);
    const sum = this.#add(x, this.#times(cube, this.graph.float(0.044715)));
    return this.#times(sum, this.graph.float(Math.sqrt(2 / Math.PI)));
  }

  /** Past and new keys or values [batch, kvHeads, past + sequence, headDim], given to the caller as well. */
  #cached(layer: number, part: 'key' | 'value', fresh: Value): Value {
    const { graph } = this;
    const { kvHeads, headDim } = this.config;
    const past = graph.input(`past_key_values.${layer}.${part}`, 'f32', [BATCH, kvHeads, PAST, headDim]);
    const present = graph.op('Concat', [past, fresh], { axis: 2 });
    this.#present.push({ name: `present.${layer}.${part}`, value: present });
    return present;
  }

  /** Each head of keys or values as often as query heads read it, one after the other. */
  #repeated(x: Value): Value {
    const { graph } = this;
    const { heads, kvHeads, headDim } = this.config;
    if (heads === kvHeads) return x;
    const apart = graph.op('Unsqueeze', [x, graph.int([2])]);
    const copies = graph.op('Expand', [apart, graph.int([1, 1, heads / kvHeads, 1, 1])]);
    return graph.op('Reshape', [copies, graph.int([0, heads, -1, headDim])]);
  }

  #linear(layer: number, name: LinearName, x: Value): Value {
    const { outputs, inputs } = linearShape(this.config, name);
    const at = `layers.${layer}.${name}`;
    const factors = [x, this.#weights.whole(at, [outputs, inputs])];
    if (this.config.traits.biases.includes(name)) factors.push(this.#weights.whole(`${at}.bias`, [outputs]));
    return this.graph.op('Gemm', factors, { transB: 1 });
  }

  /** Over the last side. */
  #norm(name: string, x: Value, size: number): Value {
    const { graph } = this;
    const { normEpsilon, traits } = this.config;
    const weight = this.#weights.whole(name, [size]);
    if (traits.norm === 'layer') {
      const bias = this.#weights.whole(`${name}.bias`, [size]);
      return graph.op('LayerNormalization', [x, weight, bias], { axis: -1, epsilon: { float: normEpsilon } });
    }
    const squares = graph.op('ReduceMean', [this.#times(x, x)], { axes: [-1], keepdims: 1 });
    const root = graph.op('Sqrt', [this.#add(squares, graph.float(normEpsilon))]);
    const factor = traits.normOffset === 0 ? weight : this.#add(weight, graph.float(traits.normOffset));
    return this.#times(graph.op('Div', [x, root]), factor);
  }

  /** [tokens, n] → [batch, sequence, ...sides]. */
  #unpacked(x: Value, sides: readonly number[]): Value {
    const shape = this.graph.op('Concat', [this.#sides, this.graph.int(sides)], { axis: 0 });
    return this.graph.op('Reshape', [x, shape]);
  }

  #swapMiddle(x: Value): Value {
    return this.graph.op('Transpose', [x], { perm: [0, 2, 1, 3] });
  }

  #swapLast(x: Value): Value {
    return this.graph.op('Transpose', [x], { perm: [0, 1, 3, 2] });
  }

  #add(a: Value, b: Value): Value {
    return this.graph.op('Add', [a, b]);
  }

  #times(a: Value, b: Value): Value {
    return this.graph.op('Mul', [a, b]);
  }
}
