/**
 * f64 reference of a whole decoder over packed rows, of any traits: logits, scores, loss and every gradient.
 *
 * Promises: written from the formulas alone, so that agreement with the engine is evidence; nothing passed in is changed.
 * Weights may be f32 or f64 and carry the engine's names and layouts. Must not know: the GPU, files, tokenizers.
 */
import type { PackedRow } from '../../core/packed-row';
import type { DecoderConfig, LinearName, TrainableSpec } from '../types';
import { attention, attentionBackward } from './attention';
import {
  activation,
  add,
  dropout,
  gatedUnit,
  gatedUnitBackward,
  layerNorm,
  layerNormBackward,
  rmsNorm,
  rmsNormBackward,
  rope,
  ropeBackward,
} from './elementwise';
import { doraBackward, doraScale, rowNorms } from './dora';
import type { LoraShape, Reals } from './linear';
import {
  embeddingBackward,
  embeddingGather,
  linear,
  linearInputGradient,
  linearWeightGradient,
  loraBackward,
  loraLinear,
} from './linear';
import { SFT_LOSS, type LossSpec } from '../loss';
import { argmaxRows, crossEntropy, labelLogProb, labelRanks } from './loss';
import { divergence, positionWeights } from './weighted-loss';
import { adapterNames, checkedLora, checkRow, checkWeights, linearShape, type Lora, type Tensors } from './tensors';

export { linearShape, weightShapes, type Lora, type Tensors } from './tensors';

/** Logits [positions, vocab] of the row's supervised positions, or of all its tokens. */
export function forward(
  config: DecoderConfig,
  weights: Tensors,
  row: PackedRow,
  options: { lora?: Lora; positions?: 'supervised' | 'all' } = {},
): Float64Array {
  const pass = new Pass(config, weights, row, options.lora);
  const { hiddenSize, vocabSize } = config;
  if (options.positions === 'all') return linear(pass.output, pass.head, row.ids.length, hiddenSize, vocabSize);
  const rows = takeRows(pass.output, row.supervisedIndex, hiddenSize);
  return linear(rows, pass.head, row.supervisedIndex.length, hiddenSize, vocabSize);
}

/** Logits [tokens, vocab] of one sequence that stands alone. */
export function sequenceLogits(config: DecoderConfig, weights: Tensors, ids: Uint32Array, lora?: Lora): Float64Array {
  return forward(config, weights, singleSegment(ids), { lora, positions: 'all' });
}

export interface ReferenceScores {
  /** log softmax(z)[label], [supervised]. */
  logProb: Float64Array;
  /** log softmax(z / temperature)[label], [supervised]. */
  logProbT: Float64Array;
  /** Smallest token id with the largest logit, [supervised]. */
  argmax: Uint32Array;
  /** One more than the tokens above the label, [supervised]. */
  ranks: Uint32Array;
}

/** Scores of every supervised position of a row. */
export function score(
  config: DecoderConfig,
  weights: Tensors,
  row: PackedRow,
  temperature: number,
  lora?: Lora,
): ReferenceScores {
  const logits = forward(config, weights, row, { lora });
  return {
    logProb: labelLogProb(logits, row.labels, config.vocabSize),
    logProbT: labelLogProb(logits, row.labels, config.vocabSize, temperature),
    argmax: argmaxRows(logits, config.vocabSize),
    ranks: labelRanks(logits, row.labels, config.vocabSize),
  };
}

/**
 * Hidden states [tokens, hidden]: the input embedding, the output of every layer, and the last one after the final norm.
 * With keyEnd [tokens] token t reads no key at or past keyEnd[t].
 */
export function hiddenStates(
  config: DecoderConfig,
  weights: Tensors,
  row: PackedRow,
  { lora, keyEnd }: { lora?: Lora | undefined; keyEnd?: Uint32Array | undefined } = {},
): { layers: Float64Array[]; last: Float64Array } {
  const pass = new Pass(config, weights, row, lora, { keyEnd });
  return { layers: pass.states, last: pass.output };
}

