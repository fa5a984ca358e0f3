/**
 * Opens a Hugging Face model folder: configuration, tokenizer and tensor headers first, weights when asked.
 *
 * Promises: everything that can be known to be wrong is reported before any weight is read; weights come as f32 under
 * the engine's names. Must not know: which host the folder lies on, prompts, devices.
 */
import { elementsOfAll } from '../core/shape';
import { LabError } from '../core/errors';
import { lastPart, type FileEntry, type FileFolder } from '../core/files';
import { sha256Stream } from '../core/hash';
import type { DecoderConfig, WeightInfo, WeightMap } from '../engine/types';
import type { WeightSource } from '../engine/weight-source';
import type { Tokenizer } from '../tokens/types';
import type { ArchitectureName, TensorBinding } from './architectures';
import { type Checkpoint, openCheckpoint } from './checkpoint';
import { CONFIG_FILE, GENERATION_CONFIG_FILE, readArchitecture, readModelConfig } from './config';
import { type FileSizes, fileSizes, formatCount, formatShape, readExactly, readJsonObject } from './files';
import { requireWeightDtype, type TensorInfo } from './safetensors';
import { failWithoutTokenizer, openTokenizer, stopIdsOf, tokenizerFiles } from './tokenizer';
import { createWeightSource, type WeightProgress } from './weight-source';

const HASH_PIECE_BYTES = 8 * 1024 * 1024;

/** Name, size and content hash of a file. */
export interface HashedFile {
  name: string;
  bytes: number;
  sha256: string;
}

export interface ModelHandle {
  /** Last part of the folder's name. */
  name: string;
  architecture: ArchitectureName;
  config: DecoderConfig;
  /** Ids that end a sequence, the preferred one first. */
  stopIds: number[];
  /** Null where the folder has none: token ids still work. */
  tokenizer: Tokenizer | null;
  /** Weights in all, a tied head counted once. */
  parameters: number;
  weights: WeightInfo[];
  /** The files that the model consists of. */
  files: FileEntry[];
  /** Tensors in the files that this architecture does not use. */
  ignored: string[];
  /** The tokenizer, or `file-missing` saying what to add. */
  requireTokenizer(): Tokenizer;
  /** Weights as f32, rows at a time, straight from the files; progress in their bytes. Reading throws `cancelled` once aborted. */
  weightSource(onProgress?: WeightProgress): WeightSource;
  /** All of them at once, for models that are small. */
  loadWeights(onProgress?: WeightProgress, signal?: AbortSignal): Promise<WeightMap>;
  /** SHA-256 of every file of `files`, in that order. */
  hashFiles(signal?: AbortSignal): Promise<HashedFile[]>;
}

/** Throws a LabError with file, place and remedy for whatever is wrong with the folder. */
export async function openModel(folder: FileFolder): Promise<ModelHandle> {
  const sizes = await fileSizes(folder);
  const json = async (path: string) => {
    const bytes = sizes.get(path);
    return bytes === undefined ? null : readJsonObject(folder, path, bytes, 'config-invalid');
  };
  const configJson = await json(CONFIG_FILE);
  if (configJson === null) {
    throw new LabError('file-missing', `${folder.name} has no ${CONFIG_FILE}.`, {
      hint: 'Choose the folder that holds config.json, tokenizer.json and model.safetensors.',
      control: 'model.path',
    });
  }
  const generation = await json(GENERATION_CONFIG_FILE);
  // An unsupported architecture is the better thing to hear about than its weights: ask for it first.
  readArchitecture(configJson);
  const checkpoint = await openCheckpoint(folder, sizes);
  const config = readModelConfig(configJson, generation, (name) => checkpoint.tensors.has(name));
  checkLayers(config.decoder, checkpoint);
  const bindings = config.architecture.bindings(config.decoder, (name) => checkpoint.tensors.has(name));
  const matched = bindings.map((binding) => matchTensor(binding, checkpoint));
  const ignored = unusedTensors(checkpoint, bindings);
  const tokenizer = await openTokenizer(folder, sizes, config);
  const stopIds = stopIdsOf(config, tokenizer);
  const weights = bindings.map(({ name, shape }) => ({ name, shape }));
  const weightSource = (onProgress?: WeightProgress) => createWeightSource(folder, bindings, matched, onProgress);
  return {
    name: lastPart(folder.name),
    architecture: config.architecture.modelType,
    config: config.decoder,
    stopIds,
    tokenizer,
    parameters: elementsOfAll(bindings),
    weights,
    files: usedFiles(sizes, checkpoint),
    ignored,
    requireTokenizer: () => tokenizer ?? failWithoutTokenizer(folder),
    weightSource,
    loadWeights: (onProgress, signal) => loadWeights(weights, weightSource(onProgress), signal),
    hashFiles: (signal) => hashFiles(folder, usedFiles(sizes, checkpoint), signal),
  };
}

