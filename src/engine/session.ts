/**
 * A session: one decoder on one device, scored, trained and sampled through recorded plans.
 *
 * Promises: one submit per micro-step; after the first step of a shape GPU memory does not grow; results depend on nothing
 * but weights, inputs and seeds. Must not know: text.
 */
import { LabError } from '../core/errors';
import type { PackedRow } from '../core/packed-row';
import { Generator } from './decode';
import { largestShape, rowLimit } from './decode-groups';
import { decodeBytes, DecodeMemory, prefillPass, stepPass } from './decoder/decode-passes';
import { doraPass } from './decoder/dora-pass';
import { DecoderMemory, POOL_BUFFER_BYTES } from './decoder/memory';
import { logitsPass, scorePass, trainingPass, type LogitsPass, type ScorePass } from './decoder/passes';
import { tooLong } from './decoder/inputs';
import type { EngineDevice } from './device';
import { DoraFactors } from './dora';
import { SFT_LOSS, type LossSpec } from './loss';
import { StateReader, statesShape } from './states';
import { statesPass } from './decoder/states';
import { Arenas, Plan, type Pool } from './plan';
import { FULL_PRECISION } from './precision/kinds';
import { Trainer } from './trainer';
import type {
  DecoderConfig,
  GeneratedSample,
  GenerateOptions,
  MemoryPlan,
  NamedTensor,
  OptimizerSpec,
  PositionScores,
  RowShape,
  Session,
  SessionShape,
  SpanRow,
  StoredWeight,
  StepReport,
  StepSettings,
  TrainableSpec,
  TrainingState,
  WeightMap,
} from './types';
import { sourceOfMap, uploadWeights } from './upload';
import type { WeightSource } from './weight-source';

const DEFAULT_SHAPE: SessionShape = { rowTokens: 512, supervised: 256 };
/** What decoding's caches may hold where no call was announced. */
const UNPLANNED_DECODING_BYTES = 128 * 1024 * 1024;
const DEFAULT_LOSSES: readonly LossSpec[] = [SFT_LOSS];
const memoryOptions = (
  { losses = DEFAULT_LOSSES, precision = FULL_PRECISION, optimizer }: SessionShape,
  bufferBytes: number,
) => ({
  keepFrozen: losses.some(({ klWeight }) => klWeight > 0),
  ...{ precision, optimizer },
  bufferBytes: Math.min(bufferBytes, POOL_BUFFER_BYTES),
});
const up = (value: number, multiple: number) => Math.max(multiple, Math.ceil(value / multiple) * multiple);

/**
 * What a session takes, computed before anything is loaded, in bytes: weights, training state, activations of the
 * largest pass, and the caches of decoding for the calls that are announced.
 */
