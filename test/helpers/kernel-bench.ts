/**
 * Runs engine ops on given arrays: inputs in, one submit, outputs back.
 *
 * Promises: every output starts as a sentinel, so that an element no thread wrote shows; every tensor has a pool of its own.
 * `describeKernel` names the kernel under test and fails when no trial of the suite dispatched it.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acquireDevice, type EngineDevice } from '../../src/engine';
import type { Kernel } from '../../src/engine/kernel';
import { Arenas, Plan, PlanBuilder, Pool, type Tensor } from '../../src/engine/plan';
import type { Reals } from '../../src/engine/reference/kernels';
import { testGpu } from './gpu';
import { numbers, worstError } from './numbers';

export { worstError };

/** What outputs hold before a kernel writes them. */
export const UNWRITTEN = -12345.5;

/** One set of tensors and dispatches. Record through `plan`, then `run`, then read. */
export class Trial {
  readonly plan: PlanBuilder;
  readonly #device: EngineDevice;
  readonly #used: Set<string>;
  readonly #pools: Pool[] = [];

  constructor(device: EngineDevice, used: Set<string>) {
    this.#device = device;
    this.#used = used;
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
    const compiled = await Plan.compile(this.#device, this.plan, new Arenas());
    const encoder = this.#device.raw.createCommandEncoder();
    const pass = encoder.beginComputePass();
    compiled.replay(pass);
    pass.end();
    this.#device.submit(encoder.finish());
    for (const { kernel } of this.plan.dispatches) this.#used.add(kernel.name);
    compiled.release();
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

/** One device for a test file, and trials on it. Call it at the top of the file. */
export function kernelBench() {
  let device: EngineDevice | undefined;
  const used = new Set<string>();
  beforeAll(async () => {
    device = await acquireDevice(testGpu());
  });
  afterAll(() => device?.destroy());

  /** Builds a trial, runs what `record` put into its plan, reads with what `record` returned. */
  async function run<T>(record: (trial: Trial) => (trial: Trial) => Promise<T>): Promise<T> {
    const trial = new Trial(device!, used);
    const errors = collectErrors(device!);
    const read = record(trial);
    await trial.run();
    const result = await read(trial);
    trial.release();
    expect(await errors()).toBeNull();
    return result;
  }

  /** The suite of one kernel. Its name here is what the coverage test looks for. */
  function describeKernel(kernel: Kernel, body: () => void): void {
    describe(kernel.name, () => {
      body();
      it('was dispatched by these tests', () => expect([...used]).toContain(kernel.name));
    });
  }

  return { run, describeKernel };
}

/** A dispatch that WebGPU refuses would otherwise pass silently. */
function collectErrors(device: EngineDevice): () => Promise<string | null> {
  device.raw.pushErrorScope('validation');
  return async () => (await device.raw.popErrorScope())?.message ?? null;
}

/** Seeded f32 numbers in (−spread, spread). */
export function floats(seed: number, length: number, spread = 1): Float32Array {
  return Float32Array.from(numbers(seed, length, spread));
}

export function expectClose(found: Reals, expected: Reals, tolerance: number): void {
  expect(worstError(found, expected)).toBeLessThan(tolerance);
}
