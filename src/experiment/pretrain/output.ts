/**
 * A pretrained model as files that open here and in transformers.
 *
 * Promises: the bytes depend on weights, configuration, tokenizer and dtype alone. Must not know: where they go.
 */
import type { DecoderConfig, NamedTensor } from '../../engine';
import {
  generationConfigJson,
  llamaConfigJson,
  writeHfWeights,
  type LlamaShape,
  type OutputFile,
  type SpecialIds,
  type WrittenDtype,
} from '../../models';
import type { TokenizerFiles } from '../../worlds/types';
import { CORPUS_FILES } from './corpus';

/** Every file of the model. Throws `tensor-dtype` where a weight is too large for f16. */
export function modelFiles(
  { shape, ids, decoder }: { shape: LlamaShape; ids: SpecialIds; decoder: DecoderConfig },
  { tokenizer, tokenizerConfig }: TokenizerFiles,
  tensors: readonly NamedTensor[],
  dtype: WrittenDtype,
): OutputFile[] {
  return [
    { path: 'config.json', bytes: jsonBytes(llamaConfigJson(shape, ids, dtype)) },
    { path: 'generation_config.json', bytes: jsonBytes(generationConfigJson(ids)) },
    { path: CORPUS_FILES.tokenizer, bytes: jsonBytes(tokenizer) },
    { path: CORPUS_FILES.tokenizerConfig, bytes: jsonBytes(tokenizerConfig) },
    writeHfWeights(tensors, decoder, 'llama', dtype),
  ];
}

function jsonBytes(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
}