export interface LossAndGradients {
  /** The loss that was asked for, over all rows: by default Σ token losses / Σ supervised tokens. */
  loss: number;
  /** Mean cross-entropy of the supervised tokens, whatever was asked for. */
  crossEntropy: number;
  /** Mean KL(base ‖ model) at the supervised positions; 0 where the loss does not hold it. */
  divergence: number;
  supervisedTokens: number;
  /** By tensor name: every weight for 'full', `lora_A` and `lora_B` of every target for 'lora', none for 'none'. */
  gradients: Map<string, Float64Array>;
}

export interface Objective {
  loss?: LossSpec;
  /** Weights of the frozen model that the divergence is taken from. Default: `weights` without adapters. */
  base?: Tensors;
  /** Weights of the supervised positions, per row, in place of those that the loss gives: for finite differences. */
  frozenWeights?: readonly Float64Array[];
  /** Norms of DoRA's rows in place of those that follow: for finite differences. */
  frozenNorms?: Tensors;
  /** Masks of this step of a training with dropout, row by row. */
  dropout?: { rate: number; seed: number; step: number };
}

/**
 * Loss of an optimiser batch and its gradients. For 'lora' the tensors of every target must be in `loraTensors`;
 * a tied head adds its gradient to `embed`.
 */
export function lossAndGradients(
  config: DecoderConfig,
  weights: Tensors,
  rows: readonly PackedRow[],
  trainable: TrainableSpec,
  loraTensors?: Tensors,
  { loss: spec = SFT_LOSS, base = weights, frozenWeights, frozenNorms, dropout: drops }: Objective = {},
): LossAndGradients {
  const supervisedTokens = rows.reduce((sum, row) => sum + row.supervisedIndex.length, 0);
  const lora =
    trainable.kind === 'lora' ? { ...checkedLora(config, trainable, loraTensors), norms: frozenNorms } : undefined;
  const { hiddenSize, vocabSize } = config;
  const forwards = rows.map((row, index) => {
    const pass = new Pass(config, weights, row, lora, { drops: drops && { ...drops, row: index } });
    const inputs = takeRows(pass.output, row.supervisedIndex, hiddenSize);
    const logits = linear(inputs, pass.head, row.supervisedIndex.length, hiddenSize, vocabSize);
    return { row, pass, inputs, logits, logProb: labelLogProb(logits, row.labels, vocabSize) };
  });
  const batchWeights =
    frozenWeights ??
    positionWeights(
      rows,
      forwards.map((each) => each.logProb),
      spec,
    );
  const gradients = new Map<string, Float64Array>();
  const sums = { loss: 0, crossEntropy: 0, divergence: 0 };
  for (const [index, { row, pass, inputs, logits, logProb }] of forwards.entries()) {
    const count = row.supervisedIndex.length;
    const entropy = crossEntropy(logits, row.labels, batchWeights[index]!, vocabSize);
    let { dLogits } = entropy;
    sums.loss += entropy.loss;
    sums.crossEntropy -= logProb.reduce((sum, each) => sum + each, 0) / supervisedTokens;
    if (spec.klWeight > 0) {
      const away = divergence(logits, forward(config, base, row), count, vocabSize);
      const share = spec.klWeight / supervisedTokens;
      sums.divergence += away.total / supervisedTokens;
      sums.loss += share * away.total;
      dLogits = dLogits.map((value, i) => value + share * away.dLogits[i]!);
    }
    if (trainable.kind === 'none') continue;
    const emit = (name: string, gradient: Float64Array) => {
      const sum = gradients.get(name);
      gradients.set(name, sum ? add(sum, gradient) : gradient);
    };
    if (trainable.kind === 'full') {
      const dHead = linearWeightGradient(dLogits, inputs, count, hiddenSize, vocabSize);
      emit(config.tiedHead ? 'embed' : 'head', dHead);
    }
    const dInputs = linearInputGradient(dLogits, pass.head, count, hiddenSize, vocabSize);
    const dOutput = new Float64Array(pass.output.length);
    row.supervisedIndex.forEach((token, r) => {
      for (let i = 0; i < hiddenSize; i++) dOutput[token * hiddenSize + i]! += dInputs[r * hiddenSize + i]!;
    });
    pass.backward(dOutput, trainable.kind, emit);
  }
  return { ...sums, supervisedTokens, gradients };
}

