/**
 * The Llama layout: RMSNorm, rotary positions, grouped-query attention, SwiGLU, no biases.
 *
 * Promises: a configuration that the engine would compute differently from its authors is refused, never approximated.
 */
import { LabError } from '../../core/errors';
import { LLAMA_TRAITS } from '../../engine/traits';
import type { DecoderConfig, LinearName } from '../../engine/types';
import type { Fields } from '../fields';
import { inverseFrequencies } from '../rope';
import type { Architecture, TensorBinding } from './types';

const HEAD = 'lm_head.weight';
const TOP_LEVEL: Record<string, string> = {
  embed: 'model.embed_tokens.weight',
  final_norm: 'model.norm.weight',
  head: HEAD,
};
/** Within `model.layers.{i}.`, by engine name within `layers.{i}.`. */
const IN_LAYER: Record<LinearName | 'attention_norm' | 'ffn_norm', string> = {
  attention_norm: 'input_layernorm',
  q_proj: 'self_attn.q_proj',
  k_proj: 'self_attn.k_proj',
  v_proj: 'self_attn.v_proj',
  o_proj: 'self_attn.o_proj',
  ffn_norm: 'post_attention_layernorm',
  gate_proj: 'mlp.gate_proj',
  up_proj: 'mlp.up_proj',
  down_proj: 'mlp.down_proj',
};

function readConfig(fields: Fields, hasTensor: (fileName: string) => boolean): DecoderConfig {
  refuseUnimplemented(fields);
  const hiddenSize = fields.count('hidden_size');
  const heads = fields.count('num_attention_heads');
  const kvHeads = fields.count('num_key_value_heads', heads);
  if (heads % kvHeads !== 0) throw fields.invalid('num_key_value_heads', `a divisor of num_attention_heads, ${heads}`);
  if (!fields.has('head_dim') && hiddenSize % heads !== 0) {
    throw fields.invalid('hidden_size', `a multiple of num_attention_heads, ${heads}, where head_dim is not given`);
  }
  const headDim = fields.count('head_dim', hiddenSize / heads);
  if (headDim % 4 !== 0) {
    throw refusal(fields, `has heads of ${headDim} dimensions (head_dim); the engine needs a multiple of 4`);
  }
  return {
    vocabSize: fields.count('vocab_size'),
    hiddenSize,
    ffnSize: fields.count('intermediate_size'),
    layers: fields.count('num_hidden_layers'),
    heads,
    kvHeads,
    headDim,
    normEpsilon: fields.positive('rms_norm_eps', 1e-6),
    contextLength: fields.count('max_position_embeddings'),
    inverseFrequencies: inverseFrequencies(fields, headDim),
    tiedHead: fields.flag('tie_word_embeddings') ?? !hasTensor(HEAD),
    traits: LLAMA_TRAITS,
  };
}

function refuseUnimplemented(fields: Fields): void {
  for (const name of ['attention_bias', 'mlp_bias']) {
    if (fields.flag(name) === true) throw refusal(fields, `has biases (${name}: true)`);
  }
  const activation = fields.text('hidden_act') ?? 'silu';
  if (activation !== 'silu') throw refusal(fields, `uses the activation "${activation}" (hidden_act); silu is needed`);
  const slices = fields.count('pretraining_tp', 1);
  if (slices !== 1) throw refusal(fields, `slices its products (pretraining_tp: ${slices}); 1 is needed`);
  if (fields.has('quantization_config')) throw refusal(fields, 'is quantised (quantization_config)');
}

function refusal(fields: Fields, what: string): LabError {
  return new LabError('architecture-unsupported', `${fields.file}: this Llama model ${what}.`, {
    hint: 'Ontoscope does not compute that; choose a plain Llama model without it.',
    control: 'model.path',
  });
}

function bindings(config: DecoderConfig): TensorBinding[] {
  const { vocabSize, hiddenSize, ffnSize, layers, heads, kvHeads, headDim, tiedHead } = config;
  const shapes: Record<keyof typeof IN_LAYER, number[]> = {
    attention_norm: [hiddenSize],
    q_proj: [heads * headDim, hiddenSize],
    k_proj: [kvHeads * headDim, hiddenSize],
    v_proj: [kvHeads * headDim, hiddenSize],
    o_proj: [hiddenSize, heads * headDim],
    ffn_norm: [hiddenSize],
    gate_proj: [ffnSize, hiddenSize],
    up_proj: [ffnSize, hiddenSize],
    down_proj: [hiddenSize, ffnSize],
  };
  const bind = (name: string, shape: number[]): TensorBinding => ({ name, fileName: fileName(name)!, shape });
  const inLayers = Array.from({ length: layers }, (_, layer) =>
    Object.entries(shapes).map(([part, shape]) => bind(`layers.${layer}.${part}`, [...shape])),
  );
  const table = [vocabSize, hiddenSize];
  return [
    bind('embed', table),
    ...inLayers.flat(),
    bind('final_norm', [hiddenSize]),
    ...(tiedHead ? [] : [bind('head', [...table])]),
  ];
}

function fileName(engineName: string): string | null {
  if (Object.hasOwn(TOP_LEVEL, engineName)) return TOP_LEVEL[engineName]!;
  const match = /^layers\.(\d+)\.(\w+)$/.exec(engineName);
  if (match === null || !Object.hasOwn(IN_LAYER, match[2]!)) return null;
  return `model.layers.${match[1]}.${IN_LAYER[match[2] as keyof typeof IN_LAYER]}.weight`;
}

export const llama = {
  modelType: 'llama',
  readConfig,
  bindings,
  fileName,
  linearModule: (layer, linear) => `model.layers.${layer}.${IN_LAYER[linear]}`,
} as const satisfies Architecture;
