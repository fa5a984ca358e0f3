/**
 * Where a decoder's persistent tensors lie: weights, rotary tables, and what training adds (adapter, gradients, moments).
 *
 * Promises: trainable tensors, their gradients and both moments share one layout in four pools, so the optimiser is one
 * pass over them. Nothing is allocated here. Must not know: shapes of batches.
 */
import { elementsOf } from '../../core/shape';
import { LabError } from '../../core/errors';
import { PhiloxSequence, STREAM } from '../../core/philox';
import { Pool, type Tensor } from '../plan';
import { vocabularyShards, type VocabularyShard } from '../ops/rows';
import { FULL_PRECISION, type BasePrecision } from '../precision/kinds';
import { storageOf, storedLayout } from '../precision/storage';
import type { EngineDevice } from '../device';
import { DYNAMIC_MAPS } from '../precision/dynamic';
import type { DecoderConfig, LinearName, NamedTensor, OptimizerSpec, TrainableSpec, WeightInfo } from '../types';
import { adapterShapes, type AdapterShape, linearNames, linearShape, loraNames, targetsIn } from './adapter-shapes';
import { ADAMW, isFaster, momentWords } from './optimizer-state';

/** Every weight of the decoder, in the order it is stored. */
export function decoderWeights(config: DecoderConfig): WeightInfo[] {
  const { hiddenSize, vocabSize, headDim, contextLength, traits } = config;
  const weights: WeightInfo[] = [{ name: 'embed', shape: [vocabSize, hiddenSize] }];
  const norm = (name: string, width = hiddenSize) => {
    weights.push({ name, shape: [width] });
    if (traits.norm === 'layer') weights.push({ name: `${name}.bias`, shape: [width] });
  };
  if (traits.positions === 'learned') weights.push({ name: 'positions', shape: [contextLength, hiddenSize] });
  for (let layer = 0; layer < config.layers; layer++) {
    const prefix = `layers.${layer}.`;
    norm(`${prefix}attention_norm`);
    norm(`${prefix}ffn_norm`);
    if (traits.headNorms) for (const name of ['q_norm', 'k_norm']) norm(prefix + name, headDim);
    if (traits.sandwich) for (const name of ['attention_out_norm', 'ffn_out_norm']) norm(prefix + name);
    for (const name of linearNames(config)) {
      const { outputs, inputs } = linearShape(config, name);
      weights.push({ name: prefix + name, shape: [outputs, inputs] });
      if (traits.biases.includes(name)) weights.push({ name: `${prefix}${name}.bias`, shape: [outputs] });
    }
  }
  norm('final_norm');
  if (!config.tiedHead) weights.push({ name: 'head', shape: [vocabSize, hiddenSize] });
  return weights;
}

export interface LoraTensors {
  /** [paddedRank, in] and [out, paddedRank]; padding stays zero under training. */
  a: Tensor;
  b: Tensor;
  gradA: Tensor;
  gradB: Tensor;
  rank: number;
  scale: number;
  dora: DoraTensors | null;
}

/** [out] each. Norm and factor follow from the parameters: see `dora-pass.ts`. */
export interface DoraTensors {
  magnitude: Tensor;
  gradMagnitude: Tensor;
  norm: Tensor;
  factor: Tensor;
}

/** What the graph builders see of a model: its own tensors, or those of its frozen self. */
export type GraphMemory = Pick<
  DecoderMemory,
  'config' | 'shards' | 'rotary' | 'none' | 'weight' | 'headWeight' | 'weightGrad' | 'lora'
>;

export interface RotaryTables {
  frequencies: readonly number[];
  cosine: Tensor;
  sine: Tensor;
}

function rotaryFrequencies({ traits, inverseFrequencies }: DecoderConfig): (readonly number[])[] {
  if (traits.positions === 'learned') return [];
  return traits.local ? [inverseFrequencies, traits.local.inverseFrequencies] : [inverseFrequencies];
}

/** Largest buffer of frozen weights and of decoding's caches: what every WebGPU device allows. */
export const POOL_BUFFER_BYTES = 256 * 1024 * 1024;

export interface MemoryOptions {
  /** A loss compares with the model as it was loaded. */
  keepFrozen?: boolean;
  precision?: BasePrecision;
  bufferBytes?: number;
  /** AdamW with f32 moments where absent. */
  optimizer?: OptimizerSpec | undefined;
  /** The memory of the same model, whose weights and tables are shared. */
  base?: DecoderMemory;
}

