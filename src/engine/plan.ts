/**
 * A plan: the dispatches of one pass, recorded once for one shape and replayed ever after.
 *
 * Promises: building needs no device, so the plan's peak is known before anything is loaded. A replay makes no objects:
 * bind groups have static offsets into one uniform buffer. Must not know: models, tokens.
 */
import { LabError } from '../core/errors';
import { align, planLayout, type Layout, type Lifetime } from './layout';
import { paramBytes, writeParams, type Kernel } from './kernel';
import type { EngineDevice } from './device';

/** A range of a plan's own memory, or of a pool that outlives it. */
export interface Tensor {
  readonly name: string;
  /** 32-bit elements. */
  readonly elements: number;
  readonly home: { kind: 'plan'; index: number } | { kind: 'pool'; pool: Pool };
  /** Bytes from the start of its home. */
  readonly offset: number;
}

/** Memory that outlives plans: weights, gradients, moments, caches, inputs. One GPU buffer each. */
export class Pool {
  readonly name: string;
  bytes = 0;
  buffer: GPUBuffer | null = null;
  readonly tensors = new Map<string, Tensor>();

  constructor(name: string) {
    this.name = name;
  }

  /** Reserves an aligned range; only before the buffer exists. */
  reserve(name: string, elements: number): Tensor {
    if (this.buffer) throw new Error(`pool ${this.name} is already allocated`);
    const tensor: Tensor = { name, elements, home: { kind: 'pool', pool: this }, offset: this.bytes };
    this.tensors.set(name, tensor);
    this.bytes += align(elements * 4);
    return tensor;
  }

  allocate(device: EngineDevice): GPUBuffer {
    this.buffer ??= device.createBuffer(
      this.name,
      this.bytes,
      GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
    );
    return this.buffer;
  }

  release(device: EngineDevice): void {
    if (this.buffer) device.destroyBuffer(this.buffer);
    this.buffer = null;
  }
}

/** A part of a tensor. The first element must be a multiple of 64 (256 bytes). */
export function slice(tensor: Tensor, first: number, elements: number): Tensor {
  return { ...tensor, name: `${tensor.name}[${first}…]`, offset: tensor.offset + first * 4, elements };
}

interface Dispatch {
  kernel: Kernel;
  bindings: Tensor[];
  params: Record<string, number>;
  groups: [number, number, number];
}

/** Workgroups for a one-thread-per-item kernel of 64 threads, folded over y past the per-dimension limit. */
export function groupsFor(threads: number, size = 64): [number, number, number] {
  const groups = Math.max(1, Math.ceil(threads / size));
  const MAX = 32768;
  return groups <= MAX ? [groups, 1, 1] : [MAX, Math.ceil(groups / MAX), 1];
}

/** Records tensors and dispatches; `layout()` is the memory they need. */
export class PlanBuilder {
  readonly dispatches: Dispatch[] = [];
  readonly #tensors: { name: string; elements: number }[] = [];
  /** Bound, read-only, where an optional input is absent. */
  readonly none: Tensor;
  #layout: Layout | null = null;

  constructor(none: Tensor) {
    this.none = none;
  }

  tensor(name: string, elements: number): Tensor {
    this.#tensors.push({ name, elements });
    return { name, elements, home: { kind: 'plan', index: this.#tensors.length - 1 }, offset: 0 };
  }

  dispatch<Binding extends string, Param extends string>(
    kernel: Kernel<Binding, Param>,
    bindings: Record<NoInfer<Binding>, Tensor>,
    params: Record<NoInfer<Param>, number>,
    groups: [number, number, number],
  ): void {
    const ordered = (Object.keys(kernel.bindings) as Binding[]).map((name) => bindings[name]);
    this.dispatches.push({ kernel, bindings: ordered, params, groups });
  }

  /** Where each dispatch's parameters begin in the plan's uniform buffer, and what that buffer takes. */
  uniforms(): { offsets: number[]; bytes: number } {
    const offsets: number[] = [];
    let bytes = 0;
    for (const { kernel } of this.dispatches) {
      offsets.push(bytes);
      bytes += align(paramBytes(kernel));
    }
    return { offsets, bytes };
  }

  layout(): Layout {
    this.#layout ??= planLayout(this.#lifetimes());
    return this.#layout;
  }

  #lifetimes(): Lifetime[] {
    const lives = this.#tensors.map((tensor) => ({
      bytes: tensor.elements * 4,
      first: Number.POSITIVE_INFINITY,
      last: -1,
      conflicts: new Set<number>(),
    }));
    this.dispatches.forEach((dispatch, time) => {
      const access = Object.values(dispatch.kernel.bindings);
      const pools = new Map<Pool, string>();
      dispatch.bindings.forEach((tensor, i) => {
        if (tensor.home.kind === 'pool') {
          const before = pools.get(tensor.home.pool);
          if (before !== undefined && before !== access[i]) {
            throw new Error(`${dispatch.kernel.name} reads and writes pool ${tensor.home.pool.name}`);
          }
          pools.set(tensor.home.pool, access[i]!);
          return;
        }
        const life = lives[tensor.home.index]!;
        life.first = Math.min(life.first, time);
        life.last = time;
        dispatch.bindings.forEach((other, j) => {
          if (other.home.kind === 'plan' && access[i] !== access[j]) life.conflicts.add(other.home.index);
        });
      });
    });
    return lives.map((life) => (life.last < 0 ? { ...life, first: 0, last: 0 } : life));
  }
}