/** A sequence as a row of one segment with nothing supervised. */
export function singleSegment(ids: Uint32Array): PackedRow {
  const none = () => new Uint32Array(0);
  return { ids, segmentStart: new Uint32Array(ids.length), supervisedIndex: none(), labels: none(), example: none() };
}

interface PassOptions {
  /** First key that each token does not see. */
  keyEnd?: Uint32Array | undefined;
  drops?: { rate: number; seed: number; step: number; row: number } | undefined;
}

interface Adapter {
  a: Reals;
  b: Reals;
  magnitude: Reals | undefined;
  norms(w: Reals): Reals;
  shape: LoraShape;
}

interface LayerTrace {
  input: Float64Array;
  attentionInput: Float64Array;
  /** Before the norms of the heads. */
  rawQ: Float64Array;
  rawK: Float64Array;
  q: Float64Array;
  k: Float64Array;
  v: Float64Array;
  attended: Float64Array;
  /** What the branches give, before their own norms. */
  attentionBranch: Float64Array;
  ffnBranch: Float64Array;
  /** What the feed-forward block's norm reads. */
  ffnSource: Float64Array;
  ffnInput: Float64Array;
  gate: Float64Array | null;
  up: Float64Array;
  activated: Float64Array;
}

/** One row's forward pass with every intermediate kept, ready for its backward pass. */
class Pass {
  /** Normalised hidden states that the head reads, [tokens, hidden]. */
  readonly output: Float64Array;
  readonly head: Reals;
  readonly #layers: LayerTrace[] = [];
  readonly #last: Float64Array;
  readonly #positions: Float64Array;

