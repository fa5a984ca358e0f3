/**
 * What was trained, as files: a LoRA adapter in PEFT layout, or all weights with the base model's configuration and
 * tokenizer beside them, a folder that opens as a model.
 *
 * Promises: the bytes depend on the tensors, the spec and the base model alone. Must not know: where files are written.
 */
import type { FileFolder } from '../core/files';
import type { NamedTensor } from '../engine';
import { type ModelHandle, type OutputFile, writeAdapter, writeHfWeights } from '../models';
import type { PreparedRun } from './prepared';

export async function adapterFiles(prepared: PreparedRun, tensors: readonly NamedTensor[]): Promise<OutputFile[]> {
  const { spec, model, config } = prepared;
  if (spec.adapter.kind === 'lora') {
    const { rank, alpha, scaling, dora } = spec.adapter;
    const description = { baseModel: model.name, architecture: model.architecture, rank, alpha, scaling, dora };
    return writeAdapter(description, config, tensors);
  }
  return [...(await sideFiles(model, prepared.modelFolder)), writeHfWeights(tensors, config, model.architecture)];
}

/** Configuration and tokenizer, as they are: everything of the model but its weights. */
export async function sideFiles(model: Pick<ModelHandle, 'files'>, modelFolder: FileFolder): Promise<OutputFile[]> {
  const files = model.files.filter(({ path }) => !path.includes('safetensors'));
  return Promise.all(files.map(async ({ path, bytes }) => ({ path, bytes: await modelFolder.read(path, 0, bytes) })));
}
