/**
 * What Llama, Qwen and Gemma have in common: separate projections under `self_attn` and `mlp`, RMS norms, rotary positions.
 *
 * Promises: a configuration that the engine would compute differently from its authors is refused, never approximated.
 */
import { LLAMA_TRAITS, type DecoderTraits } from '../../engine/traits';
import { LINEAR_NAMES, type DecoderConfig, type LinearName } from '../../engine/types';
import type { Fields } from '../fields';
import { inverseFrequencies } from '../rope';
import { headWidth, refuseQuantised } from './refusal';
import type { Architecture, TensorBinding } from './types';

const HEAD = 'lm_head.weight';
const MODULES: Record<LinearName, string> = {
  q_proj: 'self_attn.q_proj',
  k_proj: 'self_attn.k_proj',
  v_proj: 'self_attn.v_proj',
  o_proj: 'self_attn.o_proj',
  gate_proj: 'mlp.gate_proj',
  up_proj: 'mlp.up_proj',
  down_proj: 'mlp.down_proj',
};

/** Norms within a layer, by engine name. */
export type NormNames = Record<'attention_norm' | 'ffn_norm', string> &
  Partial<Record<'q_norm' | 'k_norm' | 'attention_out_norm' | 'ffn_out_norm', string>>;

export const LLAMA_NORMS: NormNames = { attention_norm: 'input_layernorm', ffn_norm: 'post_attention_layernorm' };

export interface LlamaLike<ModelType extends string> {
  modelType: ModelType;
  /** For messages. */
  name: string;
  norms: NormNames;
  /** Width of a head where config.json has no head_dim: null, hidden_size over the heads. */
  headDim: number | null;
  /** Where config.json has no num_key_value_heads; null: as many as heads. */
  kvHeads?: number;
  /** What no tie_word_embeddings means; absent: tied where the file has no head. */
  tied?: true;
  /** What sets the model apart. Throws `architecture-unsupported` for what is not computed here. */
  traits(fields: Fields, shape: { layers: number; hiddenSize: number; headDim: number }): Partial<DecoderTraits>;
  /** Where the configuration spells its rotation otherwise than Llama does. */
  frequencies?(fields: Fields, headDim: number): number[];
}

export function llamaLike<ModelType extends string>(family: LlamaLike<ModelType>) {
  const { name, norms } = family;
  return {
    modelType: family.modelType,

    readConfig(fields, hasTensor): DecoderConfig {
      refuseQuantised(fields, name);
      const hiddenSize = fields.count('hidden_size');
      const heads = fields.count('num_attention_heads');
      const kvHeads = fields.count('num_key_value_heads', family.kvHeads ?? heads);
      if (heads % kvHeads !== 0) {
        throw fields.invalid('num_key_value_heads', `a divisor of num_attention_heads, ${heads}`);
      }
      const own = fields.has('head_dim') ? fields.count('head_dim') : (family.headDim ?? undefined);
      const headDim = headWidth(fields, name, { hidden: 'hidden_size', heads: 'num_attention_heads' }, own);
      const layers = fields.count('num_hidden_layers');
      return {
        vocabSize: fields.count('vocab_size'),
        hiddenSize,
        ffnSize: fields.count('intermediate_size'),
        layers,
        heads,
        kvHeads,
        headDim,
        normEpsilon: fields.positive('rms_norm_eps', 1e-6),
        contextLength: fields.count('max_position_embeddings'),
        inverseFrequencies: (family.frequencies ?? inverseFrequencies)(fields, headDim),
        tiedHead: fields.flag('tie_word_embeddings') ?? family.tied ?? !hasTensor(HEAD),
        traits: { ...LLAMA_TRAITS, ...family.traits(fields, { layers, hiddenSize, headDim }) },
      };
    },

    bindings(config): TensorBinding[] {
      const { vocabSize, hiddenSize, layers, headDim, tiedHead, traits } = config;
      const table = [vocabSize, hiddenSize];
      const inLayer = (layer: number): TensorBinding[] => {
        const engine = `layers.${layer}`;
        const file = `model.layers.${layer}`;
        return [
          ...Object.entries(norms).map(([part, module]) => ({
            name: `${engine}.${part}`,
            fileName: `${file}.${module}.weight`,
            shape: [/^[qk]_norm$/.test(part) ? headDim : hiddenSize],
          })),
          ...LINEAR_NAMES.flatMap((linear) => {
            const shape = linearSides(config, linear);
            const at = { name: `${engine}.${linear}`, fileName: `${file}.${MODULES[linear]}` };
            const bias = { name: `${at.name}.bias`, fileName: `${at.fileName}.bias`, shape: [shape[0]] };
            const weight = { name: at.name, fileName: `${at.fileName}.weight`, shape };
            return traits.biases.includes(linear) ? [weight, bias] : [weight];
          }),
        ];
      };
      return [
        { name: 'embed', fileName: 'model.embed_tokens.weight', shape: table },
        ...Array.from({ length: layers }, (_, layer) => inLayer(layer)).flat(),
        { name: 'final_norm', fileName: 'model.norm.weight', shape: [hiddenSize] },
        ...(tiedHead ? [] : [{ name: 'head', fileName: HEAD, shape: table }]),
      ];
    },

    linearModule: (_config, layer, linear) => ({ path: `model.layers.${layer}.${MODULES[linear]}` }),
  } as const satisfies Architecture;
}

/** [out, in] of a linear layer. */
export function linearSides(config: DecoderConfig, name: LinearName): [outputs: number, inputs: number] {
  const { hiddenSize, ffnSize, heads, kvHeads, headDim } = config;
  const sides: Record<LinearName, [number, number]> = {
    q_proj: [heads * headDim, hiddenSize],
    k_proj: [kvHeads * headDim, hiddenSize],
    v_proj: [kvHeads * headDim, hiddenSize],
    o_proj: [hiddenSize, heads * headDim],
    gate_proj: [ffnSize, hiddenSize],
    up_proj: [ffnSize, hiddenSize],
    down_proj: [hiddenSize, ffnSize],
  };
  return sides[name];
}
