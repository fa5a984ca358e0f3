/**
 * Reads a LoRA adapter in PEFT layout for a model of ours.
 *
 * Promises: an adapter is taken whole and exactly, or refused with the reason; nothing in it is silently left out.
 * Must not know: training, devices.
 */
import { LabError } from '../core/errors';
import type { FileFolder } from '../core/files';
import { linearNames } from '../engine';
import type { DecoderConfig, LinearName, NamedTensor } from '../engine/types';
import { type Architecture, type ArchitectureName, architecture } from './architectures';
import { fileSizes, formatShape, readJsonObject } from './files';
import {
  ADAPTER_CONFIG_FILE,
  ADAPTER_KEY_PREFIX,
  ADAPTER_WEIGHTS_FILE,
  adaptedModules,
  type AdaptedModule,
  type AdapterDescription,
  loraScale,
} from './peft';
import { readSafetensorsHeader, readTensor, type TensorInfo } from './safetensors';
import { fromStored } from './stored';

export interface LoadedAdapter extends AdapterDescription {
  /** The factor s in y = Wx + s·B(Ax). */
  scale: number;
  targets: LinearName[];
  /** A [r, in] and B [out, r] under the engine's names, layer by layer. */
  tensors: NamedTensor[];
}

interface Wanted {
  module: AdaptedModule;
  a: TensorInfo;
  b: TensorInfo;
}

/** Settings that do not change what a finished adapter computes. */
// prettier-ignore
const NEUTRAL = new Set([
  'auto_mapping', 'base_model_name_or_path', 'ensure_weight_tying', 'fan_in_fan_out', 'inference_mode', 'lora_alpha',
  'lora_dropout', 'megatron_core', 'peft_version', 'qalora_group_size', 'r', 'revision', 'target_modules',
  'use_rslora',
]);
/** Settings with the only values that are implemented; all others must be absent, null, false or empty. */
const REQUIRED: Record<string, unknown[]> = {
  peft_type: ['LORA'],
  task_type: ['CAUSAL_LM', null, undefined],
  bias: ['none', undefined],
  // The other ways to start also change the base weights.
  init_lora_weights: [true, false, null, undefined, 'gaussian', 'eva'],
};

/** Throws `file-missing`, `adapter-invalid`, `tensor-missing`, `tensor-shape` or a safetensors error. */
export async function readAdapter(
  folder: FileFolder,
  model: { architecture: ArchitectureName; config: DecoderConfig },
): Promise<LoadedAdapter> {
  const sizes = await fileSizes(folder);
  const size = (path: string) => {
    const bytes = sizes.get(path);
    if (bytes !== undefined) return bytes;
    throw new LabError('file-missing', `${folder.name} has no ${path}.`, {
      hint: `Choose the folder of a LoRA adapter, with ${ADAPTER_CONFIG_FILE} and ${ADAPTER_WEIGHTS_FILE}.`,
    });
  };
  const json = await readJsonObject(folder, ADAPTER_CONFIG_FILE, size(ADAPTER_CONFIG_FILE), 'adapter-invalid');
  const description = readDescription(json, model.architecture);
  const header = await readSafetensorsHeader(folder, ADAPTER_WEIGHTS_FILE, size(ADAPTER_WEIGHTS_FILE));
  const { targets, wanted } = matchTensors(header.tensors, model, description.rank, json.target_modules);
  const tensors: NamedTensor[] = [];
  for (const { module, a, b } of wanted) {
    tensors.push({ name: module.nameOfA, shape: module.a, data: await readTensor(folder, a) });
    const whole = await readTensor(folder, b);
    for (const { nameOfB, shape, stored } of module.parts) {
      tensors.push({ name: nameOfB, shape, data: stored ? fromStored(whole, shape, stored) : whole });
    }
  }
  const scale = loraScale(description.rank, description.alpha, description.scaling);
  return { ...description, scale, targets, tensors };
}

function invalid(what: string, hint = 'Ontoscope reads plain LoRA and rsLoRA adapters of causal language models.') {
  return new LabError('adapter-invalid', `${ADAPTER_CONFIG_FILE}: ${what}.`, { hint });
}

