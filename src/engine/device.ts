/**
 * The GPU as the engine sees it: one device, its limits, its pipelines, and counters of everything that costs.
 *
 * Promises: every buffer and every submit goes through here, so memory growth and submits per step can be asserted;
 * what the driver refuses (it does so silently, and leaves zeros) is thrown before a result is handed out.
 * Requires no optional feature. Must not know: kernels' meaning, models.
 */
import { LabError } from '../core/errors';
import { pipelineFor, type CompiledKernel, type Kernel } from './kernel';
import type { EngineCounters } from './types';

const MiB = 1024 * 1024;
/** The news that a device is gone may come a little after the first call that fails on it. */
const LOSS_NEWS_MS = 100;

export interface GpuIdentity {
  vendor: string;
  architecture: string;
  device: string;
  description: string;
  software: boolean;
}

export interface EngineLimits {
  /** Largest range one binding may cover, bytes. Kept at 128 MiB or less, so that plans fit every adapter. */
  bindingBytes: number;
  bufferBytes: number;
}

/** One WebGPU device with counted buffers, counted submits and a pipeline cache. */
export class EngineDevice {
  readonly raw: GPUDevice;
  readonly identity: GpuIdentity;
  readonly limits: EngineLimits;
  readonly counters: EngineCounters = { submits: 0, bufferBytes: 0, peakBytes: 0, buffersCreated: 0 };
  /** Set once the device is gone or has refused a command; every later call throws it. */
  #broken: LabError | null = null;
  readonly #pipelines = new Map<string, Promise<CompiledKernel>>();
  readonly #buffers = new Set<GPUBuffer>();

