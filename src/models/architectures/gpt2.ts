/** GPT-2 and distilgpt2: layer norms, learned positions, weights stored as [in, out], q, k and v in one. */
import { LLAMA_TRAITS, type Activation } from '../../engine/traits';
import type { DecoderConfig, LinearName } from '../../engine/types';
import type { Fields } from '../fields';
import type { StoredAs } from '../stored';
import { linearSides } from './llama-like';
import { headWidth, refusal, refuseQuantised, requireFlag } from './refusal';
import type { Architecture, TensorBinding } from './types';

const NAME = 'GPT-2';
const HEAD = 'lm_head.weight';
const PREFIX = 'transformer.';
const LINEARS = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'up_proj', 'down_proj'] as const;
type Linear = (typeof LINEARS)[number];
const FUSED: readonly LinearName[] = ['q_proj', 'k_proj', 'v_proj'];
const MODULES: Record<Linear, string> = {
  q_proj: 'attn.c_attn',
  k_proj: 'attn.c_attn',
  v_proj: 'attn.c_attn',
  o_proj: 'attn.c_proj',
  up_proj: 'mlp.c_fc',
  down_proj: 'mlp.c_proj',
};
const ACTIVATIONS: Record<string, Activation> = { gelu_new: 'gelu-tanh', gelu_pytorch_tanh: 'gelu-tanh', gelu: 'gelu' };

function readConfig(fields: Fields): DecoderConfig {
  refuseQuantised(fields, NAME);
  const activation = fields.text('activation_function') ?? 'gelu_new';
  if (!Object.hasOwn(ACTIVATIONS, activation)) {
    const known = Object.keys(ACTIVATIONS).join(', ');
    throw refusal(fields, NAME, `uses the activation "${activation}" (activation_function); known are ${known}`);
  }
  requireFlag(fields, NAME, 'scale_attn_by_inverse_layer_idx', false);
  requireFlag(fields, NAME, 'add_cross_attention', false);
  const hiddenSize = fields.count('n_embd');
  const heads = fields.count('n_head');
  const headDim = headWidth(fields, NAME, { hidden: 'n_embd', heads: 'n_head' });
  return {
    vocabSize: fields.count('vocab_size'),
    hiddenSize,
    ffnSize: fields.count('n_inner', 4 * hiddenSize),
    layers: fields.count('n_layer'),
    heads,
    kvHeads: heads,
    headDim,
    normEpsilon: fields.positive('layer_norm_epsilon', 1e-5),
    contextLength: fields.count('n_positions'),
    inverseFrequencies: [],
    // Its class ties them unless told otherwise; files may hold the head a second time.
    tiedHead: fields.flag('tie_word_embeddings') ?? true,
    traits: {
      ...LLAMA_TRAITS,
      norm: 'layer',
      biases: LINEARS,
      activation: ACTIVATIONS[activation]!,
      gated: false,
      positions: 'learned',
      fusedQkv: true,
      attentionScale: fields.flag('scale_attn_weights') === false ? 1 : null,
    },
  };
}

/** q, k and v stand side by side in the columns of c_attn. */
function storedAs(config: DecoderConfig, linear: Linear): StoredAs {
  const [outputs, inputs] = linearSides(config, linear);
  const part = FUSED.indexOf(linear);
  if (part < 0) return { shape: [inputs, outputs], transposed: true, outputs: null };
  const all = FUSED.length * outputs;
  return { shape: [inputs, all], transposed: true, outputs: { block: outputs, stride: all, offset: part * outputs } };
}

function bindings(config: DecoderConfig, hasTensor?: (fileName: string) => boolean): TensorBinding[] {
  const { vocabSize, hiddenSize, layers, contextLength, tiedHead } = config;
  // The first files had no prefix; transformers reads both.
  const prefix = hasTensor && !hasTensor(`${PREFIX}wte.weight`) ? '' : PREFIX;
  const norm = (name: string, file: string): TensorBinding[] => [
    { name, fileName: `${prefix}${file}.weight`, shape: [hiddenSize] },
    { name: `${name}.bias`, fileName: `${prefix}${file}.bias`, shape: [hiddenSize] },
  ];
  const linear = (layer: number, name: Linear): TensorBinding[] => {
    const shape = linearSides(config, name);
    const stored = storedAs(config, name);
    const file = `${prefix}h.${layer}.${MODULES[name]}`;
    const bias = { shape: [stored.shape[1]!], transposed: false, outputs: stored.outputs };
    const at = `layers.${layer}.${name}`;
    return [
      { name: at, fileName: `${file}.weight`, shape, stored },
      { name: `${at}.bias`, fileName: `${file}.bias`, shape: [shape[0]], stored: bias },
    ];
  };
  return [
    { name: 'embed', fileName: `${prefix}wte.weight`, shape: [vocabSize, hiddenSize] },
    { name: 'positions', fileName: `${prefix}wpe.weight`, shape: [contextLength, hiddenSize] },
    ...Array.from({ length: layers }, (_, layer) => [
      ...norm(`layers.${layer}.attention_norm`, `h.${layer}.ln_1`),
      ...norm(`layers.${layer}.ffn_norm`, `h.${layer}.ln_2`),
      ...LINEARS.flatMap((name) => linear(layer, name)),
    ]).flat(),
    ...norm('final_norm', 'ln_f'),
    ...(tiedHead ? [] : [{ name: 'head', fileName: HEAD, shape: [vocabSize, hiddenSize] }]),
  ];
}

export const gpt2 = {
  modelType: 'gpt2',
  readConfig,
  bindings,
  linearModule: (config, layer, linear) => ({
    path: `${PREFIX}h.${layer}.${MODULES[linear as Linear]}`,
    stored: storedAs(config, linear as Linear),
  }),
} as const satisfies Architecture;
