/**
 * What an adapter's folder holds, read without its base model: the family is told from the names of its tensors.
 *
 * Promises: what would not be read for any model is refused here, with the same reason. Must not know: devices, training.
 */
import { elementsOfAll } from '../core/shape';
import { LabError } from '../core/errors';
import type { FileFolder } from '../core/files';
import { ARCHITECTURE_NAMES, type ArchitectureName } from './architectures';
import { formatShape } from './files';
import { ADAPTER_KEY_PREFIX, ADAPTER_WEIGHTS_FILE } from './peft';
import { type AdapterFiles, openAdapter } from './peft-reader';
import { requireWeightDtype, type TensorInfo } from './safetensors';

export interface AdapterReport {
  method: 'lora' | 'rslora' | 'dora' | 'rsdora';
  rank: number;
  alpha: number;
  /** The factor s in y = Wx + s·B(Ax). */
  scale: number;
  baseModel: string;
  /** `model_type` of the models that name their modules so. */
  families: ArchitectureName[];
  /** Modules with an adapter, without what comes before the layer: `attn.c_attn`. */
  modules: string[];
  /** Layers with an adapter, ascending. */
  layers: number[];
  tensors: number;
  parameters: number;
  dtypes: string[];
  /** What is odd and changes nothing. */
  warnings: string[];
}

interface Naming {
  families: ArchitectureName[];
  /** Where layers are, and their modules behind the layer's number. */
  prefix: string;
  modules: readonly string[];
  /** Layers of GPT-2 are stored [in, out]. */
  conv1d: boolean;
}

const SELF_ATTENTION = ['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj', 'self_attn.o_proj'];
const NAMINGS: readonly Naming[] = [
  {
    families: ['llama', 'qwen2', 'qwen3', 'gemma3_text'],
    prefix: 'model.layers.',
    modules: [...SELF_ATTENTION, 'mlp.gate_proj', 'mlp.up_proj', 'mlp.down_proj'],
    conv1d: false,
  },
  {
    families: ['gpt2'],
    prefix: 'transformer.h.',
    modules: ['attn.c_attn', 'attn.c_proj', 'mlp.c_fc', 'mlp.c_proj'],
    conv1d: true,
  },
  {
    families: ['gpt_neox'],
    prefix: 'gpt_neox.layers.',
    modules: ['attention.query_key_value', 'attention.dense', 'mlp.dense_h_to_4h', 'mlp.dense_4h_to_h'],
    conv1d: false,
  },
];

/** Throws what `readAdapter` throws, but for what only a model could tell; an unknown family is `architecture-unsupported`. */
export async function inspectAdapter(folder: FileFolder): Promise<AdapterReport> {
  const files = await openAdapter(folder);
  const { settings, tensors } = files;
  const modules = groupTensors(files);
  const naming = NAMINGS.find(({ prefix }) => [...modules.keys()].some((path) => path.startsWith(prefix)));
  const places = [...modules.keys()].map((path) => placeIn(path, naming));
  for (const infos of modules.values()) checkModule(infos, settings);
  const infos = [...tensors.values()];
  infos.forEach(requireWeightDtype);
  const { rank, alpha, scale, scaling, dora, baseModel, fanInFanOut } = settings;
  const rs = scaling === 'rslora' ? 'rs' : '';
  return {
    method: dora ? `${rs}dora` : `${rs}lora`,
    ...{ rank, alpha, scale, baseModel },
    families: naming!.families,
    modules: naming!.modules.filter((module) => places.some((place) => place.module === module)),
    layers: [...new Set(places.map(({ layer }) => layer))].sort((a, b) => a - b),
    tensors: infos.length,
    parameters: elementsOfAll(infos),
    dtypes: [...new Set(infos.map(({ dtype }) => dtype))].sort(),
    warnings: fanInFanOut !== null && fanInFanOut !== naming!.conv1d ? [fanWarning(naming!.conv1d)] : [],
  };
}

