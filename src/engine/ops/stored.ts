/** Kernels that read a weight `w`: one source, with the loader of each storage in front of it. */
import f16 from '../../../shaders/common/weights_f16.wgsl?raw';
import f32 from '../../../shaders/common/weights_f32.wgsl?raw';
import int8 from '../../../shaders/common/weights_int8.wgsl?raw';
import nf4Values from '../../../shaders/common/nf4_values.wgsl?raw';
import nf4 from '../../../shaders/common/weights_nf4.wgsl?raw';
import nf4Double from '../../../shaders/common/weights_nf4_double.wgsl?raw';
import { defineKernel, type Kernel } from '../kernel';
import type { Tensor } from '../plan';
import type { Storage } from '../precision/kinds';

const LOADERS: Record<Storage, string[]> = {
  f32: [f32],
  f16: [f16],
  int8: [int8],
  nf4: [nf4Values, nf4],
  'nf4-double': [nf4Values, nf4Double],
};

/** The kernel for weights of that storage. That for f32 has the plain name, the others one behind a colon. */
export function storedKernel<Binding extends string, Param extends string>(
  declaration: Parameters<typeof defineKernel<Binding, Param>>[0],
  storage: Storage,
): Kernel<Binding, Param> {
  const name = storage === 'f32' ? declaration.name : `${declaration.name}:${storage}`;
  return defineKernel({ ...declaration, name, includes: LOADERS[storage] });
}

/** The variant that reads the tensor. */
export function kernelFor<K extends Kernel>(variants: Partial<Record<Storage, K>>, w: Tensor): K {
  const kernel = variants[w.storage ?? 'f32'];
  if (!kernel) throw new Error(`no kernel reads ${w.name} as ${w.storage}`);
  return kernel;
}
