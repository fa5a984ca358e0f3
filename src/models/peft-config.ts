/**
 * adapter_config.json: what kind of adapter it describes, whatever model it is for.
 *
 * Promises: a setting that would change what is computed and is not implemented is refused by its own name; what changes
 * nothing is passed over. Must not know: models, tensors.
 */
import { LabError } from '../core/errors';
import { ADAPTER_CONFIG_FILE, type AdapterDescription, loraScale } from './peft';

/** What the file says, before a model is looked at. */
export interface AdapterSettings extends Omit<AdapterDescription, 'architecture'> {
  /** The factor s in y = Wx + s·B(Ax). */
  scale: number;
  /** As written: names, a pattern, or `all-linear`. */
  targetModules: unknown;
  /** Null: all layers. */
  layers: number[] | null;
  /** Of Conv1D layers; PEFT goes by the layers themselves. */
  fanInFanOut: boolean | null;
}

/** Settings that do not change what a finished adapter computes, or are read below. */
// prettier-ignore
const READ = new Set([
  'auto_mapping', 'base_model_name_or_path', 'ensure_weight_tying', 'fan_in_fan_out', 'inference_mode', 'layers_pattern',
  'layers_to_transform', 'lora_alpha', 'lora_dropout', 'megatron_core', 'peft_version', 'qalora_group_size', 'r',
  'revision', 'target_modules', 'use_dora', 'use_rslora',
]);
/** Settings with the only values that are implemented; all others must be absent, null, false or empty. */
const REQUIRED: Record<string, unknown[]> = {
  peft_type: ['LORA'],
  task_type: ['CAUSAL_LM', null, undefined],
  bias: ['none', undefined],
  // The other ways to start also change the base weights.
  init_lora_weights: [true, false, null, undefined, 'gaussian', 'eva'],
};
/** How families call their lists of layers. */
const LAYER_LISTS = ['layers', 'h'];

export function invalidConfig(
  what: string,
  hint = 'Ontoscope reads LoRA, rsLoRA and DoRA adapters of causal language models.',
) {
  return new LabError('adapter-invalid', `${ADAPTER_CONFIG_FILE}: ${what}.`, { hint });
}

/** Throws `adapter-invalid`, with the field's own name. */
export function readAdapterSettings(json: Record<string, unknown>): AdapterSettings {
  for (const [key, allowed] of Object.entries(REQUIRED)) {
    if (!allowed.includes(json[key])) throw unsupported(key, json[key]);
  }
  for (const [key, value] of Object.entries(json)) {
    if (key in REQUIRED || READ.has(key) || isEmpty(value)) continue;
    throw unsupported(key, value);
  }
  const { r: rank, lora_alpha: alpha, base_model_name_or_path: base } = json;
  if (!Number.isSafeInteger(rank) || (rank as number) < 1) {
    throw invalidConfig(`r is ${JSON.stringify(rank)}, no rank`);
  }
  if (typeof alpha !== 'number' || !Number.isFinite(alpha)) throw invalidConfig('lora_alpha is not a number');
  const scaling = flag(json, 'use_rslora') ? 'rslora' : 'standard';
  return {
    baseModel: typeof base === 'string' ? base : '',
    rank: rank as number,
    alpha,
    scaling,
    scale: loraScale(rank as number, alpha, scaling),
    dora: flag(json, 'use_dora') ?? false,
    targetModules: json.target_modules,
    layers: readLayers(json),
    fanInFanOut: flag(json, 'fan_in_fan_out'),
  };
}

function unsupported(key: string, value: unknown): LabError {
  return invalidConfig(`${key} ${JSON.stringify(value)} is not supported`);
}

function flag(json: Record<string, unknown>, key: string): boolean | null {
  const value = json[key] ?? null;
  if (value === null || typeof value === 'boolean') return value;
  throw invalidConfig(`${key} is neither true nor false`);
}

/** Of names a subset of the layers may be meant; a pattern says itself which. */
function readLayers(json: Record<string, unknown>): number[] | null {
  const { layers_to_transform: value, layers_pattern: pattern, target_modules: targets } = json;
  const lists = [pattern ?? []].flat().filter((name) => name !== '');
  if (lists.some((name) => !LAYER_LISTS.includes(name as string))) throw unsupported('layers_pattern', pattern);
  if (value === null || value === undefined) {
    if (lists.length > 0) throw invalidConfig('layers_pattern is given without layers_to_transform');
    return null;
  }
  const layers = [value].flat();
  if (!layers.every((layer) => Number.isSafeInteger(layer) && (layer as number) >= 0)) {
    throw unsupported('layers_to_transform', value);
  }
  if (typeof targets === 'string') {
    throw invalidConfig('layers_to_transform does not go with a target_modules that is a pattern');
  }
  return layers as number[];
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
