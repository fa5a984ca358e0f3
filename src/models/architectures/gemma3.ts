/** Gemma 3, text: weights of norms from 1, norms of branches, scaled embedding, local layers with a rotation of their own. */
import type { Fields } from '../fields';
import { inverseFrequencies, plainFrequencies } from '../rope';
import { llamaLike } from './llama-like';
import { refusal, requireFlag } from './refusal';

const NAME = 'Gemma 3';
/** A list of layers is made before any file is looked into. */
const MOST_LAYERS = 1024;
const [FULL, LOCAL] = ['full_attention', 'sliding_attention'] as const;

/** transformers 5 nests the rotation by kind of layer; 4 has rope_theta and rope_local_base_freq beside it. */
const rotationOf = (fields: Fields, kind: typeof FULL | typeof LOCAL) =>
  fields.section('rope_parameters')?.section(kind) ?? null;

function fullFrequencies(fields: Fields, headDim: number): number[] {
  const nested = rotationOf(fields, FULL);
  if (nested) return inverseFrequencies(fields, headDim, { parameters: nested, theta: 1e6 });
  return inverseFrequencies(fields, headDim, { theta: 1e6 });
}

function localFrequencies(fields: Fields, headDim: number): number[] {
  const nested = rotationOf(fields, LOCAL);
  if (nested) return inverseFrequencies(fields, headDim, { parameters: nested, theta: 10_000 });
  return plainFrequencies(fields.positive('rope_local_base_freq', 10_000), headDim);
}

/** By name, or every so many-th layer being a full one. */
function localLayers(fields: Fields, layers: number): number[] {
  if (layers > MOST_LAYERS) throw fields.invalid('num_hidden_layers', `at most ${MOST_LAYERS}`);
  const all = Array.from({ length: layers }, (_, layer) => layer);
  if (!fields.has('layer_types')) {
    const every = fields.count('sliding_window_pattern', 6);
    return all.filter((layer) => (layer + 1) % every !== 0);
  }
  const kinds = fields.raw('layer_types');
  if (!Array.isArray(kinds) || kinds.length !== layers || kinds.some((kind) => kind !== FULL && kind !== LOCAL)) {
    throw fields.invalid('layer_types', `a list of ${layers} names, each ${FULL} or ${LOCAL}`);
  }
  return all.filter((layer) => kinds[layer] === LOCAL);
}

export const gemma3 = llamaLike({
  modelType: 'gemma3_text',
  name: NAME,
  norms: {
    attention_norm: 'input_layernorm',
    q_norm: 'self_attn.q_norm',
    k_norm: 'self_attn.k_norm',
    attention_out_norm: 'post_attention_layernorm',
    ffn_norm: 'pre_feedforward_layernorm',
    ffn_out_norm: 'post_feedforward_layernorm',
  },
  headDim: 256,
  kvHeads: 4,
  tied: true,
  frequencies: fullFrequencies,
  traits(fields, { layers, hiddenSize, headDim }) {
    const activation = fields.text('hidden_activation') ?? 'gelu_pytorch_tanh';
    if (activation !== 'gelu_pytorch_tanh') {
      throw refusal(fields, NAME, `uses the activation "${activation}"; gelu_pytorch_tanh is needed`);
    }
    for (const cap of ['attn_logit_softcapping', 'final_logit_softcapping']) {
      if (fields.has(cap)) throw refusal(fields, NAME, `caps its scores (${cap})`);
    }
    requireFlag(fields, NAME, 'use_bidirectional_attention', false);
    const local = localLayers(fields, layers);
    return {
      normOffset: 1,
      activation: 'gelu-tanh',
      headNorms: true,
      sandwich: true,
      biases: fields.flag('attention_bias') ? ['q_proj', 'k_proj', 'v_proj', 'o_proj'] : [],
      embeddingScale: Math.fround(Math.sqrt(hiddenSize)),
      attentionScale: fields.positive('query_pre_attn_scalar', 256) ** -0.5,
      local:
        local.length === 0
          ? null
          : {
              layers: local,
              window: fields.count('sliding_window', 4096),
              inverseFrequencies: localFrequencies(fields, headDim),
            },
    };
  },
});
