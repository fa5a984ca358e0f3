/**
 * Reads a LoRA adapter in PEFT layout for a model of ours.
 *
 * Promises: an adapter is taken whole and exactly, or refused with the reason; nothing in it is silently left out.
 * Must not know: training, devices.
 */
import { LabError } from '../core/errors';
import type { FileFolder } from '../core/files';
import { type DecoderConfig, LINEAR_NAMES, type LinearName, type NamedTensor } from '../engine/types';
import { type ArchitectureName, architecture } from './architectures';
import { fileSizes, formatShape, readJsonObject } from './files';
import {
  ADAPTER_CONFIG_FILE,
  ADAPTER_KEY_PREFIX,
  ADAPTER_WEIGHTS_FILE,
  type AdapterDescription,
  loraScale,
} from './peft';
import { readSafetensorsHeader, readTensor, type TensorInfo } from './safetensors';

export interface LoadedAdapter extends AdapterDescription {
  /** The factor s in y = Wx + s·B(Ax). */
  scale: number;
  targets: LinearName[];
  /** `layers.{i}.{linear}.lora_A` [r, in] and `.lora_B` [out, r], layer by layer. */
  tensors: NamedTensor[];
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
  for (const { name, info } of wanted) {
    tensors.push({ name, shape: [...info.shape], data: await readTensor(folder, info) });
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
  model: { architecture: ArchitectureName; config: DecoderConfig },
  rank: number,
  targetModules: unknown,
): { targets: LinearName[]; wanted: { name: string; info: TensorInfo }[] } {
  const { bindings, linearModule } = architecture(model.architecture);
  const shapes = new Map(bindings(model.config).map(({ name, shape }) => [name, shape]));
  const targets = readTargets(targetModules);
  const unused = new Set(tensors.keys());
  const wanted: { name: string; info: TensorInfo }[] = [];
  for (let layer = 0; layer < model.config.layers; layer++) {
    for (const linear of targets) {
      const [out, into] = shapes.get(`layers.${layer}.${linear}`) as [number, number];
      const shapeOf = { A: [rank, into], B: [out, rank] };
      for (const [side, shape] of Object.entries(shapeOf)) {
        const key = `${ADAPTER_KEY_PREFIX}${linearModule(layer, linear)}.lora_${side}.weight`;
        wanted.push({ name: `layers.${layer}.${linear}.lora_${side}`, info: requireTensor(tensors, key, shape) });
        unused.delete(key);
      }
    }
  }
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

/** A list of module names, or the two words that stand for all. Other texts are regular expressions: refused. */
function readTargets(value: unknown): LinearName[] {
  if (value === 'all-linear') return [...LINEAR_NAMES];
  if (!Array.isArray(value) || value.length === 0) {
    throw invalid(`target_modules ${JSON.stringify(value)} is not a list of layer names`);
  }
  for (const target of value) {
    if (!LINEAR_NAMES.includes(target)) {
      throw invalid(
        `target_modules has ${JSON.stringify(target)}, but this model's layers are ${LINEAR_NAMES.join(', ')}`,
      );
    }
  }
  return LINEAR_NAMES.filter((linear) => value.includes(linear));
}
