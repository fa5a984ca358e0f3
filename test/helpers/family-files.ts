/** Small models of every family as files: configurations, and tensors with values by name and place. */
import { readModelConfig } from '../../src/models/config';
import type { TensorToWrite } from '../../src/models/safetensors';

export type Config = Record<string, unknown>;

export const SIZES = {
  ...{ hidden_size: 32, intermediate_size: 48, num_hidden_layers: 7, num_attention_heads: 4, num_key_value_heads: 2 },
  ...{ vocab_size: 40, max_position_embeddings: 64 },
};
export const GPT2: Config = { model_type: 'gpt2', n_embd: 32, n_head: 4, n_layer: 2, n_positions: 64, vocab_size: 40 };
export const NEOX: Config = { ...SIZES, model_type: 'gpt_neox', num_key_value_heads: undefined };
export const QWEN2: Config = { ...SIZES, model_type: 'qwen2', tie_word_embeddings: true };
export const QWEN3: Config = { ...SIZES, model_type: 'qwen3', head_dim: 16, tie_word_embeddings: true };
export const GEMMA: Config = { ...SIZES, model_type: 'gemma3_text', head_dim: 16 };
export const LLAMA: Config = { ...SIZES, model_type: 'llama', tie_word_embeddings: true };

/** Tensors as the files of a family have them, values by name and place. */
export function filesOf(config: Config, rename = (name: string) => name): TensorToWrite[] {
  const { architecture, decoder } = readModelConfig(config, null, () => false);
  const written = new Map<string, TensorToWrite>();
  for (const { fileName, shape, stored } of architecture.bindings(decoder)) {
    const sides = stored?.shape ?? shape;
    const elements = sides.reduce((product, side) => product * side, 1);
    const data = Float32Array.from({ length: elements }, (_, i) => Math.fround(((i * 37 + fileName.length) % 64) / 64));
    written.set(fileName, { name: rename(fileName), shape: sides, data });
  }
  return [...written.values()];
}