export class DecoderMemory {
  readonly config: DecoderConfig;
  readonly trainable: TrainableSpec;
  readonly precision: BasePrecision;
  /** Largest buffer of what may lie in several. */
  readonly bufferBytes: number;
  /** In several buffers where it must be; in one where it is trained, for the optimiser goes over it as one range. */
  readonly weights: Pool;
  readonly tables: Pool;
  /** The pool that the optimiser updates: the adapter's, or the weights themselves. */
  readonly parameters: Pool;
  readonly gradients = new Pool('gradients');
  readonly moment1 = new Pool('first moments');
  readonly moment2 = new Pool('second moments');
  /** Norms and factors of DoRA's layers: made from the parameters whenever those change. */
  readonly factors = new Pool('DoRA factors');
  /** The weights as loaded, where training changes the others and a loss compares with them. */
  readonly frozenWeights: Pool | null;
  /** Of all layers, and of the local ones where they differ. */
  readonly #rotary: RotaryTables[];
  readonly none: Tensor;
  /** What 8-bit codes of moments stand for; null where they are f32. */
  readonly codeMaps: Tensor | null;
  readonly #codes = new Pool('code maps');
  readonly shards: VocabularyShard[];
  readonly optimizer: OptimizerSpec;

  constructor(config: DecoderConfig, trainable: TrainableSpec, bindingBytes: number, options: MemoryOptions = {}) {
    const { keepFrozen = false, precision = FULL_PRECISION, optimizer = ADAMW, base } = options;
    checkShape(config);
    requireTrainable(trainable.kind, precision);
    this.config = config;
    this.trainable = trainable;
    this.precision = precision;
    this.optimizer = optimizer;
    this.bufferBytes = options.bufferBytes ?? POOL_BUFFER_BYTES;
    this.shards = vocabularyShards(config.vocabSize, config.hiddenSize, bindingBytes);
    this.frozenWeights = keepFrozen && trainable.kind === 'full' ? new Pool('frozen weights') : null;
    this.weights = base?.weights ?? this.#reserveWeights();
    this.tables = base?.tables ?? new Pool('tables');
    this.#rotary = base ? base.#rotary : this.#rotaryTables();
    this.none = base?.none ?? this.tables.reserve('none', 64);
    const trains = trainable.kind !== 'none';
    this.codeMaps =
      trains && optimizer.kind === 'adamw-8bit' ? this.#codes.reserve('code maps', DYNAMIC_MAPS.length) : null;
    this.parameters = trainable.kind === 'full' ? this.weights : new Pool('adapter');
    if (trainable.kind === 'lora') {
      const shapes = adapterShapes(config, trainable);
      // What is trained at one rate lies together.
      const order = [false, true].flatMap((fast) => shapes.filter(({ name }) => isFaster(optimizer, name) === fast));
      for (const shape of order) this.parameters.reserve(shape.name, this.#storedElements(shape));
      for (const { name, columns, role } of shapes) {
        if (role !== 'magnitude') continue;
        for (const part of ['norm', 'factor']) this.factors.reserve(`${name}.${part}`, columns);
      }
    }
    if (trains) {
      for (const { name, elements } of this.parameters.tensors.values()) {
        this.gradients.reserve(name, elements);
        for (const pool of [this.moment1, this.moment2]) pool.reserve(name, momentWords(optimizer, elements));
      }
    }
  }

  #reserveWeights(): Pool {
    const { config, precision, trainable, bufferBytes } = this;
    const weights = new Pool('weights', trainable.kind === 'full' ? undefined : bufferBytes);
    for (const info of decoderWeights(config)) {
      const { name, shape } = info;
      const storage = storageOf(name, precision);
      const { words } = storedLayout(info, storage);
      // Tables are bound a shard at a time.
      const shard = { shape: [this.shards[0]!.count, shape[1] ?? 1] };
      const pieceElements = name === 'embed' || name === 'head' ? storedLayout(shard, storage).words : words;
      weights.reserve(name, words, { ...(storage !== 'f32' && { storage }), pieceElements });
      this.frozenWeights?.reserve(name, words);
    }
    return weights;
  }