  constructor(
    readonly config: DecoderConfig,
    readonly weights: Tensors,
    readonly row: PackedRow,
    readonly lora: Lora | undefined,
    readonly options: PassOptions = {},
  ) {
    checkWeights(config, weights);
    checkRow(config, row);
    const { hiddenSize, traits } = config;
    this.head = this.#weight(config.tiedHead ? 'embed' : 'head');
    this.#positions = Float64Array.from(row.segmentStart, (start, t) => t - start);
    const embedded = embeddingGather(this.#weight('embed'), row.ids, hiddenSize).map((x) => x * traits.embeddingScale);
    const learned = traits.positions === 'learned';
    const places = Uint32Array.from(this.#positions);
    const placed = learned ? add(embedded, embeddingGather(this.#weight('positions'), places, hiddenSize)) : embedded;
    let hidden = this.#drop(placed, 0);
    for (let layer = 0; layer < config.layers; layer++) hidden = this.#forwardLayer(layer, hidden);
    this.#last = hidden;
    this.output = this.#norm('final_norm', hidden, hiddenSize);
  }

  /** Input embedding and the output of every layer, [tokens, hidden] each. */
  get states(): Float64Array[] {
    return [...this.#layers.map(({ input }) => input), this.#last];
  }

  #forwardLayer(layer: number, input: Float64Array): Float64Array {
    const { config } = this;
    const { hiddenSize, heads, kvHeads, headDim, traits } = config;
    const norm = (x: Float64Array, name: string, size = hiddenSize) => this.#norm(`layers.${layer}.${name}`, x, size);
    const headNorm = (x: Float64Array, name: string) => (traits.headNorms ? norm(x, name, headDim) : x);
    const ownNorm = (x: Float64Array, name: string) => (traits.sandwich ? norm(x, name) : x);

    const attentionInput = norm(input, 'attention_norm');
    const rawQ = this.#project(layer, 'q_proj', attentionInput);
    const rawK = this.#project(layer, 'k_proj', attentionInput);
    const q = this.#rotate(layer, headNorm(rawQ, 'q_norm'), heads, rope);
    const k = this.#rotate(layer, headNorm(rawK, 'k_norm'), kvHeads, rope);
    const v = this.#project(layer, 'v_proj', attentionInput);
    const attended = attention(q, k, v, this.#starts(layer), this.#heads(), this.options.keyEnd).o;
    const attentionBranch = this.#drop(this.#project(layer, 'o_proj', attended), 2 * layer + 1);
    const middle = add(input, ownNorm(attentionBranch, 'attention_out_norm'));

    const ffnSource = traits.parallel ? input : middle;
    const ffnInput = norm(ffnSource, 'ffn_norm');
    const gate = traits.gated ? this.#project(layer, 'gate_proj', ffnInput) : null;
    const up = this.#project(layer, 'up_proj', ffnInput);
    const activated = gate
      ? gatedUnit(traits.activation, gate, up)
      : up.map((x) => activation(traits.activation, x).value);
    const ffnBranch = this.#drop(this.#project(layer, 'down_proj', activated), 2 * layer + 2);
    const branches = { attentionBranch, ffnBranch, ffnSource, ffnInput, gate, up, activated };
    this.#layers.push({ input, attentionInput, rawQ, rawK, q, k, v, attended, ...branches });
    return add(middle, ownNorm(ffnBranch, 'ffn_out_norm'));
  }

  /** From the gradient of `output` [tokens, hidden] to the gradient of every trained tensor below the head. */
  backward(dOutput: Float64Array, kind: 'lora' | 'full', emit: (name: string, gradient: Float64Array) => void): void {
    const { config, row } = this;
    const { hiddenSize, heads, kvHeads, headDim, traits } = config;
    const full = kind === 'full';
    const normBack = (dy: Float64Array, x: Float64Array, name: string, size = hiddenSize) =>
      this.#normBackward(name, dy, x, size, full ? emit : null);

    let dHidden = normBack(dOutput, this.#last, 'final_norm');
    for (let layer = config.layers - 1; layer >= 0; layer--) {
      const trace = this.#layers[layer]!;
      const at = `layers.${layer}`;
      const back = (name: LinearName, x: Float64Array, dy: Float64Array) =>
        this.#projectBackward(layer, name, x, dy, full, emit);
      const ownBack = (dy: Float64Array, branch: Float64Array, name: string) =>
        traits.sandwich ? normBack(dy, branch, `${at}.${name}`) : dy;

      const dFfnBranch = this.#drop(ownBack(dHidden, trace.ffnBranch, 'ffn_out_norm'), 2 * layer + 2);
      const dActivated = back('down_proj', trace.activated, dFfnBranch);
      const dFfnInput = this.#unitBackward(trace, dActivated, back);
      const dSource = normBack(dFfnInput, trace.ffnSource, `${at}.ffn_norm`);
      // What reaches the middle of the layer; where the blocks are parallel the norm's part reaches its input directly.
      const dMiddle = traits.parallel ? dHidden : add(dHidden, dSource);

      const dAttentionBranch = ownBack(dMiddle, trace.attentionBranch, 'attention_out_norm');
      const dAttended = back('o_proj', trace.attended, this.#drop(dAttentionBranch, 2 * layer + 1));
      const { q, k, v } = trace;
      const { dq, dk, dv } = attentionBackward(dAttended, q, k, v, this.#starts(layer), this.#heads());
      const headBack = (dy: Float64Array, raw: Float64Array, name: string, count: number) => {
        const turned = this.#rotate(layer, dy, count, ropeBackward);
        return traits.headNorms ? normBack(turned, raw, `${at}.${name}`, headDim) : turned;
      };
      const fromQ = back('q_proj', trace.attentionInput, headBack(dq, trace.rawQ, 'q_norm', heads));
      const fromK = back('k_proj', trace.attentionInput, headBack(dk, trace.rawK, 'k_norm', kvHeads));
      const fromV = back('v_proj', trace.attentionInput, dv);
      const dAttentionInput = add(add(fromQ, fromK), fromV);
      dHidden = add(dMiddle, normBack(dAttentionInput, trace.input, `${at}.attention_norm`));
      if (traits.parallel) dHidden = add(dHidden, dSource);
    }
    if (!full) return;
    const dPlaced = this.#drop(dHidden, 0);
    const dEmbedded = dPlaced.map((d) => d * traits.embeddingScale);
    emit('embed', embeddingBackward(dEmbedded, row.ids, config.vocabSize, hiddenSize));
    if (traits.positions === 'learned') {
      const places = Uint32Array.from(this.#positions);
      emit('positions', embeddingBackward(dPlaced, places, config.contextLength, hiddenSize));
    }
  }

  /** Through the feed-forward unit and the layers that feed it: the gradient of what they read. */
  #unitBackward(
    { gate, up, ffnInput }: LayerTrace,
    dActivated: Float64Array,
    back: (name: LinearName, x: Float64Array, dy: Float64Array) => Float64Array,
  ): Float64Array {
    const kind = this.config.traits.activation;
    if (!gate)
      return back(
        'up_proj',
        ffnInput,
        dActivated.map((d, i) => d * activation(kind, up[i]!).slope),
      );
    const { dGate, dUp } = gatedUnitBackward(kind, dActivated, gate, up);
    return add(back('gate_proj', ffnInput, dGate), back('up_proj', ffnInput, dUp));
  }

  #norm(name: string, x: Float64Array, size: number): Float64Array {
    const { normEpsilon, traits } = this.config;
    const [weight, rows] = [this.#weight(name), x.length / size];
    if (traits.norm === 'layer') return layerNorm(x, weight, this.#weight(`${name}.bias`), rows, size, normEpsilon);
    return rmsNorm(x, shifted(weight, traits.normOffset), rows, size, normEpsilon);
  }

  #normBackward(
    name: string,
    dy: Float64Array,
    x: Float64Array,
    size: number,
    emit: ((name: string, gradient: Float64Array) => void) | null,
  ): Float64Array {
    const { normEpsilon, traits } = this.config;
    const [weight, rows] = [this.#weight(name), x.length / size];
    if (traits.norm === 'layer') {
      const { dx, dw, db } = layerNormBackward(dy, x, weight, rows, size, normEpsilon);
      emit?.(name, dw);
      emit?.(`${name}.bias`, db);
      return dx;
    }
    const { dx, dw } = rmsNormBackward(dy, x, shifted(weight, traits.normOffset), rows, size, normEpsilon);
    emit?.(name, dw);
    return dx;
  }

  /** Rotated by `turn`, unless positions are learned. */
  #rotate(layer: number, x: Float64Array, heads: number, turn: typeof rope): Float64Array {
    const { headDim, inverseFrequencies, traits } = this.config;
    if (traits.positions === 'learned') return x;
    const own = this.#local(layer)?.inverseFrequencies ?? inverseFrequencies;
    return turn(x, this.#positions, own, { heads, headDim });
  }

  /** First token that each token sees. */
  #starts(layer: number): Uint32Array {
    const local = this.#local(layer);
    const { segmentStart } = this.row;
    return local ? segmentStart.map((start, t) => Math.max(start, t + 1 - local.window)) : segmentStart;
  }

  #local(layer: number) {
    const { local } = this.config.traits;
    return local?.layers.includes(layer) ? local : null;
  }

  #heads() {
    const { heads, kvHeads, headDim, traits } = this.config;
    return { heads, kvHeads, headDim, scale: traits.attentionScale };
  }

  /** Sites: 0 after the embedding, then two a layer, after attention and after the feed-forward block. */
  #drop(x: Float64Array, site: number): Float64Array {
    const { drops } = this.options;
    return drops ? dropout(x, { ...drops, site }) : x;
  }

  #project(layer: number, name: LinearName, x: Float64Array): Float64Array {
    const [outSize, inSize] = linearShape(this.config, name);
    const rows = this.row.ids.length;
    const w = this.#weight(`layers.${layer}.${name}`);
    const adapter = this.#adapter(layer, name);
    const y = adapter ? this.#adapted(x, w, adapter) : linear(x, w, rows, inSize, outSize);
    if (!this.config.traits.biases.includes(name)) return y;
    const bias = this.#weight(`layers.${layer}.${name}.bias`);
    return y.map((value, i) => value + bias[i % outSize]!);
  }

  #projectBackward(
    layer: number,
    name: LinearName,
    x: Float64Array,
    dy: Float64Array,
    full: boolean,
    emit: (name: string, gradient: Float64Array) => void,
  ): Float64Array {
    const [outSize, inSize] = linearShape(this.config, name);
    const rows = this.row.ids.length;
    const key = `layers.${layer}.${name}`;
    const w = this.#weight(key);
    const adapter = this.#adapter(layer, name);
    if (adapter) {
      const { a, b, magnitude, shape } = adapter;
      const names = adapterNames(this.config, layer, name);
      let dUnscaled = dy;
      if (magnitude) {
        const back = doraBackward(dy, loraLinear(x, w, a, b, shape), magnitude, adapter.norms(w));
        emit(names.magnitude, back.dm);
        dUnscaled = back.dz;
      }
      const { dx, da, db } = loraBackward(dUnscaled, x, w, a, b, shape);
      emit(names.a, da);
      emit(names.b, db);
      return dx;
    }
    if (full) emit(key, linearWeightGradient(dy, x, rows, inSize, outSize));
    if (full && this.config.traits.biases.includes(name)) emit(`${key}.bias`, columnSums(dy, outSize));
    return linearInputGradient(dy, w, rows, inSize, outSize);
  }

  #adapter(layer: number, name: LinearName): Adapter | undefined {
    const names = adapterNames(this.config, layer, name);
    const a = this.lora?.tensors.get(names.a);
    const b = this.lora?.tensors.get(names.b);
    if (!this.lora || !a || !b) return undefined;
    const [outSize, inSize] = linearShape(this.config, name);
    const shape = { rows: this.row.ids.length, inSize, outSize, rank: a.length / inSize, scale: this.lora.scale };
    const fixed = this.lora.norms?.get(names.magnitude);
    const norms = (w: Reals) => fixed ?? rowNorms(w, a, b, shape);
    return { a, b, magnitude: this.lora.tensors.get(names.magnitude), norms, shape };
  }

  #adapted(x: Float64Array, w: Reals, { a, b, magnitude, norms, shape }: Adapter): Float64Array {
    const z = loraLinear(x, w, a, b, shape);
    return magnitude ? doraScale(z, magnitude, norms(w)) : z;
  }

  #weight(name: string): Reals {
    return this.weights.get(name)!;
  }
}

function shifted(weight: Reals, offset: number): Reals {
  return offset === 0 ? weight : Float64Array.from(weight, (w) => w + offset);
}

function columnSums(x: Float64Array, size: number): Float64Array {
  const sums = new Float64Array(size);
  x.forEach((value, i) => (sums[i % size]! += value));
  return sums;
}

/** Rows `index` of x [·, size] → [index.length, size]. */
function takeRows(x: Float64Array, index: Uint32Array, size: number): Float64Array {
  return embeddingGather(x, index, size);
}
