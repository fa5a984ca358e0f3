/**
 * Engine ops on given arrays: inputs in, one submit, outputs back. For checks and tests.
 *
 * Promises: every output starts as a sentinel, so that an element no thread wrote shows; every tensor has a pool of its own;
 * what WebGPU refuses is thrown, not passed over; the memory is given back whatever happens.
 */
import { LabError } from '../../core/errors';
import type { EngineDevice } from '../device';
import { Arenas, Plan, PlanBuilder, Pool, type Tensor } from '../plan';

/** What outputs hold before a kernel writes them. */
export const UNWRITTEN = -12345.5;

/** One set of tensors and dispatches. Record through `plan`, then `run`, then read. */
export class Trial {
  readonly plan: PlanBuilder;
  readonly #device: EngineDevice;
  readonly #pools: Pool[] = [];

  constructor(device: EngineDevice) {
    this.#device = device;
    this.plan = new PlanBuilder(this.input(new Float32Array(64)));
  }

  input(values: Float32Array | Uint32Array): Tensor {
    const pool = new Pool('trial');
    const tensor = pool.reserve('values', values.length);
    pool.allocate(this.#device);
    const copy = values.slice();
    this.#device.raw.queue.writeBuffer(pool.buffer!, 0, copy.buffer);
    this.#pools.push(pool);
    return tensor;
  }

  output(elements: number): Tensor {
    return this.input(new Float32Array(elements).fill(UNWRITTEN));
  }

  async run(): Promise<void> {
    const arenas = new Arenas();
    const compiled = await Plan.compile(this.#device, this.plan, arenas);
    const encoder = this.#device.raw.createCommandEncoder();
    const pass = encoder.beginComputePass();
    compiled.replay(pass);
    pass.end();
    this.#device.submit(encoder.finish());
    compiled.release();
    for (const buffer of arenas.buffers) this.#device.destroyBuffer(buffer);
  }

  /** Names of the kernels that it dispatches. */
  get kernels(): string[] {
    return [...new Set(this.plan.dispatches.map(({ kernel }) => kernel.name))];
  }

  async floats(tensor: Tensor): Promise<Float32Array> {
    return new Float32Array(await this.#read(tensor));
  }

  async words(tensor: Tensor): Promise<Uint32Array> {
    return new Uint32Array(await this.#read(tensor));
  }

  release(): void {
    for (const pool of this.#pools) pool.release(this.#device);
  }

  #read(tensor: Tensor): Promise<ArrayBuffer> {
    if (tensor.home.kind !== 'pool') throw new Error('only inputs and outputs of a trial can be read');
    return this.#device.read(tensor.home.pool.buffer!, tensor.offset, tensor.elements * 4);
  }
}

export type RunTrial = <T>(record: (trial: Trial) => () => Promise<T>) => Promise<T>;

/** Builds a trial, runs what `record` put into its plan, reads with what `record` returned. */
export async function runTrial<T>(
  device: EngineDevice,
  record: (trial: Trial) => () => Promise<T>,
  onKernels?: (names: string[]) => void,
): Promise<T> {
  const trial = new Trial(device);
  device.raw.pushErrorScope('validation');
  let refused: string | null;
  try {
    const read = record(trial);
    onKernels?.(trial.kernels);
    try {
      await trial.run();
    } finally {
      refused = (await device.raw.popErrorScope())?.message ?? null;
    }
    // A dispatch that WebGPU refuses would otherwise pass silently.
    if (refused !== null) {
      throw new LabError('internal', `WebGPU refused a dispatch: ${refused}`, {
        hint: 'Report this with the name of your browser and GPU from the capability panel.',
      });
    }
    return await read();
  } finally {
    trial.release();
  }
}
