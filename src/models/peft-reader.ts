/**
 * Reads a LoRA adapter in PEFT layout for a model of ours.
 *
 * Promises: an adapter is taken whole and exactly, or refused with the reason; nothing in it is silently left out.
 * Must not know: training, devices.
 */
import { LabError } from '../core/errors';
import type { FileFolder } from '../core/files';
import type { DecoderConfig, LoraTargets, NamedTensor } from '../engine/types';
import { type ArchitectureName, architecture } from './architectures';
import { fileSizes, formatShape, readJsonObject } from './files';
import {
  ADAPTER_CONFIG_FILE,
  ADAPTER_WEIGHTS_FILE,
  adaptedModules,
  type AdaptedModule,
  type AdapterDescription,
  adapterKey,
} from './peft';
import { type AdapterSettings, invalidConfig, readAdapterSettings } from './peft-config';
import { readSafetensorsHeader, readTensor, type TensorInfo } from './safetensors';
import { fromStored } from './stored';
import { resolveTargets } from './targets';

export interface LoadedAdapter extends AdapterDescription {
  /** The factor s in y = Wx + s·B(Ax). */
  scale: number;
  targets: LoraTargets;
  /** A [r, in], B [out, r] and with DoRA magnitudes [out] under the engine's names, layer by layer. */
  tensors: NamedTensor[];
}

/** Both files, the tensors by name only. */
export interface AdapterFiles {
  settings: AdapterSettings;
  tensors: ReadonlyMap<string, TensorInfo>;
}

interface Wanted {
  module: AdaptedModule;
  a: TensorInfo;
  b: TensorInfo;
  magnitude: TensorInfo | null;
}

/** Settings and header of an adapter's folder. Throws `file-missing`, `adapter-invalid` or a safetensors error. */
export async function openAdapter(folder: FileFolder): Promise<AdapterFiles> {
  const sizes = await fileSizes(folder);
  const size = (path: string) => {
    const bytes = sizes.get(path);
    if (bytes !== undefined) return bytes;
    throw new LabError('file-missing', `${folder.name} has no ${path}.`, {
      hint: `Choose the folder of a LoRA adapter, with ${ADAPTER_CONFIG_FILE} and ${ADAPTER_WEIGHTS_FILE}.`,
    });
  };
  const json = await readJsonObject(folder, ADAPTER_CONFIG_FILE, size(ADAPTER_CONFIG_FILE), 'adapter-invalid');
  const settings = readAdapterSettings(json);
  const header = await readSafetensorsHeader(folder, ADAPTER_WEIGHTS_FILE, size(ADAPTER_WEIGHTS_FILE));
  return { settings, tensors: header.tensors };
}

/** Throws `file-missing`, `adapter-invalid`, `tensor-missing`, `tensor-shape` or a safetensors error. */
export async function readAdapter(
  folder: FileFolder,
  model: { architecture: ArchitectureName; config: DecoderConfig },
): Promise<LoadedAdapter> {
  const { settings, tensors: infos } = await openAdapter(folder);
  const { baseModel, rank, alpha, scaling, scale, dora } = settings;
  const { targets, wanted } = matchTensors(infos, model, settings);
  const tensors: NamedTensor[] = [];
  for (const { module, a, b, magnitude } of wanted) {
    tensors.push({ name: module.nameOfA, shape: module.a, data: await readTensor(folder, a) });
    const whole = await readTensor(folder, b);
    const magnitudes = magnitude && (await readTensor(folder, magnitude));
    for (const part of module.parts) {
      const { nameOfB, shape, stored } = part;
      tensors.push({ name: nameOfB, shape, data: stored ? fromStored(whole, shape, stored) : whole });
      if (!magnitudes) continue;
      const own = [shape[0]];
      const data = part.storedMagnitude ? fromStored(magnitudes, own, part.storedMagnitude) : magnitudes;
      tensors.push({ name: part.nameOfMagnitude, shape: own, data });
    }
  }
  return { baseModel, architecture: model.architecture, rank, alpha, scaling, dora, scale, targets, tensors };
}

/** The tensors that the targets ask for, with their shapes checked, and none beside them. */
function matchTensors(
  tensors: ReadonlyMap<string, TensorInfo>,
  { architecture: name, config }: { architecture: ArchitectureName; config: DecoderConfig },
  { rank, dora, targetModules, layers }: AdapterSettings,
): { targets: LoraTargets; wanted: Wanted[] } {
  const family = architecture(name);
  const beyond = layers?.find((layer) => layer >= config.layers);
  if (beyond !== undefined) {
    throw invalidConfig(`layers_to_transform names layer ${beyond}, but this model has ${config.layers}`);
  }
  const targets = resolveTargets(
    targetModules,
    { config, architecture: family },
    { refuse: (what) => invalidConfig(`target_modules ${what}`), engineNames: false, layers },
  );
  const unused = new Set(tensors.keys());
  const wanted = Array.from({ length: config.layers }, (_, layer) =>
    adaptedModules(config, family, layer, { targets, rank }).map((module) => {
      const info = (part: 'A' | 'B' | 'magnitude', shape: readonly number[]) => {
        const key = adapterKey(module.path, part);
        unused.delete(key);
        return requireTensor(tensors, key, shape);
      };
      const magnitude = dora ? info('magnitude', module.magnitude) : null;
      return { module, a: info('A', module.a), b: info('B', module.b), magnitude };
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