export function planMemory(
  config: DecoderConfig,
  trainable: TrainableSpec,
  shape: SessionShape = DEFAULT_SHAPE,
  bindingBytes = 128 * 1024 * 1024,
  bufferBytes = POOL_BUFFER_BYTES,
): MemoryPlan {
  const memory = new DecoderMemory(config, trainable, bindingBytes, memoryOptions(shape, bufferBytes));
  const rowShape: RowShape = { tokens: up(shape.rowTokens, 64), supervised: up(shape.supervised, 64) };
  // As `score` rounds its rows.
  const score = scorePass(memory, { ...rowShape, tokens: up(shape.rowTokens, 128) }, shape.ranks);
  const builders = [score.plan, ...(memory.factors.bytes > 0 ? [doraPass(memory)] : [])];
  const sidePools = [score.inputs.pool, score.outputs];
  const readBack = [score.outputs];
  for (const row of shape.scoreRows ?? []) {
    const further = scorePass(memory, { tokens: up(row.tokens, 128), supervised: up(row.supervised, 64) });
    builders.push(further.plan);
    sidePools.push(further.inputs.pool, further.outputs);
    readBack.push(further.outputs);
  }
  if (shape.states) {
    const states = statesPass(memory, statesShape(shape.states));
    builders.push(states.plan);
    sidePools.push(states.inputs.pool, states.spans.pool, states.outputs);
    readBack.push(states.outputs);
  }
  if (trainable.kind !== 'none') {
    for (const loss of shape.losses ?? DEFAULT_LOSSES) {
      const pass = trainingPass(memory, rowShape, bindingBytes, loss, shape);
      const { microStep, update, weigh, inputs, reports } = pass;
      builders.push(microStep, update, ...(weigh ? [weigh] : []));
      sidePools.push(inputs.pool, reports.pool);
    }
  }
  const uniformBytes = builders.reduce((total, builder) => total + builder.uniforms().bytes, 0);
  const limit = rowLimit(config.vocabSize, bindingBytes);
  let decodingBytes = 0;
  const decodingPools: Pool[] = [];
  for (const demand of shape.decoding ?? []) {
    const caches = new DecodeMemory(largestShape(demand, limit), memory);
    builders.push(prefillPass(memory, caches), stepPass(memory, caches, caches.shape.rows));
    decodingBytes += decodeBytes(memory, caches);
    decodingPools.push(...caches.pools());
  }
  const arenas: number[] = [];
  for (const builder of builders) {
    builder.layout().arenas.forEach((bytes, i) => (arenas[i] = Math.max(arenas[i] ?? 0, bytes)));
  }
  const sum = (pools: readonly Pool[]) => pools.reduce((total, pool) => total + pool.bytes, 0);
  const weightsBytes = memory.weights.bytes + memory.tables.bytes;
  const trainingBytes = sum(memory.pools()) - weightsBytes;
  const activationBytes = arenas.reduce((total, bytes) => total + bytes, 0) + sum(sidePools) + uniformBytes;
  // Trained values are read back whole for checkpoints and exports.
  if (trainable.kind !== 'none') readBack.push(memory.parameters);
  const readBackBytes = Math.max(...readBack.map(({ bytes }) => bytes));
  const pools = [...memory.pools(), ...sidePools, ...decodingPools];
  const bindings = builders.flatMap(({ dispatches }) => dispatches.flatMap((dispatch) => dispatch.bindings));
  return {
    ...{ weightsBytes, trainingBytes, activationBytes, decodingBytes, readBackBytes },
    totalBytes: weightsBytes + trainingBytes + activationBytes + decodingBytes + readBackBytes,
    largestBufferBytes: Math.max(...pools.flatMap((pool) => pool.bufferSizes()), ...arenas),
    largestBindingBytes: 4 * bindings.reduce((most, { elements }) => Math.max(most, elements), 0),
    pools: memory.pools().map(({ name, bytes }) => ({ name, bytes })),
  };
}

/**
 * Uploads the weights and opens a session; where it trains all of them it reads them again at a reset.
 * Errors: `tensor-missing`, `tensor-shape`, `tensor-range`, `device-limit`, `config-invalid`, and the source's own.
 */
export async function createSession(
  device: EngineDevice,
  config: DecoderConfig,
  weights: WeightMap | WeightSource,
  trainable: TrainableSpec,
  shape: SessionShape = DEFAULT_SHAPE,
  signal?: AbortSignal,
): Promise<Session> {
  const { bindingBytes, bufferBytes } = device.limits;
  const memory = new DecoderMemory(config, trainable, bindingBytes, memoryOptions(shape, bufferBytes));
  const plan = planMemory(config, trainable, shape, bindingBytes, bufferBytes);
  const source = weights instanceof Map ? sourceOfMap(config, weights) : weights;
  return openOver(device, memory.pools(), async () => {
    const stored = await uploadWeights(device, memory, source, signal);
    device.raw.queue.writeBuffer(memory.tables.buffer!, 0, memory.tableImage());
    const base: SharedBase = { memory, source, stored, arenas: new Arenas(), users: 0 };
    return new GpuSession(device, base, memory, plan, shape);
  });
}

/** Allocates the pools and opens a session over them; where that fails nothing stays allocated. */
async function openOver(
  device: EngineDevice,
  pools: readonly Pool[],
  open: () => GpuSession | Promise<GpuSession>,
): Promise<Session> {
  let session: GpuSession | null = null;
  try {
    for (const pool of pools) pool.allocate(device);
    session = await open();
    await session.resetTrainable(0);
    return session;
  } catch (error) {
    if (session) session.destroy();
    else for (const pool of pools) pool.release(device);
    throw error;
  }
}

