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
import type { Storage } from './precision/kinds';

/** A range of a plan's own memory, or of a pool that outlives it. */
export interface Tensor {
  readonly name: string;
  /** 32-bit elements. */
  readonly elements: number;
  readonly home: { kind: 'plan'; index: number } | { kind: 'pool'; pool: Pool };
  /** Bytes from the start of its home. */
  readonly offset: number;
  /** How its values lie in the elements; f32 where absent. */
  readonly storage?: Storage;
}

/**
 * Memory that outlives plans: weights, gradients, moments, caches, inputs. One GPU buffer each, unless a limit for buffers is
 * given: then a further one begins where the next tensor, or the next piece of one, does not fit any more.
 */
export class Pool {
  readonly name: string;
  bytes = 0;
  readonly tensors = new Map<string, Tensor>();
  readonly #bufferBytes: number;
  /** First byte of each buffer. */
  readonly #starts = [0];
  readonly #buffers: GPUBuffer[] = [];

  constructor(name: string, bufferBytes = Number.POSITIVE_INFINITY) {
    this.name = name;
    this.#bufferBytes = bufferBytes;
  }

  /**
   * Reserves an aligned range; only before the buffers exist.
   * @param o.pieceElements what may lie in different buffers: whatever is bound at once lies within one such piece
   */
  reserve(name: string, elements: number, o: { storage?: Storage; pieceElements?: number } = {}): Tensor {
    if (this.#buffers.length > 0) throw new Error(`pool ${this.name} is already allocated`);
    const { storage, pieceElements = elements } = o;
    const home = { kind: 'pool', pool: this } as const;
    const tensor: Tensor = { name, elements, home, offset: this.bytes, ...(storage && { storage }) };
    this.tensors.set(name, tensor);
    for (let first = 0; first < elements; first += pieceElements) {
      const piece = align(Math.min(pieceElements, elements - first) * 4);
      const start = this.#starts.at(-1)!;
      if (this.bytes > start && this.bytes + piece - start > this.#bufferBytes) this.#starts.push(this.bytes);
      this.bytes += piece;
    }
    return tensor;
  }

  /** Bytes of each buffer. */
  bufferSizes(): number[] {
    return this.#starts.map((start, i) => (this.#starts[i + 1] ?? this.bytes) - start);
  }

  /** The only buffer; null before there is one. */
  get buffer(): GPUBuffer | null {
    if (this.#starts.length > 1) throw new Error(`pool ${this.name} lies in ${this.#starts.length} buffers`);
    return this.#buffers[0] ?? null;
  }

  /** The buffer that holds a byte, and where in it. */
  at(offset: number): { buffer: GPUBuffer; offset: number } {
    const index = this.#starts.findLastIndex((start) => start <= offset);
    const buffer = this.#buffers[index];
    if (!buffer) throw new Error(`pool ${this.name} has no memory yet`);
    return { buffer, offset: offset - this.#starts[index]! };
  }

  allocate(device: EngineDevice): void {
    if (this.#buffers.length > 0) return;
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
    // One by one: those before one that cannot be made are released as the others are.
    for (const bytes of this.bufferSizes()) this.#buffers.push(device.createBuffer(this.name, bytes, usage));
  }

  /** Writes words from a byte of the pool on, over the borders of buffers. */
  write(device: EngineDevice, offset: number, words: Uint32Array<ArrayBuffer>): void {
    for (let first = 0; first < words.length;) {
      const { buffer, offset: inBuffer } = this.at(offset + 4 * first);
      const count = Math.min(words.length - first, (buffer.size - inBuffer) / 4);
      device.raw.queue.writeBuffer(buffer, inBuffer, words, first, count);
      first += count;
    }
  }

  release(device: EngineDevice): void {
    for (const buffer of this.#buffers.splice(0)) device.destroyBuffer(buffer);
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
            const { buffer, offset } = place
              ? { buffer: this.#arenas.buffers[place.arena]!, offset: place.offset + tensor.offset }
              : inPool(tensor);
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

export function tooLarge({ name, elements, home }: Tensor, limit: number): LabError {
  const message = `${name} needs ${elements * 4} bytes in one binding; this GPU binds ${limit}.`;
  // Shorter rows make no weight smaller.
  const isWeight = home.kind === 'pool' && home.pool.name === 'weights';
  return new LabError(
    'device-limit',
    message,
    isWeight
      ? { hint: 'Set model.precision to a coarser one, or choose a smaller model.', control: 'model.precision' }
      : { hint: 'Lower train.rowTokens or the batch, or choose a smaller model.', control: 'train.rowTokens' },
  );
}

function inPool(tensor: Tensor): { buffer: GPUBuffer; offset: number } {
  if (tensor.home.kind !== 'pool') throw new Error(`${tensor.name} has no memory yet`);
  return tensor.home.pool.at(tensor.offset);
}