  constructor(raw: GPUDevice, identity: GpuIdentity) {
    this.raw = raw;
    this.identity = identity;
    this.limits = {
      bindingBytes: Math.min(raw.limits.maxStorageBufferBindingSize, 128 * MiB),
      bufferBytes: raw.limits.maxBufferSize,
    };
    void raw.lost.then((info) => {
      this.#broken = new LabError('device-lost', `The GPU device was lost (${info.reason}): ${info.message}`, {
        hint: 'Run again: the run continues from its last checkpoint. Close other heavy tabs if it happens often.',
      });
    });
    raw.addEventListener('uncapturederror', (event) => {
      this.#broken ??= refusal(event.error);
    });
  }

  /** Throws `device-lost` once the device is gone, `device-limit` or `internal` once it has refused a command. */
  assertAlive(): void {
    if (this.#broken) throw this.#broken;
  }

  createBuffer(label: string, bytes: number, usage: GPUBufferUsageFlags): GPUBuffer {
    this.assertAlive();
    const size = Math.max(256, Math.ceil(bytes / 4) * 4);
    if (size > this.limits.bufferBytes) {
      throw new LabError(
        'device-limit',
        `${label} needs ${size} bytes; this GPU allows ${this.limits.bufferBytes} in one buffer.`,
        {
          hint: 'Choose a smaller model, fewer tokens per row (train.rowTokens) or a smaller batch.',
          control: 'train.rowTokens',
        },
      );
    }
    const buffer = this.raw.createBuffer({ label, size, usage });
    this.#buffers.add(buffer);
    this.counters.bufferBytes += size;
    this.counters.peakBytes = Math.max(this.counters.peakBytes, this.counters.bufferBytes);
    this.counters.buffersCreated += 1;
    return buffer;
  }

  destroyBuffer(buffer: GPUBuffer): void {
    if (!this.#buffers.delete(buffer)) return;
    this.counters.bufferBytes -= buffer.size;
    buffer.destroy();
  }

  submit(commands: GPUCommandBuffer): void {
    this.assertAlive();
    this.counters.submits += 1;
    this.raw.queue.submit([commands]);
  }

  /** Waits until everything queued is done, and what the driver held for it is free again. */
  async settle(): Promise<void> {
    this.assertAlive();
    // Awaiting right after a submit starves software adapters: give their threads a moment first.
    this.raw.queue.submit([]);
    if (this.identity.software) await new Promise((resolve) => setTimeout(resolve, 2));
    await this.raw.queue.onSubmittedWorkDone();
    this.assertAlive();
  }

  /** Compiles once per kernel; a shader that does not compile is a `shader-invalid` error with the compiler's words. */
  pipeline(kernel: Kernel): Promise<CompiledKernel> {
    let compiled = this.#pipelines.get(kernel.name);
    if (!compiled) {
      compiled = pipelineFor(this.raw, kernel);
      this.#pipelines.set(kernel.name, compiled);
    }
    return compiled;
  }

  /** Reads `bytes` of a buffer from `offset`; waits for everything submitted before. */
  async read(source: GPUBuffer, offset: number, bytes: number): Promise<ArrayBuffer> {
    const staging = this.createBuffer('read-back', bytes, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
    try {
      const encoder = this.raw.createCommandEncoder();
      encoder.copyBufferToBuffer(source, offset, staging, 0, bytes);
      this.submit(encoder.finish());
      return await this.mapped(staging, bytes);
    } finally {
      this.destroyBuffer(staging);
    }
  }

  /** Copies out a mapped range, rejecting as `assertAlive` does if the device goes or refuses something first. */
  async mapped(staging: GPUBuffer, bytes: number): Promise<ArrayBuffer> {
    // Mapping right after a submit starves software adapters: give their threads a moment first.
    if (this.identity.software) await new Promise((resolve) => setTimeout(resolve, 2));
    try {
      await staging.mapAsync(GPUMapMode.READ, 0, bytes);
    } catch (cause) {
      await this.#newsOfLoss();
      this.assertAlive();
      throw new LabError('internal', 'Reading results back from the GPU failed.', {
        hint: 'Reload and run again; if it persists, report it with the capability panel.',
        cause,
      });
    }
    this.assertAlive();
    const copy = staging.getMappedRange(0, bytes).slice(0);
    staging.unmap();
    return copy;
  }

  /** What a failed call means: a device that is gone explains whatever failed on it, be it a shader or a read. */
  async explain(thrown: unknown): Promise<unknown> {
    await this.#newsOfLoss();
    return this.#broken?.code === 'device-lost' ? this.#broken : thrown;
  }

  async #newsOfLoss(): Promise<void> {
    await Promise.race([this.raw.lost, new Promise((resolve) => setTimeout(resolve, LOSS_NEWS_MS))]);
  }

  destroy(): void {
    for (const buffer of [...this.#buffers]) this.destroyBuffer(buffer);
    this.raw.destroy();
  }
}

/** A command that the driver did not carry out: nothing after it can be trusted. */
function refusal(error: GPUError): LabError {
  if (error instanceof GPUOutOfMemoryError) {
    return new LabError('device-limit', `The GPU has no memory left: ${error.message}`, {
      hint: 'Close other programs that use the GPU, choose a smaller model, or lower train.rowTokens.',
      control: 'train.rowTokens',
    });
  }
  return new LabError('internal', `The GPU refused a command: ${error.message}`, {
    hint: 'This is a defect of Ontoscope: please report it with the message and the capability panel.',
  });
}

function identify(info: GPUAdapterInfo): GpuIdentity {
  const text = `${info.vendor} ${info.architecture} ${info.device} ${info.description}`.toLowerCase();
  return {
    vendor: info.vendor,
    architecture: info.architecture,
    device: info.device,
    description: info.description,
    software: /swiftshader|llvmpipe|lavapipe|software|basic render|warp/.test(text) || info.isFallbackAdapter === true,
  };
}

/**
 * Opens a device with the adapter's own buffer limits and no optional features.
 * Errors: `webgpu-missing` where there is no adapter or it gives no device.
 */
export async function acquireDevice(gpu: GPU): Promise<EngineDevice> {
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) {
    throw new LabError('webgpu-missing', 'WebGPU found no adapter to compute on.', {
      hint: 'Update the graphics driver; without a GPU, install a Vulkan software driver (Mesa 25 or newer) or start Chromium with --enable-unsafe-webgpu.',
    });
  }
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const raw = await adapter
    .requestDevice({ requiredLimits: { maxBufferSize, maxStorageBufferBindingSize } })
    .catch((cause: unknown) => {
      throw new LabError('webgpu-missing', `The adapter gave no device: ${(cause as Error).message}`, {
        hint: 'Try again; if it happens every time, update the graphics driver or close other programs that use the GPU.',
        cause,
      });
    });
  return new EngineDevice(raw, identify(adapter.info));
}