/** What sessions over the same weights share; whoever leaves last gives it back. */
interface SharedBase {
  memory: DecoderMemory;
  source: WeightSource;
  stored: readonly StoredWeight[];
  arenas: Arenas;
  users: number;
}

class GpuSession implements Session {
  readonly config: DecoderConfig;
  readonly trainable: TrainableSpec;
  readonly kernelChoices: Record<string, string> = {
    linear: 'direct 4x4',
    attention: 'thread per row',
    sampler: 'thread per row',
  };
  readonly memory: MemoryPlan;
  readonly #device: EngineDevice;
  readonly #memory: DecoderMemory;
  readonly storedWeights: readonly StoredWeight[];
  /** Where the weights come from, and whether training has changed those on the GPU. */
  readonly #source: WeightSource;
  #changed = false;
  #destroyed = false;
  readonly #base: SharedBase;
  readonly #arenas: Arenas;
  readonly #scorers = new Map<string, { pass: ScorePass; plan: Plan }>();
  readonly #logits = new Map<string, { pass: LogitsPass; plan: Plan }>();
  readonly #trainer: Trainer;
  readonly #dora: DoraFactors;
  readonly #shape: SessionShape;
  #generator: Generator | null = null;
  readonly #states: StateReader;

  constructor(device: EngineDevice, base: SharedBase, memory: DecoderMemory, plan: MemoryPlan, shape: SessionShape) {
    const { states = null, keepActivations, dropout } = shape;
    const rowShape = { tokens: up(shape.rowTokens, 64), supervised: up(shape.supervised, 64) };
    this.#base = base;
    this.#arenas = base.arenas;
    this.#states = new StateReader(device, memory, base.arenas, states);
    this.#device = device;
    this.#memory = memory;
    this.#shape = shape;
    this.#source = base.source;
    this.storedWeights = base.stored;
    this.#trainer = new Trainer(device, memory, base.arenas, rowShape, { keepActivations, dropout });
    this.#dora = new DoraFactors(device, memory, base.arenas);
    this.config = memory.config;
    this.trainable = memory.trainable;
    this.memory = plan;
    if (memory.frozenWeights) this.#copy(memory.weights, memory.frozenWeights);
    memory.writeCodeMaps(device);
    // Last: what could not be opened is no user.
    base.users += 1;
  }

  get counters() {
    return this.#device.counters;
  }

