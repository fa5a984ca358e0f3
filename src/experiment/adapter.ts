/**
 * What was trained, as files: a LoRA adapter in PEFT layout, or all weights with the base model's configuration and
 * tokenizer beside them, a folder that opens as a model.
 *
 * Promises: the bytes depend on the tensors, the spec and the base model alone. Must not know: where files are written.
 */
import type { FileFolder } from '../core/files';
import type { NamedTensor } from '../engine';
import { type ModelHandle, type OutputFile, writeAdapter, writeHfWeights, type WrittenDtype } from '../models';
import type { PreparedRun } from './prepared';

/** As transformers calls them. */
const HF_DTYPES: Record<WrittenDtype, string> = { f32: 'float32', f16: 'float16' };

export async function adapterFiles(prepared: PreparedRun, tensors: readonly NamedTensor[]): Promise<OutputFile[]> {
  const { spec, model, config } = prepared;
  if (spec.adapter.kind === 'lora') {
    const { rank, alpha, scaling, dora } = spec.adapter;
    const description = { baseModel: model.name, architecture: model.architecture, rank, alpha, scaling, dora };
    return writeAdapter(description, config, tensors);
  }
  return [
    ...(await sideFiles(model, prepared.modelFolder, 'f32')),
    writeHfWeights(tensors, config, model.architecture),
  ];
}

/**
 * Configuration and tokenizer: everything of the model but its weights. As they are, but that config.json names the dtype that
 * the weights beside it are written in: whoever loads them by it would round them to another one.
 */
export async function sideFiles(
  model: Pick<ModelHandle, 'files'>,
  modelFolder: FileFolder,
  dtype: WrittenDtype,
): Promise<OutputFile[]> {
  const files = model.files.filter(({ path }) => !path.includes('safetensors'));
  return Promise.all(
    files.map(async ({ path, bytes }) => {
      const read = await modelFolder.read(path, 0, bytes);
      return { path, bytes: path === 'config.json' ? withDtype(read, dtype) : read };
    }),
  );
}

/** In the text, so that all else stays as it was written. Either spelling of the field is changed, none is added. */
function withDtype(config: Uint8Array<ArrayBuffer>, dtype: WrittenDtype): Uint8Array<ArrayBuffer> {
  const text = new TextDecoder().decode(config);
  const named = text.replace(/("(?:torch_)?dtype"\s*:\s*)"[^"]*"/g, `$1"${HF_DTYPES[dtype]}"`);
  return named === text ? config : new TextEncoder().encode(named);
}
