/**
 * LoRA adapters in PEFT layout: adapter_config.json and adapter_model.safetensors, as Python's `peft` writes them.
 *
 * Promises: the same tensors give the same bytes; what is written loads with `PeftModel.from_pretrained` and computes
 * y = Wx + s·B(Ax). Must not know: training, devices, where files go.
 */
import { LabError } from '../core/errors';
import { linearNames, linearShape, loraNames } from '../engine';
import type { DecoderConfig, LinearName, NamedTensor } from '../engine/types';
import { type Architecture, type ArchitectureName, architecture } from './architectures';
import type { OutputFile } from './files';
import { encodeSafetensors } from './safetensors';
import { type StoredAs, toStored } from './stored';

export const ADAPTER_CONFIG_FILE = 'adapter_config.json';
export const ADAPTER_WEIGHTS_FILE = 'adapter_model.safetensors';
export const ADAPTER_KEY_PREFIX = 'base_model.model.';

/** `standard` scales by α/r, `rslora` by α/√r. */
export type LoraScaling = 'standard' | 'rslora';

export interface AdapterDescription {
  /** Name or path of the base model, for whoever loads the adapter. */
  baseModel: string;
  architecture: ArchitectureName;
  rank: number;
  alpha: number;
  scaling: LoraScaling;
}

/** The factor s in y = Wx + s·B(Ax). */
export function loraScale(rank: number, alpha: number, scaling: LoraScaling): number {
  return scaling === 'rslora' ? alpha / Math.sqrt(rank) : alpha / rank;
}

/** A module of the model with an adapter: one linear layer, or several that it computes at once. */
export interface AdaptedModule {
  path: string;
  /** Shapes of A and B as PEFT has them. */
  a: number[];
  b: number[];
  /** Engine name of A, and of each layer's B with its place among the module's outputs. */
  nameOfA: string;
  parts: { nameOfB: string; shape: [outputs: number, rank: number]; stored: StoredAs | null }[];
}

/** The modules of one layer that hold these linear layers, in the engine's order. */
export function adaptedModules(
  config: DecoderConfig,
  { linearModule }: Architecture,
  layer: number,
  { targets, rank }: { targets: readonly LinearName[]; rank: number },
): AdaptedModule[] {
  const modules = new Map<string, AdaptedModule>();
  for (const linear of linearNames(config).filter((name) => targets.includes(name))) {
    const { path, stored } = linearModule(config, layer, linear);
    const { outputs, inputs } = linearShape(config, linear);
    const names = loraNames(config, layer, linear);
    const all = stored?.outputs ? stored.shape[stored.transposed ? 1 : 0]! : outputs;
    const module = modules.get(path) ?? { path, a: [rank, inputs], b: [all, rank], nameOfA: names.a, parts: [] };
    modules.set(path, module);
    const place = stored?.outputs ? { shape: module.b, transposed: false, outputs: stored.outputs } : null;
    module.parts.push({ nameOfB: names.b, shape: [outputs, rank], stored: place });
  }
  return [...modules.values()];
}

/**
 * Both files of an adapter. `tensors`: A [r, in] and B [out, r] under engine names; other names are a defect. Of a module
 * that computes several layers of which some have no adapter, B is zero there.
 */
export function writeAdapter(
  description: AdapterDescription,
  config: DecoderConfig,
  tensors: readonly NamedTensor[],
): OutputFile[] {
  const family = architecture(description.architecture);
  const { rank } = description;
  const given = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const targets = linearNames(config).filter((linear) => given.has(loraNames(config, 0, linear).b));
  const taken = (name: string, shape: readonly number[]) => {
    const tensor = given.get(name);
    given.delete(name);
    if (tensor && tensor.shape.join() === shape.join()) return tensor.data;
    throw defect(`${name} [${tensor?.shape.join(', ') ?? 'missing'}] is no LoRA tensor of rank ${rank}.`);
  };
  const renamed = Array.from({ length: config.layers }, (_, layer) =>
    adaptedModules(config, family, layer, { targets, rank }).flatMap(({ path, a, b, nameOfA, parts }) => {
      const key = (side: 'A' | 'B') => `${ADAPTER_KEY_PREFIX}${path}.lora_${side}.weight`;
      const whole = new Float32Array(b[0]! * rank);
      for (const { nameOfB, shape, stored } of parts) {
        const own = taken(nameOfB, shape);
        if (stored) toStored(own, shape, stored, whole);
        else whole.set(own);
      }
      return [
        { name: key('A'), shape: a, data: taken(nameOfA, a) },
        { name: key('B'), shape: b, data: whole },
      ];
    }),
  ).flat();
  const [stray] = given.keys();
  if (stray !== undefined) throw defect(`${stray} is no LoRA tensor of rank ${rank}.`);
  const written = adapterConfig(description, targetModules(config, family, targets), fansIn(config, family, targets));
  return [
    { path: ADAPTER_CONFIG_FILE, bytes: new TextEncoder().encode(`${JSON.stringify(written, null, 2)}\n`) },
    { path: ADAPTER_WEIGHTS_FILE, bytes: encodeSafetensors(renamed) },
  ];
}

/** The last parts of the modules' paths: as many as tell them from modules that have no adapter. */
function targetModules(
  config: DecoderConfig,
  { linearModule }: Architecture,
  targets: readonly LinearName[],
): string[] {
  const pathOf = (linear: LinearName) => linearModule(config, 0, linear).path;
  const adapted = new Set(targets.map(pathOf));
  const others = linearNames(config)
    .map(pathOf)
    .filter((path) => !adapted.has(path));
  const shortest = (path: string): string => {
    const parts = path.split('.');
    const suffixes = parts.map((_, i) => parts.slice(parts.length - 1 - i).join('.'));
    return suffixes.find((suffix) => !others.some((other) => other.endsWith(`.${suffix}`))) ?? path;
  };
  return [...new Set([...adapted].map(shortest))].sort();
}

function fansIn(config: DecoderConfig, { linearModule }: Architecture, targets: readonly LinearName[]): boolean {
  return targets.some((linear) => linearModule(config, 0, linear).stored?.transposed);
}

function defect(message: string): LabError {
  return new LabError('internal', message, {
    hint: 'This is a defect of Ontoscope: please report it with the message and the spec.',
  });
}

/** Keys in alphabetical order, as Python writes them. */
function adapterConfig(
  description: AdapterDescription,
  targets: string[],
  fanInFanOut: boolean,
): Record<string, unknown> {
  return {
    alpha_pattern: {},
    base_model_name_or_path: description.baseModel,
    bias: 'none',
    fan_in_fan_out: fanInFanOut,
    inference_mode: true,
    init_lora_weights: true,
    layers_pattern: null,
    layers_to_transform: null,
    lora_alpha: description.alpha,
    lora_dropout: 0,
    modules_to_save: null,
    peft_type: 'LORA',
    r: description.rank,
    rank_pattern: {},
    revision: null,
    target_modules: targets,
    task_type: 'CAUSAL_LM',
    use_dora: false,
    use_rslora: description.scaling === 'rslora',
  };
}