/**
 * Before anything is laid out by layer: an absurd number of them would fill the memory, not a message, and too small a
 * number would compute another model without a word.
 */
function checkLayers({ layers }: DecoderConfig, { tensors, files }: Checkpoint): void {
  const hint = `Take ${CONFIG_FILE} and the weights from the same place: they do not belong together.`;
  const asked = `${CONFIG_FILE} asks for ${formatCount(layers)} layers, but ${files.join(', ')}`;
  if (layers > tensors.size) {
    throw new LabError('tensor-missing', `${asked} has only ${formatCount(tensors.size)} tensors.`, { hint });
  }
  const beyond = [...tensors.keys()].find(
    (name) => Number(/(?:^|\.)(?:layers|h)\.(\d+)\./.exec(name)?.[1] ?? -1) >= layers,
  );
  if (beyond !== undefined) throw new LabError('config-invalid', `${asked} also holds ${beyond}.`, { hint });
}

function matchTensor(binding: TensorBinding, checkpoint: Checkpoint): TensorInfo {
  const info = checkpoint.tensors.get(binding.fileName);
  const expected = formatShape(binding.stored?.shape ?? binding.shape);
  if (info === undefined) {
    throw new LabError(
      'tensor-missing',
      `${checkpoint.files.join(', ')}: tensor ${binding.fileName} ${expected} is missing.`,
      { hint: `Download the weights again, or take the ${CONFIG_FILE} that belongs to them.` },
    );
  }
  // First: quantised files keep other shapes, too.
  requireWeightDtype(info);
  if (formatShape(info.shape) !== expected) {
    throw new LabError(
      'tensor-shape',
      `${info.file}: tensor ${info.name} has the shape ${formatShape(info.shape)}; ` +
        `${CONFIG_FILE} makes it ${expected}.`,
      { hint: `Take ${CONFIG_FILE} and the weights from the same place: they do not belong together.` },
    );
  }
  return info;
}

function usedFiles(sizes: FileSizes, checkpoint: Checkpoint): FileEntry[] {
  const own = [CONFIG_FILE, GENERATION_CONFIG_FILE].filter((path) => sizes.has(path));
  const paths = [...own, ...tokenizerFiles(sizes), ...checkpoint.files];
  return paths.map((path) => ({ path, bytes: sizes.get(path)! }));
}

/** What older files keep beside the weights: masks, rotations. */
const BUFFER = /\.(?:rotary_emb\.inv_freq|masked_bias|attn\.bias|attention\.bias)$/;

/** A tensor of a layer that is no mere buffer belongs to another model than the one that config.json describes. */
function unusedTensors(checkpoint: Checkpoint, bindings: TensorBinding[]): string[] {
  const used = new Set(bindings.map((binding) => binding.fileName));
  const unused = [...checkpoint.tensors.keys()].filter((name) => !used.has(name));
  const stray = unused.find((name) => /(?:^|\.)(?:layers|h)\.\d+\./.test(name) && !BUFFER.test(name));
  if (stray === undefined) return unused;
  throw new LabError(
    'architecture-unsupported',
    `${checkpoint.tensors.get(stray)!.file} holds ${stray}, which has no place in the model that ${CONFIG_FILE} describes.`,
    {
      hint: `Take ${CONFIG_FILE} from the place the weights came from; if it is theirs, this model is not computed here.`,
      control: 'model.path',
    },
  );
}

/** Every weight, whole. Linear layers that share a tensor stand one after the other: it is read once. */
async function loadWeights(weights: readonly WeightInfo[], source: WeightSource, signal?: AbortSignal) {
  const loaded: WeightMap = new Map();
  for (const { name, shape } of weights) loaded.set(name, await source.read(name, 0, shape[0]!, signal));
  return loaded;
}

async function hashFiles(folder: FileFolder, files: FileEntry[], signal?: AbortSignal): Promise<HashedFile[]> {
  const hashed: HashedFile[] = [];
  for (const { path, bytes } of files) {
    const hash = sha256Stream();
    for (let start = 0; start < bytes; start += HASH_PIECE_BYTES) {
      if (signal?.aborted) {
        throw new LabError('cancelled', `Reading ${path} was cancelled.`, { hint: 'Open the model again.' });
      }
      hash.update(await readExactly(folder, path, start, Math.min(start + HASH_PIECE_BYTES, bytes)));
    }
    hashed.push({ name: path, bytes, sha256: hash.hex() });
  }
  return hashed;
}
