/**
 * config.json and generation_config.json → the decoder, its architecture and the ids that stop generation.
 *
 * Promises: what the engine needs is there and in range. Must not know: files, tokenizers, tensors' data.
 */
import type { DecoderConfig } from '../engine/types';
import { type Architecture, type ArchitectureName, architecture } from './architectures';
import { Fields } from './fields';

export const CONFIG_FILE = 'config.json';
export const GENERATION_CONFIG_FILE = 'generation_config.json';

export interface ModelConfig {
  architecture: Architecture & { modelType: ArchitectureName };
  decoder: DecoderConfig;
  /** Ids that end a sequence, the preferred one first; empty where the files name none. */
  stopIds: number[];
  bosId: number | null;
  /** The tokenizer's class, where config.json names it. */
  tokenizerClass: string | null;
}

/** The architecture that config.json names. Throws `config-invalid` or `architecture-unsupported`. */
export function readArchitecture(config: Record<string, unknown>): ModelConfig['architecture'] {
  const fields = new Fields(CONFIG_FILE, config);
  const modelType = fields.text('model_type');
  if (modelType === null) throw fields.invalid('model_type', 'the name of the architecture');
  return architecture(modelType);
}

/**
 * Reads both files' contents. The ids of generation_config.json, where given, win over those of config.json, as in
 * transformers. Throws `config-invalid`, `architecture-unsupported` or `rope-unsupported`.
 */
export function readModelConfig(
  config: Record<string, unknown>,
  generation: Record<string, unknown> | null,
  hasTensor: (fileName: string) => boolean,
): ModelConfig {
  const fields = new Fields(CONFIG_FILE, config);
  const found = readArchitecture(config);
  const decoder = found.readConfig(fields, hasTensor);
  const sources = [...(generation === null ? [] : [new Fields(GENERATION_CONFIG_FILE, generation)]), fields];
  const ending = sources.find((source) => source.has('eos_token_id'));
  const stopIds = [...new Set(ending?.ids('eos_token_id'))];
  if (stopIds.some((id) => id >= decoder.vocabSize)) {
    throw ending!.invalid('eos_token_id', `below vocab_size, ${decoder.vocabSize}`);
  }
  // A stale BOS is common in trimmed models and harmless: the tokenizer decides what stands in front.
  const bosId = sources.find((source) => source.has('bos_token_id'))?.ids('bos_token_id')[0];
  return {
    architecture: found,
    decoder,
    stopIds,
    bosId: bosId !== undefined && bosId < decoder.vocabSize ? bosId : null,
    tokenizerClass: fields.text('tokenizer_class'),
  };
}
