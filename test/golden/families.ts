/** Goldens of every family, made by `family_goldens.py`: a model, an adapter, and what transformers and PEFT make of them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { FileFolder } from '../../src/core/files';
import type { PackedRow } from '../../src/core/packed-row';
import { folderFromDisk } from '../helpers/tiny-model';

export const FAMILIES = ['llama', 'qwen2', 'qwen3', 'gemma3', 'gpt2', 'gpt_neox', 'gpt_neox_sequential'] as const;
export type Family = (typeof FAMILIES)[number];
/** Those with goldens of adapters: blocks one after the other change nothing that an adapter sees. */
export const ADAPTED_FAMILIES = FAMILIES.filter((family) => family !== 'gpt_neox_sequential');

export interface FamilyGolden {
  sequences: number[][];
  loss: number;
  /** Before each of ten steps. */
  losses: number[];
  adamw: { lr: number; betas: [number, number]; eps: number; weight_decay: number };
  adaptedLoss: number;
  /** Per sequence, [tokens × vocabulary]. */
  logits: number[][];
  adaptedLogits: number[][];
  parameters: number;
}

/** From the repository's root, where tests and benches run: what is built for a bench lies elsewhere. */
const HERE = path.resolve('test/golden/families');

export function readGolden(family: Family): FamilyGolden {
  return JSON.parse(readFileSync(path.join(HERE, family, 'expected', 'expected.json'), 'utf8')) as FamilyGolden;
}

/** The model; or, under its names, what else has a value for each of its weights. */
export async function modelFolder(family: Family, weights?: 'gradients' | 'trained'): Promise<FileFolder> {
  const base = await folderFromDisk(path.join(HERE, family));
  if (!weights) return base;
  const other = await folderFromDisk(path.join(HERE, family, 'expected'));
  return instead(base, 'model.safetensors', other, `${weights}.safetensors`);
}

/** The adapter; or, under its names, its gradients. */
export async function adapterFolder(family: Family, gradients = false): Promise<FileFolder> {
  const base = await folderFromDisk(path.join(HERE, family, 'adapter'));
  if (!gradients) return base;
  const other = await folderFromDisk(path.join(HERE, family, 'expected'));
  return instead(base, 'adapter_model.safetensors', other, 'adapter_gradients.safetensors');
}

export interface DoraGoldens {
  adamw: FamilyGolden['adamw'];
  /** Of LoRA+. */
  ratio: number;
  /** LoRA+ for some. */
  families: Record<Family, { loss: number; logits: number[][]; losses: number[]; plusLosses: number[] | null }>;
}

/** Made by `adapter_goldens.py`. */
export function readDoraGoldens(): DoraGoldens {
  return JSON.parse(readFileSync(path.join(HERE, 'dora.json'), 'utf8')) as DoraGoldens;
}

/** PEFT's DoRA adapter; or, under its names, its gradients, or what it became in ten steps. */
export async function doraFolder(family: Family, tensors?: 'gradients' | 'trained' | 'plus'): Promise<FileFolder> {
  const base = await folderFromDisk(path.join(HERE, family, 'dora'));
  if (!tensors) return base;
  const other = await folderFromDisk(path.join(HERE, family, 'expected'));
  return instead(base, 'adapter_model.safetensors', other, `dora_${tensors}.safetensors`);
}

export const TRAINED_KINDS = ['lora', 'dora'] as const;
export type TrainedKind = (typeof TRAINED_KINDS)[number];

/** Where an adapter lies that Ontoscope trained: see `write_adapters.ts`. */
export function trainedPath(family: Family, kind: TrainedKind): string {
  return path.join(HERE, family, 'trained', kind);
}

/** Logits that PEFT computes with the adapters of `trainedPath`, per sequence. */
export function readPeftLoads(): Record<Family, Record<TrainedKind, number[][]>> {
  return JSON.parse(readFileSync(path.join(HERE, 'loads.json'), 'utf8')) as ReturnType<typeof readPeftLoads>;
}

async function instead(base: FileFolder, file: string, other: FileFolder, theirs: string): Promise<FileFolder> {
  const bytes = (await other.list()).find(({ path: name }) => name === theirs)!.bytes;
  return {
    name: base.name,
    list: async () => (await base.list()).map((entry) => (entry.path === file ? { path: file, bytes } : entry)),
    read: (name, start, end) => (name === file ? other.read(theirs, start, end) : base.read(name, start, end)),
  };
}

/** The sequences as one row, every token but the last of each predicting the next. */
export function rowOf(sequences: readonly number[][]): PackedRow {
  const [ids, start, index, labels, example] = [[], [], [], [], []] as number[][] as [number[], number[], number[], number[], number[]];
  sequences.forEach((sequence, n) => {
    const first = ids.length;
    sequence.forEach((id, i) => {
      ids.push(id);
      start.push(first);
      if (i + 1 < sequence.length) {
        index.push(first + i);
        labels.push(sequence[i + 1]!);
        example.push(n);
      }
    });
  });
  const u32 = (values: number[]) => Uint32Array.from(values);
  return { ids: u32(ids), segmentStart: u32(start), supervisedIndex: u32(index), labels: u32(labels), example: u32(example) };
}