  async resetTrainable(seed: number): Promise<void> {
    const { trainable, weights, frozenWeights } = this.#memory;
    if (trainable.kind === 'full' && this.#changed) {
      if (frozenWeights) this.#copy(frozenWeights, weights);
      else await uploadWeights(this.#device, this.#memory, this.#source);
      this.#changed = false;
    }
    if (trainable.kind === 'lora') this.#write(this.#memory.parameters, this.#memory.adapterImage(seed));
    this.#restart();
    await this.#dora.measure();
  }

  async withAdapter(
    trainable: Exclude<TrainableSpec, { kind: 'full' }>,
    { optimizer }: { optimizer?: OptimizerSpec } = {},
  ): Promise<Session> {
    if (this.trainable.kind === 'full') {
      throw new LabError('internal', 'Weights that are trained cannot be shared by adapters.', {
        hint: 'Open the first session with an adapter, or with nothing to train.',
      });
    }
    const { memory: base } = this.#base;
    const { bindingBytes, bufferBytes } = this.#device.limits;
    const own: SessionShape = { ...this.#shape, precision: base.precision, ...(optimizer && { optimizer }) };
    const options = { ...memoryOptions(own, bufferBytes), base };
    const memory = new DecoderMemory(this.config, trainable, bindingBytes, options);
    const plan = planMemory(this.config, trainable, own, bindingBytes, bufferBytes);
    return openOver(this.#device, memory.ownPools(), () => new GpuSession(this.#device, this.#base, memory, plan, own));
  }

  trainStep(rows: readonly PackedRow[], settings: StepSettings): Promise<void> {
    this.#changed = true;
    return this.#trainer.train(rows, settings);
  }

  readReports(): Promise<StepReport[]> {
    return this.#trainer.readReports();
  }

  async score(
    rows: readonly PackedRow[],
    temperature: number,
    { ranks = false }: { ranks?: boolean } = {},
  ): Promise<PositionScores[]> {
    const results: PositionScores[] = [];
    for (const row of rows) {
      const { pass, plan } = await this.#scorer(row, ranks);
      const image = pass.inputs.image(row, this.#imageOptions(1 / temperature));
      const bytes = await this.#run(plan, pass.inputs.pool, image, pass.outputs);
      const count = row.labels.length;
      results.push({
        logProb: new Float32Array(bytes, pass.logProb.offset, count).slice(),
        logProbT: new Float32Array(bytes, pass.logProbT.offset, count).slice(),
        argmax: new Uint32Array(bytes, pass.best.offset, count).slice(),
        ranks: pass.ranks && new Uint32Array(bytes, pass.ranks.offset, count).slice(),
      });
    }
    return results;
  }

  hiddenStates(rows: readonly SpanRow[], layers: readonly number[]): Promise<Float32Array[]> {
    return this.#states.read(rows, layers);
  }

  async logits(ids: Uint32Array, all = false): Promise<Float32Array> {
    if (ids.length === 0) throw tooLong(0, this.config.contextLength);
    if (ids.length > this.config.contextLength) throw tooLong(ids.length, this.config.contextLength);
    const vocab = this.config.vocabSize;
    const wanted = all ? Array.from(ids, (_, i) => i) : [ids.length - 1];
    const perPass = Math.min(
      up(wanted.length, 64),
      Math.max(64, Math.floor(this.#device.limits.bindingBytes / 4 / vocab / 64) * 64),
    );
    const result = new Float32Array(wanted.length * vocab);
    for (let first = 0; first < wanted.length; first += perPass) {
      const part = Uint32Array.from(wanted.slice(first, first + perPass));
      const row: PackedRow = {
        ids,
        segmentStart: new Uint32Array(ids.length),
        supervisedIndex: part,
        labels: new Uint32Array(part.length),
        example: new Uint32Array(part.length),
      };
      const { pass, plan } = await this.#logitsPlan({ tokens: up(ids.length, 64), supervised: perPass });
      const bytes = await this.#run(
        plan,
        pass.inputs.pool,
        pass.inputs.image(row, this.#imageOptions(1)),
        pass.outputs,
      );
      result.set(new Float32Array(bytes, 0, part.length * vocab), first * vocab);
    }
    return result;
  }

  generate(options: GenerateOptions): Promise<GeneratedSample[]> {
    this.#generator ??= new Generator(
      this.#device,
      this.#memory,
      this.#arenas,
      this.memory.decodingBytes || UNPLANNED_DECODING_BYTES,
    );
    return this.#generator.generate(options);
  }

  async exportTrainable(): Promise<NamedTensor[]> {
    return this.#memory.namedTensors(await this.#readPool(this.#memory.parameters));
  }

  async importTrainable(tensors: readonly NamedTensor[]): Promise<void> {
    this.#changed = true;
    this.#write(this.#memory.parameters, this.#memory.imageOf(tensors));
    this.#restart();
    await this.#dora.refresh();
  }

  async exportGradients(): Promise<NamedTensor[]> {
    return this.#memory.namedTensors(await this.#readPool(this.#memory.gradients));
  }

  async exportState(): Promise<TrainingState> {
    const { parameters, moment1, moment2 } = this.#memory;
    return {
      step: this.#trainer.step,
      parameters: await this.#readPool(parameters),
      moment1: await this.#readPool(moment1),
      moment2: await this.#readPool(moment2),
    };
  }

  async importState(state: TrainingState): Promise<void> {
    const { parameters, moment1, moment2 } = this.#memory;
    const parts = [
      [parameters, state.parameters],
      [moment1, state.moment1],
      [moment2, state.moment2],
    ] as const;
    for (const [pool, values] of parts) {
      const expected = this.trainable.kind === 'none' ? 0 : pool.bytes / 4;
      if (values.length === expected) continue;
      throw new LabError(
        'checkpoint-mismatch',
        `The checkpoint holds ${values.length} trained values; this run has ${expected}.`,
        {
          hint: 'Resume with the spec and the model that the checkpoint was made with.',
        },
      );
    }
    this.#changed = true;
    for (const [pool, values] of parts) this.#write(pool, values);
    this.#trainer.restart(state.step);
    await this.#dora.refresh();
  }

  destroy(): void {
    // Leaving twice would take the weights from the sessions that stay.
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#generator?.release();
    this.#states.release();
    for (const { plan, pass } of [...this.#scorers.values(), ...this.#logits.values()]) {
      plan.release();
      pass.inputs.pool.release(this.#device);
      pass.outputs.release(this.#device);
    }
    this.#trainer.release();
    this.#dora.release();
    for (const pool of this.#memory.ownPools()) pool.release(this.#device);
    this.#base.users -= 1;
    if (this.#base.users > 0) return;
    for (const buffer of this.#arenas.buffers) this.#device.destroyBuffer(buffer);
    for (const pool of [this.#memory.weights, this.#memory.tables]) pool.release(this.#device);
  }

  /** Moments zero, step 0, reports of earlier steps forgotten. */
  #restart(): void {
    if (this.trainable.kind !== 'none') {
      // Codes of a block whose scale is zero stand for zero, whatever they are.
      for (const pool of [this.#memory.moment1, this.#memory.moment2]) {
        this.#write(pool, new Float32Array(pool.bytes / 4));
      }
    }
    this.#trainer.restart(0);
  }

  async #scorer(row: PackedRow, ranks: boolean) {
    const shape = { tokens: up(row.ids.length, 128), supervised: up(row.labels.length, 64) };
    const key = `${shape.tokens}/${shape.supervised}/${ranks}`;
    let entry = this.#scorers.get(key);
    if (!entry) {
      const pass = scorePass(this.#memory, shape, ranks);
      entry = { pass, plan: await this.#compile(pass) };
      this.#scorers.set(key, entry);
    }
    return entry;
  }

  async #logitsPlan(shape: RowShape) {
    const key = `${shape.tokens}/${shape.supervised}`;
    let entry = this.#logits.get(key);
    if (!entry) {
      const pass = logitsPass(this.#memory, shape);
      entry = { pass, plan: await this.#compile(pass) };
      this.#logits.set(key, entry);
    }
    return entry;
  }

  #compile(pass: ScorePass | LogitsPass): Promise<Plan> {
    pass.inputs.pool.allocate(this.#device);
    pass.outputs.allocate(this.#device);
    return Plan.compile(this.#device, pass.plan, this.#arenas);
  }

  #imageOptions(inverseTemperature: number) {
    const { vocabSize, contextLength } = this.config;
    return {
      vocabSize,
      contextLength,
      lossWeight: 0,
      inverseTemperature,
      control: [0, 1] as const,
      hyper: null,
      sortTokens: false,
    };
  }

  async #run(plan: Plan, inputs: Pool, image: ArrayBuffer, outputs: Pool): Promise<ArrayBuffer> {
    const device = this.#device;
    device.raw.queue.writeBuffer(inputs.buffer!, 0, image);
    const encoder = device.raw.createCommandEncoder();
    const compute = encoder.beginComputePass();
    plan.replay(compute);
    compute.end();
    device.submit(encoder.finish());
    return device.read(outputs.buffer!, 0, outputs.bytes);
  }

  #write(pool: Pool, image: Float32Array): void {
    this.#device.raw.queue.writeBuffer(pool.buffer!, 0, image.buffer, image.byteOffset, image.byteLength);
  }

  #copy(from: Pool, to: Pool): void {
    const encoder = this.#device.raw.createCommandEncoder();
    encoder.copyBufferToBuffer(from.buffer!, 0, to.buffer!, 0, from.bytes);
    this.#device.submit(encoder.finish());
  }

  async #readPool(pool: Pool): Promise<Float32Array> {
    return new Float32Array(await this.#device.read(pool.buffer!, 0, pool.bytes));
  }
}
