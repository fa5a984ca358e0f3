/**
 * A kernel: one WGSL file, its storage bindings in order, its uniform parameters in order.
 *
 * Promises: binding 0 is the uniform `Params` struct of 32-bit members; bindings 1… are storage buffers as declared.
 * A test holds every declaration against its shader's text. Must not know: what a kernel computes.
 */
import prelude from '../../shaders/common/prelude.wgsl?raw';
import { LabError } from '../core/errors';

export type Access = 'read' | 'read-write';
export type ParamType = 'u32' | 'f32';

export interface Kernel<Binding extends string = string, Param extends string = string> {
  /** Path under `shaders/`, without the suffix: unique. */
  readonly name: string;
  readonly source: string;
  readonly bindings: Readonly<Record<Binding, Access>>;
  readonly params: Readonly<Record<Param, ParamType>>;
}

export interface CompiledKernel {
  pipeline: GPUComputePipeline;
  layout: GPUBindGroupLayout;
}

/** Declares a kernel; `includes` are further common files, put in front of it. */
export function defineKernel<Binding extends string, Param extends string>(declaration: {
  name: string;
  source: string;
  bindings: Record<Binding, Access>;
  params: Record<Param, ParamType>;
  includes?: string[];
}): Kernel<Binding, Param> {
  const { includes = [], ...rest } = declaration;
  return { ...rest, source: [prelude, ...includes, declaration.source].join('\n') };
}

/** Bytes of a kernel's uniform block. */
export function paramBytes(kernel: Kernel): number {
  return Math.max(16, Math.ceil((Object.keys(kernel.params).length * 4) / 16) * 16);
}

/** Writes parameter values in declaration order, little-endian, at `offset`. */
export function writeParams(kernel: Kernel, values: Record<string, number>, target: DataView, offset: number): void {
  Object.entries(kernel.params).forEach(([name, type], index) => {
    const value = values[name];
    if (value === undefined || Number.isNaN(value)) throw new Error(`${kernel.name}: parameter ${name} is missing`);
    if (type === 'u32') target.setUint32(offset + index * 4, value, true);
    else target.setFloat32(offset + index * 4, value, true);
  });
}

export async function pipelineFor(device: GPUDevice, kernel: Kernel): Promise<CompiledKernel> {
  const layout = device.createBindGroupLayout({
    label: kernel.name,
    entries: [
      { binding: 0, visibility: GPUShaderStage.COMPUTE, buffer: { type: 'uniform' } },
      ...Object.values<Access>(kernel.bindings).map((access, index) => ({
        binding: index + 1,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type: access === 'read' ? ('read-only-storage' as const) : ('storage' as const) },
      })),
    ],
  });
  const module = device.createShaderModule({ label: kernel.name, code: kernel.source });
  try {
    const pipeline = await device.createComputePipelineAsync({
      label: kernel.name,
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: 'main' },
    });
    return { pipeline, layout };
  } catch (cause) {
    const { messages } = await module.getCompilationInfo();
    const words = messages.map((m) => `${m.lineNum}:${m.linePos} ${m.message}`).join('; ');
    throw new LabError('shader-invalid', `The shader ${kernel.name} does not compile here: ${words || String(cause)}`, {
      hint: 'Report this with the name of your browser and GPU from the capability panel.',
      cause,
    });
  }
}
