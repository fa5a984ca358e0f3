/**
 * LoRA adapters in PEFT layout: adapter_config.json and adapter_model.safetensors, as Python's `peft` writes them.
 *
 * Promises: the same tensors give the same bytes; what is written loads with `PeftModel.from_pretrained` and computes
 * y = Wx + s·B(Ax). Must not know: training, devices, where files go.
 */
import { LabError } from '../core/errors';
import { LINEAR_NAMES, type LinearName, type NamedTensor } from '../engine/types';
import { type ArchitectureName, architecture } from './architectures';
import type { OutputFile } from './files';
import { encodeSafetensors } from './safetensors';

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

/** The parts of a LoRA tensor's engine name, `layers.{i}.{linear}.lora_A|B`; null for any other name. */
export function parseLoraName(name: string): { layer: number; linear: LinearName; side: 'A' | 'B' } | null {
  const match = /^layers\.(\d+)\.(\w+)\.lora_([AB])$/.exec(name);
  const linear = LINEAR_NAMES.find((known) => known === match?.[2]);
  if (match === null || linear === undefined) return null;
  return { layer: Number(match[1]), linear, side: match[3] as 'A' | 'B' };
}

/** Both files of an adapter. `tensors`: A [r, in] and B [out, r] under engine names; other names are a defect. */
export function writeAdapter(description: AdapterDescription, tensors: readonly NamedTensor[]): OutputFile[] {
  const { linearModule } = architecture(description.architecture);
  const targets = new Set<LinearName>();
  const renamed = tensors.map(({ name, shape, data }) => {
    const parts = parseLoraName(name);
    if (parts === null || shape[parts.side === 'A' ? 0 : 1] !== description.rank) {
      throw new LabError('internal', `${name} [${shape.join(', ')}] is no LoRA tensor of rank ${description.rank}.`, {
        hint: 'This is a defect of Ontoscope: please report it with the message and the spec.',
      });
    }
    targets.add(parts.linear);
    const module = linearModule(parts.layer, parts.linear);
    return { name: `${ADAPTER_KEY_PREFIX}${module}.lora_${parts.side}.weight`, shape, data };
  });
  const config = adapterConfig(description, [...targets].sort());
  return [
    { path: ADAPTER_CONFIG_FILE, bytes: new TextEncoder().encode(`${JSON.stringify(config, null, 2)}\n`) },
    { path: ADAPTER_WEIGHTS_FILE, bytes: encodeSafetensors(renamed) },
  ];
}

/** Keys in alphabetical order, as Python writes them. */
function adapterConfig(description: AdapterDescription, targets: LinearName[]): Record<string, unknown> {
  return {
    alpha_pattern: {},
    base_model_name_or_path: description.baseModel,
    bias: 'none',
    fan_in_fan_out: false,
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
