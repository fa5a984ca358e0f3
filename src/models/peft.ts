/**
 * LoRA adapters in PEFT layout: adapter_config.json and adapter_model.safetensors, as Python's `peft` writes them.
 *
 * Promises: the same tensors give the same bytes; what is written loads with `PeftModel.from_pretrained` and computes
 * y = Wx + s·B(Ax), and with DoRA m/‖W + s·BA‖ times that. Must not know: training, devices, where files go.
 */
import { elementsOf } from '../core/shape';
import { LabError } from '../core/errors';
import { linearNames, linearShape, loraNames, targetsIn } from '../engine';
import type { DecoderConfig, LinearName, LoraTargets, NamedTensor } from '../engine/types';
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
  /** Each output has a magnitude of its own. */
  dora: boolean;
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
  /** Shape of DoRA's magnitudes. */
  magnitude: number[];
  /** Engine name of A, and of each layer's B and magnitudes with their place among the module's outputs. */
  nameOfA: string;
  parts: AdaptedPart[];
}

interface AdaptedPart {
  nameOfB: string;
  nameOfMagnitude: string;
  shape: [outputs: number, rank: number];
  stored: StoredAs | null;
  storedMagnitude: StoredAs | null;
}

/** The modules of one layer that hold these linear layers, in the engine's order. */
export function adaptedModules(
  config: DecoderConfig,
  { linearModule }: Architecture,
  layer: number,
  { targets, rank }: { targets: LoraTargets; rank: number },
): AdaptedModule[] {
  const modules = new Map<string, AdaptedModule>();
  const adapted = targetsIn(targets, layer);
  for (const linear of linearNames(config).filter((name) => adapted.includes(name))) {
    const { path, stored } = linearModule(config, layer, linear);
    const { outputs, inputs } = linearShape(config, linear);
    const names = loraNames(config, layer, linear);
    const all = stored?.outputs ? stored.shape[stored.transposed ? 1 : 0]! : outputs;
    const shapes = { a: [rank, inputs], b: [all, rank], magnitude: [all] };
    const module = modules.get(path) ?? { path, ...shapes, nameOfA: names.a, parts: [] };
    modules.set(path, module);
    const place = (shape: number[]) => (stored?.outputs ? { shape, transposed: false, outputs: stored.outputs } : null);
    module.parts.push({
      nameOfB: names.b,
      nameOfMagnitude: names.magnitude,
      shape: [outputs, rank],
      stored: place(shapes.b),
      storedMagnitude: place(shapes.magnitude),
    });
  }
  return [...modules.values()];
}

/** The key of one of a module's tensors in the file. */
export function adapterKey(path: string, part: 'A' | 'B' | 'magnitude'): string {
  return `${ADAPTER_KEY_PREFIX}${path}.${part === 'magnitude' ? 'lora_magnitude_vector' : `lora_${part}.weight`}`;
}

/**
 * Both files of an adapter. `tensors`: A [r, in], B [out, r] and with DoRA magnitudes [out] under engine names; other names
 * are a defect. Of a module that computes several layers of which some have no adapter, B is zero there.
 */
export function writeAdapter(
  description: AdapterDescription,
  config: DecoderConfig,
  tensors: readonly NamedTensor[],
): OutputFile[] {
  const family = architecture(description.architecture);
  const { rank, dora } = description;
  const given = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const targets = Array.from({ length: config.layers }, (_, layer) =>
    linearNames(config).filter((linear) => given.has(loraNames(config, layer, linear).b)),
  );
  const taken = (name: string, shape: readonly number[]) => {
    const tensor = given.get(name);
    given.delete(name);
    if (tensor && tensor.shape.join() === shape.join()) return tensor.data;
    throw defect(`${name} [${tensor?.shape.join(', ') ?? 'missing'}] is no LoRA tensor of rank ${rank}.`);
  };
  /** One tensor of the file from those of the layers that its module computes. */
  const joined = (shape: number[], parts: { name: string; shape: number[]; stored: StoredAs | null }[]) => {
    const whole = new Float32Array(elementsOf(shape));
    for (const part of parts) {
      const own = taken(part.name, part.shape);
      if (part.stored) toStored(own, part.shape, part.stored, whole);
      else whole.set(own);
    }
    return whole;
  };
  const renamed = Array.from({ length: config.layers }, (_, layer) =>
    adaptedModules(config, family, layer, { targets, rank }).flatMap((module) => {
      const { path, a, b, magnitude, nameOfA, parts } = module;
      const whole = joined(
        b,
        parts.map(({ nameOfB: name, shape, stored }) => ({ name, shape, stored })),
      );
      const matrices = [
        { name: adapterKey(path, 'A'), shape: a, data: taken(nameOfA, a) },
        { name: adapterKey(path, 'B'), shape: b, data: whole },
      ];
      if (!dora) return matrices;
      if (covered(parts) < magnitude[0]!) throw defect(`Of ${path} only a part has magnitudes.`);
      const magnitudes = joined(
        magnitude,
        parts.map((part) => ({ name: part.nameOfMagnitude, shape: [part.shape[0]], stored: part.storedMagnitude })),
      );
      return [...matrices, { name: adapterKey(path, 'magnitude'), shape: magnitude, data: magnitudes }];
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

/** Outputs of a module that its adapted layers compute. */
function covered(parts: readonly AdaptedPart[]): number {
  return parts.reduce((sum, { shape }) => sum + shape[0], 0);
}

/**
 * The last parts of the modules' paths, as many as tell them from modules that have no adapter; where layers differ, whole
 * paths, which mean just these modules.
 */
function targetModules(
  config: DecoderConfig,
  { linearModule }: Architecture,
  targets: readonly (readonly LinearName[])[],
): string[] {
  const pathsIn = (layer: number) => new Set(targets[layer]!.map((linear) => linearModule(config, layer, linear).path));
  if (targets.some((ofLayer) => ofLayer.join() !== targets[0]!.join())) {
    return targets.flatMap((_, layer) => [...pathsIn(layer)]);
  }
  const adapted = pathsIn(0);
  const others = linearNames(config)
    .map((linear) => linearModule(config, 0, linear).path)
    .filter((path) => !adapted.has(path));
  const shortest = (path: string): string => {
    const parts = path.split('.');
    const suffixes = parts.map((_, i) => parts.slice(parts.length - 1 - i).join('.'));
    return suffixes.find((suffix) => !others.some((other) => other.endsWith(`.${suffix}`))) ?? path;
  };
  return [...new Set([...adapted].map(shortest))].sort();
}

function fansIn(
  config: DecoderConfig,
  { linearModule }: Architecture,
  targets: readonly (readonly LinearName[])[],
): boolean {
  return targets.some((ofLayer, layer) =>
    ofLayer.some((linear) => linearModule(config, layer, linear).stored?.transposed),
  );
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
    use_dora: description.dora,
    use_rslora: description.scaling === 'rslora',
  };
}
