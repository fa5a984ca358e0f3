/**
 * WebGPU in Node, through the `webgpu` package (Dawn).
 *
 * Promises: loaded only when a command computes; one GPU object a process, kept to its end (a collected one crashes the
 * process). Must not know: what is computed.
 */
import { LabError } from '../core/errors';

let kept: GPU | null = null;

/** Throws `webgpu-missing` where the package or its native library cannot be loaded. */
export async function nodeGpu(): Promise<GPU> {
  if (kept) return kept;
  try {
    const { create, globals } = await import('webgpu');
    Object.assign(globalThis, globals);
    kept = create([]);
    return kept;
  } catch (cause) {
    throw new LabError('webgpu-missing', `WebGPU could not be started in Node: ${(cause as Error).message}`, {
      hint: 'Run npm install in the project’s folder; on Linux also install a Vulkan driver: the one of your GPU, or Mesa 25 or newer (mesa-vulkan-drivers) to compute on the processor.',
      cause,
    });
  }
}

/** For manifests. */
export const NODE_HOST_NAME = `Node.js ${process.versions.node} with Dawn`;
