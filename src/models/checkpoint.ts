/**
 * The tensors of a model folder: one `model.safetensors`, or shards listed by `model.safetensors.index.json`.
 *
 * Promises: only headers are read; every tensor that the index lists is really in the shard it names.
 * Must not know: what the tensors are for.
 */
import { LabError } from '../core/errors';
import type { FileFolder } from '../core/files';
import { type FileSizes, readJsonObject } from './files';
import { readSafetensorsHeader, type TensorInfo } from './safetensors';

export const SINGLE_FILE = 'model.safetensors';
export const INDEX_FILE = 'model.safetensors.index.json';

export interface Checkpoint {
  /** By name in the file. */
  tensors: Map<string, TensorInfo>;
  /** Weight files (and the index, if any), in reading order. */
  files: string[];
}

/** Throws `file-missing`, `tensor-missing` or a safetensors error. */
export async function openCheckpoint(folder: FileFolder, sizes: FileSizes): Promise<Checkpoint> {
  const single = sizes.get(SINGLE_FILE);
  if (single !== undefined) {
    const { tensors } = await readSafetensorsHeader(folder, SINGLE_FILE, single);
    return { tensors, files: [SINGLE_FILE] };
  }
  const index = sizes.get(INDEX_FILE);
  if (index !== undefined) return openSharded(folder, sizes, index);
  const other = [...sizes.keys()].find((path) => /\.(bin|pt|pth|gguf|onnx|msgpack|h5)$/.test(path));
  throw new LabError('file-missing', `${folder.name} has no ${SINGLE_FILE} and no ${INDEX_FILE}.`, {
    hint:
      other === undefined
        ? 'Choose a folder with the weights in safetensors format.'
        : `${other} is in another format: save the model again as safetensors.`,
    control: 'model.path',
  });
}

async function openSharded(folder: FileFolder, sizes: FileSizes, indexBytes: number): Promise<Checkpoint> {
  const index = await readJsonObject(folder, INDEX_FILE, indexBytes, 'safetensors-invalid');
  const weightMap = index.weight_map;
  if (weightMap === null || typeof weightMap !== 'object' || Array.isArray(weightMap)) {
    throw indexInvalid('has no "weight_map" from tensor names to files');
  }
  const entries = Object.entries(weightMap as Record<string, unknown>);
  const shards = new Map<string, Map<string, TensorInfo>>();
  const tensors = new Map<string, TensorInfo>();
  for (const [name, file] of entries) {
    if (typeof file !== 'string') throw indexInvalid(`gives tensor ${name} the file ${JSON.stringify(file)}`);
    const shard = shards.get(file) ?? (await openShard(folder, sizes, file, name));
    shards.set(file, shard);
    const info = shard.get(name);
    if (info === undefined) {
      throw new LabError('tensor-missing', `${file} has no tensor ${name}, though ${INDEX_FILE} says so.`, {
        hint: `Download ${file} and ${INDEX_FILE} again: they do not belong together.`,
      });
    }
    tensors.set(name, info);
  }
  return { tensors, files: [INDEX_FILE, ...[...shards.keys()].sort()] };
}

async function openShard(
  folder: FileFolder,
  sizes: FileSizes,
  file: string,
  tensor: string,
): Promise<Map<string, TensorInfo>> {
  const bytes = sizes.get(file);
  if (bytes === undefined) {
    throw new LabError('file-missing', `${folder.name} has no ${file}, which ${INDEX_FILE} names for ${tensor}.`, {
      hint: 'Download the missing part of the weights into the same folder.',
      control: 'model.path',
    });
  }
  return (await readSafetensorsHeader(folder, file, bytes)).tensors;
}

function indexInvalid(what: string): LabError {
  return new LabError('safetensors-invalid', `${INDEX_FILE} ${what}.`, { hint: `Download ${INDEX_FILE} again.` });
}
