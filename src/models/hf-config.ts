/**
 * The configuration files of a Llama model of our own making, as transformers reads them.
 *
 * Promises: `readModelConfig` of what is written gives the model that was meant. Must not know: weights, where files go.
 */
import type { WrittenDtype } from './hf-weights';

export interface LlamaShape {
  vocabSize: number;
  hiddenSize: number;
  layers: number;
  heads: number;
  kvHeads: number;
  intermediateSize: number;
  contextLength: number;
  tiedEmbeddings: boolean;
  ropeTheta: number;
  normEpsilon: number;
}

export interface SpecialIds {
  bosId: number;
  eosId: number;
}

/** config.json, keys in alphabetical order as Python writes them. */
export function llamaConfigJson(
  shape: LlamaShape,
  { bosId, eosId }: SpecialIds,
  dtype: WrittenDtype,
): Record<string, unknown> {
  return {
    architectures: ['LlamaForCausalLM'],
    attention_bias: false,
    attention_dropout: 0,
    bos_token_id: bosId,
    eos_token_id: eosId,
    head_dim: shape.hiddenSize / shape.heads,
    hidden_act: 'silu',
    hidden_size: shape.hiddenSize,
    initializer_range: 0.02,
    intermediate_size: shape.intermediateSize,
    max_position_embeddings: shape.contextLength,
    mlp_bias: false,
    model_type: 'llama',
    num_attention_heads: shape.heads,
    num_hidden_layers: shape.layers,
    num_key_value_heads: shape.kvHeads,
    pretraining_tp: 1,
    rms_norm_eps: shape.normEpsilon,
    rope_scaling: null,
    rope_theta: shape.ropeTheta,
    tie_word_embeddings: shape.tiedEmbeddings,
    torch_dtype: dtype === 'f16' ? 'float16' : 'float32',
    use_cache: true,
    vocab_size: shape.vocabSize,
  };
}

/** generation_config.json: what ends a text. */
export function generationConfigJson({ bosId, eosId }: SpecialIds): Record<string, unknown> {
  return { bos_token_id: bosId, eos_token_id: eosId };
}