function fanWarning(conv1d: boolean): string {
  return conv1d
    ? 'fan_in_fan_out is false, but these layers are stored [in, out]: they are read as they are, as PEFT does with a warning'
    : 'fan_in_fan_out is true, but these layers are stored [out, in]: they are read as they are, as PEFT does with a warning';
}

type Part = 'A' | 'B' | 'magnitude';

/** Every tensor by the path of its module. Throws `adapter-invalid` for one that belongs to no LoRA layer. */
function groupTensors({ tensors, settings }: AdapterFiles): Map<string, Map<Part, TensorInfo>> {
  const modules = new Map<string, Map<Part, TensorInfo>>();
  for (const [key, info] of tensors) {
    const found = /^(.+)\.lora_(?:(A|B)\.weight|(magnitude)_vector)$/.exec(key);
    const part = (found?.[2] ?? found?.[3]) as Part | undefined;
    if (!key.startsWith(ADAPTER_KEY_PREFIX) || !found || (part === 'magnitude' && !settings.dora)) {
      throw invalid(`tensor ${key} is none of a LoRA layer`, 'Choose an adapter with LoRA on linear layers only.');
    }
    const path = found[1]!.slice(ADAPTER_KEY_PREFIX.length);
    modules.set(path, (modules.get(path) ?? new Map<Part, TensorInfo>()).set(part!, info));
  }
  if (modules.size === 0) throw invalid('there is no tensor in it', 'Save the adapter again.');
  return modules;
}

function placeIn(path: string, naming: Naming | undefined): { module: string; layer: number } {
  const found =
    naming && path.startsWith(naming.prefix) ? /^(\d+)\.(.+)$/.exec(path.slice(naming.prefix.length)) : null;
  if (found && naming!.modules.includes(found[2]!)) return { layer: Number(found[1]), module: found[2]! };
  if (naming && found) {
    throw invalid(
      `${path} is no linear layer of ${naming.families.join(', ')}`,
      'Only linear layers can have adapters.',
    );
  }
  throw new LabError(
    'architecture-unsupported',
    `${ADAPTER_WEIGHTS_FILE}: ${path} is a module of no family that is supported.`,
    { hint: `Choose an adapter of a model of one of these types: ${ARCHITECTURE_NAMES.join(', ')}.` },
  );
}

/** A [r, in], B [out, r], and with DoRA magnitudes [out]. */
function checkModule(infos: ReadonlyMap<Part, TensorInfo>, { rank, dora }: AdapterFiles['settings']): void {
  const [some] = infos.values();
  const of = (part: Part) => {
    const info = infos.get(part);
    if (info) return info;
    throw new LabError(
      'tensor-missing',
      `${ADAPTER_WEIGHTS_FILE}: beside ${some!.name} the module’s ${part} is missing.`,
      {
        hint: 'Download or save the adapter again.',
      },
    );
  };
  const [a, b] = [of('A'), of('B')];
  checkShape(a, a.shape.length === 2 && a.shape[0] === rank, `[${rank}, in]`);
  checkShape(b, b.shape.length === 2 && b.shape[1] === rank, `[out, ${rank}]`);
  if (!dora) return;
  const magnitude = of('magnitude');
  checkShape(magnitude, formatShape(magnitude.shape) === formatShape([b.shape[0]!]), formatShape([b.shape[0]!]));
}

function checkShape(info: TensorInfo, right: boolean, expected: string): void {
  if (right) return;
  throw new LabError(
    'tensor-shape',
    `${ADAPTER_WEIGHTS_FILE}: tensor ${info.name} has the shape ${formatShape(info.shape)}; the rank makes it ${expected}.`,
    { hint: 'Take adapter_config.json and the tensors from the same place.' },
  );
}

function invalid(what: string, hint: string): LabError {
  return new LabError('adapter-invalid', `${ADAPTER_WEIGHTS_FILE}: ${what}.`, { hint });
}
