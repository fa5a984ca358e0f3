/**
 * What a model folder says of its model, with the weights there or still to come: config.json alone is enough.
 *
 * Must not know: devices, how anything is printed.
 */
import { elementsOfAll } from '../core/shape';
import { LabError } from '../core/errors';
import { lastPart, type FileFolder } from '../core/files';
import { decoderWeights } from '../engine';
import type { DecoderConfig } from '../engine/types';
import type { Tokenizer } from '../tokens/types';
import type { ArchitectureName } from './architectures';
import { INDEX_FILE, SINGLE_FILE } from './checkpoint';
import { CONFIG_FILE, GENERATION_CONFIG_FILE, readModelConfig } from './config';
import { fileSizes, formatCount, readJsonObject } from './files';
import { openModel } from './load';
import { openTokenizer, stopIdsOf, tokenizerFiles } from './tokenizer';

/** More than these are no compact model, and no plan is made for them. */
const MOST_LAYERS = 1024;
const MOST_PARAMETERS = 20e9;

export interface ModelOutline {
  name: string;
  architecture: ArchitectureName;
  config: DecoderConfig;
  parameters: number;
  tensors: number;
  stopIds: number[];
  tokenizer: Tokenizer | null;
  files: { path: string; bytes: number }[];
  /** The weights are in the folder. */
  hasWeights: boolean;
  /** Tensors in the files that are not used. */
  ignored: string[];
}

/** Throws what `openModel` throws; `config-invalid` for a model that is not compact. */
export async function readOutline(folder: FileFolder): Promise<ModelOutline> {
  const sizes = await fileSizes(folder);
  if (sizes.has(SINGLE_FILE) || sizes.has(INDEX_FILE) || !sizes.has(CONFIG_FILE)) {
    const { weights, ...model } = await openModel(folder);
    const { name, architecture, config, parameters, stopIds, tokenizer, files, ignored } = model;
    return {
      ...{ name, architecture, config, parameters, stopIds, tokenizer, files, ignored },
      ...{ tensors: weights.length, hasWeights: true },
    };
  }
  const json = (path: string) => readJsonObject(folder, path, sizes.get(path)!, 'config-invalid');
  const generation = sizes.has(GENERATION_CONFIG_FILE) ? await json(GENERATION_CONFIG_FILE) : null;
  // Without a file to look into, a head that config.json does not mention is one of its own, as classes without a word have it.
  const model = readModelConfig(await json(CONFIG_FILE), generation, () => true);
  const config = checkCompact(model.decoder);
  const tokenizer = await openTokenizer(folder, sizes, model);
  const weights = decoderWeights(config);
  const paths = [CONFIG_FILE, GENERATION_CONFIG_FILE, ...tokenizerFiles(sizes)].filter((path) => sizes.has(path));
  return {
    name: lastPart(folder.name),
    architecture: model.architecture.modelType,
    config,
    parameters: elementsOfAll(weights),
    tensors: weights.length,
    stopIds: stopIdsOf(model, tokenizer),
    tokenizer,
    files: paths.map((path) => ({ path, bytes: sizes.get(path)! })),
    hasWeights: false,
    ignored: [],
  };
}

/** Before anything is laid out: absurd sizes would fill the memory, not a message. */
function checkCompact(config: DecoderConfig): DecoderConfig {
  const { layers, hiddenSize, ffnSize, vocabSize, contextLength, heads, headDim } = config;
  const most = layers * hiddenSize * (2 * heads * headDim + 2 * ffnSize) + 2 * vocabSize * hiddenSize;
  if (layers <= MOST_LAYERS && most <= 2 * MOST_PARAMETERS && contextLength * hiddenSize <= MOST_PARAMETERS)
    return config;
  throw new LabError(
    'config-invalid',
    `${CONFIG_FILE} describes a model of ${formatCount(layers)} layers, width ${formatCount(hiddenSize)} and ` +
      `${formatCount(vocabSize)} tokens: that is no compact model.`,
    { hint: 'Choose a model of at most a few billion parameters.', control: 'model.path' },
  );
}