/** Arena buffers shared by all plans of a session: grown when a larger plan comes, never inside a step. */
export class Arenas {
  readonly buffers: GPUBuffer[] = [];
  generation = 0;

  ensure(device: EngineDevice, bytes: readonly number[]): void {
    bytes.forEach((need, index) => {
      const present = this.buffers[index];
      if (present && present.size >= need) return;
      const grown = device.createBuffer(`arena ${index}`, need, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC);
      if (present) device.destroyBuffer(present);
      this.buffers[index] = grown;
      this.generation += 1;
    });
  }
}

/** A plan on a device. `replay` encodes it into a pass. */
export class Plan {
  readonly #device: EngineDevice;
  readonly #builder: PlanBuilder;
  readonly #arenas: Arenas;
  readonly #pipelines: GPUComputePipeline[];
  readonly #layouts: GPUBindGroupLayout[];
  readonly #uniforms: GPUBuffer;
  readonly #offsets: number[];
  #groups: GPUBindGroup[] = [];
  #generation = -1;

  private constructor(
    device: EngineDevice,
    builder: PlanBuilder,
    arenas: Arenas,
    compiled: { pipeline: GPUComputePipeline; layout: GPUBindGroupLayout }[],
  ) {
    this.#device = device;
    this.#builder = builder;
    this.#arenas = arenas;
    this.#pipelines = compiled.map((kernel) => kernel.pipeline);
    this.#layouts = compiled.map((kernel) => kernel.layout);
    const { offsets, bytes } = builder.uniforms();
    this.#offsets = offsets;
    const view = new DataView(new ArrayBuffer(bytes));
    builder.dispatches.forEach((dispatch, i) => writeParams(dispatch.kernel, dispatch.params, view, this.#offsets[i]!));
    this.#uniforms = device.createBuffer('uniforms', bytes, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    device.raw.queue.writeBuffer(this.#uniforms, 0, view.buffer);
  }

  static async compile(device: EngineDevice, builder: PlanBuilder, arenas: Arenas): Promise<Plan> {
    for (const tensor of builder.dispatches.flatMap((dispatch) => dispatch.bindings)) {
      if (tensor.elements * 4 > device.limits.bindingBytes) throw tooLarge(tensor, device.limits.bindingBytes);
    }
    // Here, not at a replay: growing replaces a buffer that an encoder of two plans may already hold.
    arenas.ensure(device, builder.layout().arenas);
    const compiled = await Promise.all(builder.dispatches.map((dispatch) => device.pipeline(dispatch.kernel)));
    return new Plan(device, builder, arenas, compiled);
  }

  /** Encodes every dispatch of the plan into the pass. */
  replay(pass: GPUComputePassEncoder): void {
    this.#bind();
    const { dispatches } = this.#builder;
    for (let i = 0; i < dispatches.length; i++) {
      const { groups } = dispatches[i]!;
      pass.setPipeline(this.#pipelines[i]!);
      pass.setBindGroup(0, this.#groups[i]);
      pass.dispatchWorkgroups(groups[0], groups[1], groups[2]);
    }
  }

  release(): void {
    this.#device.destroyBuffer(this.#uniforms);
  }

  #bind(): void {
    const { placements } = this.#builder.layout();
    if (this.#generation === this.#arenas.generation) return;
    this.#groups = this.#builder.dispatches.map((dispatch, i) =>
      this.#device.raw.createBindGroup({
        layout: this.#layouts[i]!,
        entries: [
          {
            binding: 0,
            resource: { buffer: this.#uniforms, offset: this.#offsets[i]!, size: paramBytes(dispatch.kernel) },
          },
          ...dispatch.bindings.map((tensor, index) => {
            const place = tensor.home.kind === 'plan' ? placements[tensor.home.index]! : null;
            const buffer = place ? this.#arenas.buffers[place.arena]! : poolBuffer(tensor);
            const offset = tensor.offset + (place?.offset ?? 0);
            return {
              binding: index + 1,
              resource: { buffer, offset, size: Math.max(16, align4(tensor.elements * 4)) },
            };
          }),
        ],
      }),
    );
    this.#generation = this.#arenas.generation;
  }
}

/** vec4 views need whole vectors; ranges are 256-aligned, so rounding up stays inside the reservation. */
function align4(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}

function tooLarge(tensor: Tensor, limit: number): LabError {
  return new LabError(
    'device-limit',
    `${tensor.name} needs ${tensor.elements * 4} bytes in one binding; this GPU binds ${limit}.`,
    {
      hint: 'Lower train.rowTokens or the batch, or choose a smaller model.',
      control: 'train.rowTokens',
    },
  );
}

function poolBuffer(tensor: Tensor): GPUBuffer {
  if (tensor.home.kind !== 'pool' || !tensor.home.pool.buffer) throw new Error(`${tensor.name} has no memory yet`);
  return tensor.home.pool.buffer;
}