  #rotaryTables(): RotaryTables[] {
    const { contextLength } = this.config;
    return rotaryFrequencies(this.config).map((frequencies) => {
      const reserve = (name: string) => this.tables.reserve(name, contextLength * frequencies.length);
      return { frequencies, cosine: reserve('cosine'), sine: reserve('sine') };
    });
  }

  #storedElements({ rows, columns, role }: AdapterShape): number {
    if (role === 'magnitude') return columns;
    return role === 'a' ? this.paddedRank * columns : rows * this.paddedRank;
  }

  /** Rank as stored: a multiple of 4, so that products run in vec4 steps. */
  get paddedRank(): number {
    return this.trainable.kind === 'lora' ? Math.ceil(this.trainable.rank / 4) * 4 : 0;
  }

  /** f32 values of one of the four training pools, alignment gaps included. */
  get trainableElements(): number {
    return this.trainable.kind === 'none' ? 0 : this.parameters.bytes / 4;
  }

  pools(): Pool[] {
    return [this.weights, this.tables, ...this.ownPools()];
  }

  /** What is not shared with other adapters over the same weights. */
  ownPools(): Pool[] {
    const training = this.trainable.kind === 'none' ? [] : [this.gradients, this.moment1, this.moment2];
    const adapter = this.trainable.kind === 'lora' ? [this.parameters] : [];
    const further = [this.factors, this.#codes].filter(({ bytes }) => bytes > 0);
    const frozen = this.frozenWeights ? [this.frozenWeights] : [];
    return [...adapter, ...further, ...training, ...frozen];
  }

  weight(name: string): Tensor {
    return required(this.weights, name);
  }

  /** cos and sin of a layer's rotation, [context, frequencies]; null where positions are learned. */
  rotary(layer: number): RotaryTables | null {
    const { local } = this.config.traits;
    return this.#rotary[local?.layers.includes(layer) ? 1 : 0] ?? null;
  }

  headWeight(): Tensor {
    return this.weight(this.config.tiedHead ? 'embed' : 'head');
  }

  /** Gradient tensor of a weight under full fine-tuning, else null. */
  weightGrad(name: string): Tensor | null {
    return this.trainable.kind === 'full' ? required(this.gradients, name) : null;
  }

  lora(layer: number, name: LinearName): LoraTensors | null {
    if (this.trainable.kind !== 'lora' || !targetsIn(this.trainable.targets, layer).includes(name)) return null;
    const names = loraNames(this.config, layer, name);
    return {
      dora: this.trainable.dora ? this.#dora(names.magnitude) : null,
      a: required(this.parameters, names.a),
      b: required(this.parameters, names.b),
      gradA: required(this.gradients, names.a),
      gradB: required(this.gradients, names.b),
      rank: this.paddedRank,
      scale: this.trainable.scale,
    };
  }

  #dora(name: string): DoraTensors {
    const own = (part: 'norm' | 'factor') => required(this.factors, `${name}.${part}`);
    const [magnitude, gradMagnitude] = [required(this.parameters, name), required(this.gradients, name)];
    return { magnitude, gradMagnitude, norm: own('norm'), factor: own('factor') };
  }

  /** The model as it was loaded: without the adapter, or from the copy of its weights. */
  frozen(): GraphMemory {
    const pool = this.trainable.kind === 'full' ? this.frozenWeights : this.weights;
    if (!pool) {
      throw new LabError('internal', 'A loss compares with the frozen model, but the session keeps no copy of it.', {
        hint: 'Name the loss when the session is opened.',
      });
    }
    const { config, shards, none } = this;
    const weight = (name: string) => required(pool, name);
    return {
      ...{ config, shards, none, weight },
      rotary: (layer) => this.rotary(layer),
      headWeight: () => weight(config.tiedHead ? 'embed' : 'head'),
      weightGrad: () => null,
      lora: () => null,
    };
  }

  /** cos and sin of position × inverse frequency, made in f64. */
  tableImage(): Float32Array<ArrayBuffer> {
    const image = new Float32Array(this.tables.bytes / 4);
    for (const { frequencies, cosine, sine } of this.#rotary) {
      for (let position = 0; position < this.config.contextLength; position++) {
        frequencies.forEach((frequency, i) => {
          const at = position * frequencies.length + i;
          image[cosine.offset / 4 + at] = Math.cos(position * frequency);
          image[sine.offset / 4 + at] = Math.sin(position * frequency);
        });
      }
    }
    return image;
  }

  writeCodeMaps(device: EngineDevice): void {
    if (this.codeMaps) device.raw.queue.writeBuffer(this.#codes.buffer!, this.codeMaps.offset, DYNAMIC_MAPS);
  }

  /**
   * A fresh adapter: A uniform in ±1/√in (Kaiming with a = √5), B zero, as PEFT initialises; magnitudes are yet to be
   * measured.
   */
  adapterImage(seed: number): Float32Array<ArrayBuffer> {
    const image = new Float32Array(this.trainableElements);
    if (this.trainable.kind !== 'lora') return image;
    const shapes = adapterShapes(this.config, this.trainable);
    const matrices = shapes.filter(({ role }) => role !== 'magnitude');
    matrices.forEach(({ name, rows, columns, role }, index) => {
      if (role !== 'a') return;
      const draws = new PhiloxSequence(seed, STREAM.adapterInit, index);
      const bound = 1 / Math.sqrt(columns);
      const start = required(this.parameters, name).offset / 4;
      for (let i = 0; i < rows * columns; i++) image[start + i] = (2 * draws.nextUnit() - 1) * bound;
    });
    return image;
  }

  /** Trainable tensors cut out of an image of their pool, padding removed. */
  namedTensors(image: Float32Array): NamedTensor[] {
    if (this.trainable.kind === 'lora') {
      const padded = this.paddedRank;
      return adapterShapes(this.config, this.trainable).map(({ name, rows, columns, role }) => {
        const start = required(this.parameters, name).offset / 4;
        const stride = role === 'b' ? padded : columns;
        const data = new Float32Array(rows * columns);
        for (let row = 0; row < rows; row++) {
          data.set(image.subarray(start + row * stride, start + row * stride + columns), row * columns);
        }
        return { name, shape: role === 'magnitude' ? [columns] : [rows, columns], data };
      });
    }
    return decoderWeights(this.config).map(({ name, shape }) => {
      const start = this.weight(name).offset / 4;
      return { name, shape, data: image.slice(start, start + elementsOf(shape)) };
    });
  }

  /** Inverse of `namedTensors`. */
  imageOf(tensors: readonly NamedTensor[]): Float32Array<ArrayBuffer> {
    const image = new Float32Array(this.trainableElements);
    for (const { name, shape, data } of tensors) {
      const start = required(this.parameters, name).offset / 4;
      const [rows, columns] = shape.length === 2 ? [shape[0]!, shape[1]!] : [1, shape[0]!];
      const stride = name.endsWith('.lora_B') ? this.paddedRank : columns;
      for (let row = 0; row < rows; row++)
        image.set(data.subarray(row * columns, (row + 1) * columns), start + row * stride);
    }
    return image;
  }
}

