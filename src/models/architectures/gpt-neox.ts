/** GPT-NeoX and Pythia: parallel blocks, a share of each head rotated, q, k and v in one, head by head. */
import { LLAMA_TRAITS } from '../../engine/traits';
import type { DecoderConfig, LinearName } from '../../engine/types';
import type { Fields } from '../fields';
import { inverseFrequencies } from '../rope';
import type { StoredAs } from '../stored';
import { linearSides } from './llama-like';
import { headWidth, refusal, refuseQuantised } from './refusal';
import type { Architecture, TensorBinding } from './types';

const NAME = 'GPT-NeoX';
const HEAD = 'embed_out.weight';
const LINEARS = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'up_proj', 'down_proj'] as const;
type Linear = (typeof LINEARS)[number];
const ATTENTION: readonly LinearName[] = ['q_proj', 'k_proj', 'v_proj', 'o_proj'];
const FUSED: readonly LinearName[] = ['q_proj', 'k_proj', 'v_proj'];
const MODULES: Record<Linear, string> = {
  q_proj: 'attention.query_key_value',
  k_proj: 'attention.query_key_value',
  v_proj: 'attention.query_key_value',
  o_proj: 'attention.dense',
  up_proj: 'mlp.dense_h_to_4h',
  down_proj: 'mlp.dense_4h_to_h',
};

function readConfig(fields: Fields, hasTensor: (fileName: string) => boolean): DecoderConfig {
  refuseQuantised(fields, NAME);
  const activation = fields.text('hidden_act') ?? 'gelu';
  if (activation !== 'gelu') throw refusal(fields, NAME, `uses the activation "${activation}"; gelu is needed`);
  const hiddenSize = fields.count('hidden_size');
  const heads = fields.count('num_attention_heads');
  const headDim = headWidth(fields, NAME, { hidden: 'hidden_size', heads: 'num_attention_heads' });
  const parameters = fields.section('rope_parameters');
  const share = parameters?.positive('partial_rotary_factor', 0.25) ?? fields.positive('rotary_pct', 0.25);
  const rotated = Math.trunc(headDim * share);
  if (rotated > headDim || rotated % 2 !== 0 || rotated === 0) {
    throw fields.invalid('rotary_pct', `a share of the ${headDim} dimensions of a head that is an even number of them`);
  }
  const biased = fields.flag('attention_bias') ?? true;
  return {
    vocabSize: fields.count('vocab_size'),
    hiddenSize,
    ffnSize: fields.count('intermediate_size'),
    layers: fields.count('num_hidden_layers'),
    heads,
    kvHeads: heads,
    headDim,
    normEpsilon: fields.positive('layer_norm_eps', 1e-5),
    contextLength: fields.count('max_position_embeddings'),
    inverseFrequencies: inverseFrequencies(fields, rotated, {
      theta: fields.positive('rotary_emb_base', 10_000),
      partial: true,
    }),
    tiedHead: fields.flag('tie_word_embeddings') ?? !hasTensor(HEAD),
    traits: {
      ...LLAMA_TRAITS,
      norm: 'layer',
      biases: LINEARS.filter((name) => biased || !ATTENTION.includes(name)),
      activation: 'gelu',
      gated: false,
      parallel: fields.flag('use_parallel_residual') ?? true,
      fusedQkv: true,
    },
  };
}

/** Each head's q, k and v stand one after the other. */
function storedAs(config: DecoderConfig, linear: Linear): StoredAs | undefined {
  const part = FUSED.indexOf(linear);
  if (part < 0) return undefined;
  const { headDim } = config;
  const [outputs, inputs] = linearSides(config, linear);
  return {
    shape: [FUSED.length * outputs, inputs],
    transposed: false,
    outputs: { block: headDim, stride: FUSED.length * headDim, offset: part * headDim },
  };
}

function bindings(config: DecoderConfig): TensorBinding[] {
  const { vocabSize, hiddenSize, layers, tiedHead, traits } = config;
  const norm = (name: string, file: string): TensorBinding[] => [
    { name, fileName: `gpt_neox.${file}.weight`, shape: [hiddenSize] },
    { name: `${name}.bias`, fileName: `gpt_neox.${file}.bias`, shape: [hiddenSize] },
  ];
  const linear = (layer: number, name: Linear): TensorBinding[] => {
    const shape = linearSides(config, name);
    const stored = storedAs(config, name);
    const file = `gpt_neox.layers.${layer}.${MODULES[name]}`;
    const at = `layers.${layer}.${name}`;
    const weight = { name: at, fileName: `${file}.weight`, shape, ...(stored && { stored }) };
    if (!traits.biases.includes(name)) return [weight];
    const bias = stored && { stored: { ...stored, shape: [stored.shape[0]!] } };
    return [weight, { name: `${at}.bias`, fileName: `${file}.bias`, shape: [shape[0]], ...bias }];
  };
  return [
    { name: 'embed', fileName: 'gpt_neox.embed_in.weight', shape: [vocabSize, hiddenSize] },
    ...Array.from({ length: layers }, (_, layer) => [
      ...norm(`layers.${layer}.attention_norm`, `layers.${layer}.input_layernorm`),
      ...norm(`layers.${layer}.ffn_norm`, `layers.${layer}.post_attention_layernorm`),
      ...LINEARS.flatMap((name) => linear(layer, name)),
    ]).flat(),
    ...norm('final_norm', 'final_layer_norm'),
    ...(tiedHead ? [] : [{ name: 'head', fileName: HEAD, shape: [vocabSize, hiddenSize] }]),
  ];
}

export const gptNeox = {
  modelType: 'gpt_neox',
  readConfig,
  bindings,
  linearModule(config, layer, linear) {
    const stored = storedAs(config, linear as Linear);
    return { path: `gpt_neox.layers.${layer}.${MODULES[linear as Linear]}`, ...(stored && { stored }) };
  },
} as const satisfies Architecture;
