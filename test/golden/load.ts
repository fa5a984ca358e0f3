/**
 * Typed access to the engine's PyTorch goldens, made by `make_goldens.py`.
 *
 * Initial values (`weights`, `lora`) are f32, exactly as the trajectory started; results are f64.
 */
import { readFileSync } from 'node:fs';
import type { PackedRow } from '../../src/core/packed-row';
import { LLAMA_TRAITS } from '../../src/engine/traits';
import type { DecoderConfig, StepSettings, TrainableSpec, WeightMap } from '../../src/engine/types';
import { LINEAR_NAMES } from '../../src/engine/types';

export type TinyModel = 'tiny-tied' | 'tiny-untied';
export const TINY_MODELS: readonly TinyModel[] = ['tiny-tied', 'tiny-untied'];

export interface Tensor<Data extends Float32Array | Float64Array> {
  shape: number[];
  data: Data;
}

interface Inputs {
  config: DecoderConfig;
  /** Every weight by engine name. */
  weights: WeightMap;
  /** `layers.{i}.{LinearName}.lora_A` and `.lora_B` of every linear layer. */
  lora: WeightMap;
  /** What `lora` belongs to: all seven linear layers. */
  loraSpec: Extract<TrainableSpec, { kind: 'lora' }>;
}

/** Loss, logits and gradients of one batch. */
export interface GradientResult {
  loss: number;
  /** Supervised positions × vocab, one per row. */
  logits: Float64Array[];
  gradients: Map<string, Tensor<Float64Array>>;
}

export interface GradientGolden extends Inputs {
  rows: PackedRow[];
  /** All weights trained, no adapter. */
  full: GradientResult;
  /** The adapters `lora` trained on frozen weights, their B not zero. */
  adapted: GradientResult;
}

export interface Trajectory {
  kind: 'full' | 'lora';
  settings: StepSettings;
  /** Per step, before the update. */
  losses: number[];
  /** Per step, before clipping. */
  gradientNorms: number[];
  /** Trained tensors after the last step. */
  parameters: Map<string, Tensor<Float64Array>>;
}

export interface TrajectoryGolden extends Inputs {
  steps: number;
  /** Step n (from 0) trains on `batches[n % batches.length]`. */
  batches: PackedRow[][];
  runs: Trajectory[];
}

type RawTensor = { shape: number[]; f32?: string; f64?: string };
type RawTensors = Record<string, RawTensor>;
type RawRow = Record<keyof PackedRow, number[]>;
type RawInputs = { config: Omit<DecoderConfig, 'traits'>; rank: number; scale: number; weights: RawTensors; lora: RawTensors };
type RawResult = { loss: number; logits: RawTensor[]; gradients: RawTensors };

export function loadGradients(model: TinyModel): GradientGolden {
  const raw = read<RawInputs & { rows: RawRow[]; full: RawResult; adapted: RawResult }>(`${model}.gradients.json`);
  return { ...inputs(raw), rows: raw.rows.map(row), full: result(raw.full), adapted: result(raw.adapted) };
}

export function loadTrajectories(model: TinyModel): TrajectoryGolden {
  type RawRun = Omit<Trajectory, 'parameters'> & { parameters: RawTensors };
  const raw = read<RawInputs & { steps: number; batches: RawRow[][]; runs: RawRun[] }>(`${model}.trajectories.json`);
  return {
    ...inputs(raw),
    steps: raw.steps,
    batches: raw.batches.map((rows) => rows.map(row)),
    runs: raw.runs.map((run) => ({ ...run, parameters: tensors(run.parameters) })),
  };
}

/** Pretraining of `test/fixtures/corpus`, made by `pretrain_goldens.py`. */
export interface PretrainGolden {
  initial: WeightMap;
  steps: { step: number; learningRate: number; loss: number; gradientNorm: number; tokens: number }[];
  heldOut: { step: number; loss: number }[];
  final: Map<string, Tensor<Float64Array>>;
}

export function loadPretraining(): PretrainGolden {
  type Raw = Pick<PretrainGolden, 'steps' | 'heldOut'> & { initial: RawTensors; final: RawTensors };
  const raw = read<Raw>('pretrain.json');
  return { ...raw, initial: floats(raw.initial), final: tensors(raw.final) };
}

function read<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as T;
}

function inputs(raw: RawInputs): Inputs {
  return {
    config: { ...raw.config, traits: LLAMA_TRAITS },
    weights: floats(raw.weights),
    lora: floats(raw.lora),
    loraSpec: { kind: 'lora', rank: raw.rank, scale: raw.scale, targets: [...LINEAR_NAMES] },
  };
}

function result(raw: RawResult): GradientResult {
  return { loss: raw.loss, logits: raw.logits.map((logits) => f64(logits)), gradients: tensors(raw.gradients) };
}

function row(raw: RawRow): PackedRow {
  return {
    ids: Uint32Array.from(raw.ids),
    segmentStart: Uint32Array.from(raw.segmentStart),
    supervisedIndex: Uint32Array.from(raw.supervisedIndex),
    labels: Uint32Array.from(raw.labels),
    example: Uint32Array.from(raw.example),
  };
}

function tensors(raw: RawTensors): Map<string, Tensor<Float64Array>> {
  return new Map(Object.entries(raw).map(([name, tensor]) => [name, { shape: tensor.shape, data: f64(tensor) }]));
}

function floats(raw: RawTensors): WeightMap {
  return new Map(Object.entries(raw).map(([name, tensor]) => [name, new Float32Array(bytes(tensor.f32))]));
}

function f64(tensor: RawTensor): Float64Array {
  return new Float64Array(bytes(tensor.f64));
}

/** A copy, so that the numbers are aligned. */
function bytes(encoded: string | undefined): ArrayBuffer {
  if (encoded === undefined) throw new Error('A golden tensor has another element type than expected.');
  return Uint8Array.from(Buffer.from(encoded, 'base64')).buffer;
}