function required(pool: Pool, name: string): Tensor {
  const tensor = pool.tensors.get(name);
  if (!tensor) throw new Error(`pool ${pool.name} has no tensor ${name}`);
  return tensor;
}

/** The widths that kernels walk in vec4 steps. */
function checkShape(config: DecoderConfig): void {
  const widths = { hidden_size: config.hiddenSize, intermediate_size: config.ffnSize, head_dim: config.headDim };
  for (const [name, width] of Object.entries(widths)) {
    if (width % 4 !== 0) {
      throw new LabError('config-invalid', `${name} is ${width}; it must be a multiple of 4.`, {
        hint: 'Choose a model whose widths are multiples of 4, as all published compact models have.',
        control: 'model.path',
      });
    }
  }
}

/**
 * Packed weights cannot take steps: what a step changes is far less than what they can tell apart.
 * Throws `spec-invalid` for that, and for settings that contradict each other.
 */
export function requireTrainable(kind: TrainableSpec['kind'], { precision, doubleQuantisation }: BasePrecision): void {
  if (doubleQuantisation && precision !== 'nf4') {
    throw new LabError('spec-invalid', `Double quantisation is of nf4’s scales; the model is kept in ${precision}.`, {
      hint: 'Set model.precision to nf4, or model.doubleQuantisation to false.',
      control: 'model.doubleQuantisation',
    });
  }
  if (kind !== 'full' || precision === 'f32') return;
  throw new LabError('spec-invalid', `All weights are to be trained, but the model is kept in ${precision}.`, {
    hint: 'Train an adapter (adapter.kind lora), or set model.precision to f32.',
    control: 'model.precision',
  });
}