function readDescription(json: Record<string, unknown>, name: ArchitectureName): AdapterDescription {
  for (const [key, allowed] of Object.entries(REQUIRED)) {
    if (!allowed.includes(json[key])) throw invalid(`${key} ${JSON.stringify(json[key])} is not supported`);
  }
  for (const [key, value] of Object.entries(json)) {
    if (key in REQUIRED || NEUTRAL.has(key) || isEmpty(value)) continue;
    throw invalid(`${key} ${JSON.stringify(value)} is not supported`);
  }
  const { r, lora_alpha: alpha, use_rslora: rslora = false, base_model_name_or_path: base } = json;
  if (!Number.isSafeInteger(r) || (r as number) < 1) throw invalid(`r is ${JSON.stringify(r)}, no rank`);
  if (typeof alpha !== 'number' || !Number.isFinite(alpha)) throw invalid('lora_alpha is not a number');
  if (typeof rslora !== 'boolean') throw invalid('use_rslora is neither true nor false');
  return {
    baseModel: typeof base === 'string' ? base : '',
    architecture: name,
    rank: r as number,
    alpha,
    scaling: rslora ? 'rslora' : 'standard',
  };
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** The tensors that the targets ask for in every layer, with their shapes checked, and none beside them. */
function matchTensors(
  tensors: ReadonlyMap<string, TensorInfo>,
  { architecture: name, config }: { architecture: ArchitectureName; config: DecoderConfig },
  rank: number,
  targetModules: unknown,
): { targets: LinearName[]; wanted: Wanted[] } {
  const family = architecture(name);
  const targets = readTargets(targetModules, config, family);
  const unused = new Set(tensors.keys());
  const wanted = Array.from({ length: config.layers }, (_, layer) =>
    adaptedModules(config, family, layer, { targets, rank }).map((module) => {
      const info = (side: 'A' | 'B', shape: readonly number[]) => {
        const key = `${ADAPTER_KEY_PREFIX}${module.path}.lora_${side}.weight`;
        unused.delete(key);
        return requireTensor(tensors, key, shape);
      };
      return { module, a: info('A', module.a), b: info('B', module.b) };
    }),
  ).flat();
  const [extra] = unused;
  if (extra !== undefined) {
    throw new LabError('adapter-invalid', `${ADAPTER_WEIGHTS_FILE}: tensor ${extra} has no place in this model.`, {
      hint: 'Choose an adapter that was trained on this model, with LoRA on linear layers only.',
    });
  }
  return { targets, wanted };
}

function requireTensor(tensors: ReadonlyMap<string, TensorInfo>, key: string, shape: readonly number[]): TensorInfo {
  const info = tensors.get(key);
  const hint = 'Choose an adapter that was trained on this model.';
  if (info === undefined) {
    throw new LabError('tensor-missing', `${ADAPTER_WEIGHTS_FILE}: tensor ${key} is missing.`, { hint });
  }
  if (formatShape(info.shape) === formatShape(shape)) return info;
  throw new LabError(
    'tensor-shape',
    `${ADAPTER_WEIGHTS_FILE}: tensor ${key} has the shape ${formatShape(info.shape)}; this model and rank make it ` +
      `${formatShape(shape)}.`,
    { hint },
  );
}

/** A pattern longer than this is no list of layers. */
const LONGEST_PATTERN = 300;

/**
 * As PEFT has it: `all-linear`, a list of names of which each is a module's path or its end, or a regular expression of
 * whole paths. What is adapted must be the same in every layer.
 */
function readTargets(value: unknown, config: DecoderConfig, { linearModule }: Architecture): LinearName[] {
  const linears = linearNames(config);
  if (value === 'all-linear') return linears;
  const matches = matcher(value);
  const ofLayer = (layer: number) => linears.filter((linear) => matches(linearModule(config, layer, linear).path));
  const targets = ofLayer(0);
  for (let layer = 1; layer < config.layers; layer++) {
    if (ofLayer(layer).join() !== targets.join()) {
      throw invalid(`target_modules ${JSON.stringify(value)} names other modules in layer ${layer} than in layer 0`);
    }
  }
  const pathsOf = (layer: number) => [...new Set(linears.map((linear) => linearModule(config, layer, linear).path))];
  const paths = Array.from({ length: config.layers }, (_, layer) => pathsOf(layer)).flat();
  const unknown = Array.isArray(value)
    ? value.find((name: string) => !paths.some((path) => isEnd(path, name)))
    : undefined;
  if (unknown === undefined && targets.length > 0) return targets;
  const known = pathsOf(0)
    .map((path) => path.split('.').slice(-2).join('.'))
    .join(', ');
  throw invalid(`target_modules has ${JSON.stringify(unknown ?? value)}, but this model's layers are ${known}`);
}

const isEnd = (path: string, name: string) => path === name || path.endsWith(`.${name}`);

function matcher(value: unknown): (path: string) => boolean {
  if (Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string')) {
    return (path) => value.some((name) => isEnd(path, name));
  }
  if (typeof value !== 'string' || value === '' || value.length > LONGEST_PATTERN) {
    throw invalid(`target_modules ${JSON.stringify(value)} is neither a list of layer names nor a pattern`);
  }
  try {
    const pattern = new RegExp(`^(?:${value})$`, 'u');
    return (path) => pattern.test(path);
  } catch {
    throw invalid(`target_modules ${JSON.stringify(value)} is no regular expression that is read here`);
  }
}
