/**
 * Which tensors the reference decoder takes, with which shapes, and the checks that they are there.
 *
 * Must not know: the GPU, files, what is computed with them.
 */
import { elementsOf } from '../../core/shape';
import { LabError } from '../../core/errors';
import type { PackedRow } from '../../core/packed-row';
import type { DecoderConfig, LinearName, TrainableSpec, WeightInfo } from '../types';
import { LINEAR_NAMES } from '../types';
import type { Reals } from './linear';

/** Tensors by name; the engine's `WeightMap` is one. */
export type Tensors = ReadonlyMap<string, Reals>;

/**
 * Adapters on any linear layers: `layers.{i}.{LinearName}.lora_A` [rank, in] and `.lora_B` [out, rank]; one with
 * `.lora_magnitude_vector` [out] is DoRA's.
 */
export interface Lora {
  scale: number;
  tensors: Tensors;
  /** Norms of rows by the name of their magnitudes, in place of those that follow: for finite differences. */
  norms?: Tensors | undefined;
}

/** [out, in] of a linear layer. */
export function linearShape(config: DecoderConfig, name: LinearName): [outSize: number, inSize: number] {
  const { hiddenSize, ffnSize, heads, kvHeads, headDim } = config;
  switch (name) {
    case 'q_proj':
      return [heads * headDim, hiddenSize];
    case 'k_proj':
    case 'v_proj':
      return [kvHeads * headDim, hiddenSize];
    case 'o_proj':
      return [hiddenSize, heads * headDim];
    case 'gate_proj':
    case 'up_proj':
      return [ffnSize, hiddenSize];
    case 'down_proj':
      return [hiddenSize, ffnSize];
  }
}

/** Name and shape of every weight, from the embedding to the head. */
export function weightShapes(config: DecoderConfig): WeightInfo[] {
  const { vocabSize, hiddenSize, headDim, contextLength, traits } = config;
  const list: WeightInfo[] = [{ name: 'embed', shape: [vocabSize, hiddenSize] }];
  const add = (name: string, shape: number[], biased: boolean) => {
    list.push({ name, shape });
    if (biased) list.push({ name: `${name}.bias`, shape: [shape[0]!] });
  };
  const layerNorm = traits.norm === 'layer';
  if (traits.positions === 'learned') list.push({ name: 'positions', shape: [contextLength, hiddenSize] });
  for (let layer = 0; layer < config.layers; layer++) {
    const at = `layers.${layer}`;
    for (const name of ['attention_norm', 'ffn_norm']) add(`${at}.${name}`, [hiddenSize], layerNorm);
    if (traits.headNorms) for (const name of ['q_norm', 'k_norm']) add(`${at}.${name}`, [headDim], layerNorm);
    if (traits.sandwich) {
      for (const name of ['attention_out_norm', 'ffn_out_norm']) add(`${at}.${name}`, [hiddenSize], layerNorm);
    }
    for (const name of LINEAR_NAMES) {
      if (name === 'gate_proj' && !traits.gated) continue;
      add(`${at}.${name}`, linearShape(config, name), traits.biases.includes(name));
    }
  }
  add('final_norm', [hiddenSize], layerNorm);
  if (!config.tiedHead) list.push({ name: 'head', shape: [vocabSize, hiddenSize] });
  return list;
}

/** Throws `tensor-missing` or `tensor-shape`. */
export function checkWeights(config: DecoderConfig, weights: Tensors): void {
  for (const { name, shape } of weightShapes(config)) checkTensor(weights, name, shape);
}

function checkTensor(tensors: Tensors, name: string, shape: number[]): void {
  const tensor = tensors.get(name);
  if (!tensor) {
    throw new LabError('tensor-missing', `The reference needs a tensor "${name}", and it is not there.`, {
      hint: `Pass "${name}" with shape [${shape.join(', ')}].`,
    });
  }
  const expected = elementsOf(shape);
  if (tensor.length !== expected) {
    throw new LabError('tensor-shape', `Tensor "${name}" has ${tensor.length} numbers instead of ${expected}.`, {
      hint: `Its shape should be [${shape.join(', ')}].`,
    });
  }
}

/** Names of a layer's adapter; where queries, keys and values are one module, they read one A. */
export function adapterNames(config: DecoderConfig, layer: number, name: LinearName) {
  const isQkv = name === 'q_proj' || name === 'k_proj' || name === 'v_proj';
  const module = config.traits.fusedQkv && isQkv ? 'qkv_proj' : name;
  const own = `layers.${layer}.${name}`;
  return { a: `layers.${layer}.${module}.lora_A`, b: `${own}.lora_B`, magnitude: `${own}.lora_magnitude_vector` };
}

/** The adapters that `trainable` names, and no others; throws `tensor-missing` or `tensor-shape`. */
export function checkedLora(
  config: DecoderConfig,
  trainable: Extract<TrainableSpec, { kind: 'lora' }>,
  tensors: Tensors = new Map(),
): Lora {
  const kept = new Map<string, Reals>();
  for (let layer = 0; layer < config.layers; layer++) {
    const { targets } = trainable;
    const adapted = targets.flatMap((entry, i) => (typeof entry === 'string' ? entry : i === layer ? entry : []));
    for (const target of adapted) {
      const [outSize, inSize] = linearShape(config, target);
      const { a, b, magnitude } = adapterNames(config, layer, target);
      const keep = (name: string, shape: number[]) => {
        checkTensor(tensors, name, shape);
        kept.set(name, tensors.get(name)!);
      };
      keep(a, [trainable.rank, inSize]);
      keep(b, [outSize, trainable.rank]);
      if (trainable.dora) keep(magnitude, [outSize]);
    }
  }
  return { scale: trainable.scale, tensors: kept };
}

/** Throws `token-out-of-range`: such an id would read past the embedding. */
export function checkRow(config: DecoderConfig, row: PackedRow): void {
  for (const [what, ids] of [
    ['token', row.ids],
    ['label', row.labels],
  ] as const) {
    const at = ids.findIndex((id) => id >= config.vocabSize);
    if (at < 0) continue;
    const message = `The ${what} at place ${at} has id ${ids[at]}, but the vocabulary ends at ${config.vocabSize - 1}.`;
    throw new LabError('token-out-of-range', message, { hint: 'Encode the text with the tokenizer of this model.' });
  }
}
