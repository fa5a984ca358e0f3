/**
 * WebGPU for tests in Node: the `webgpu` package on a software Vulkan driver.
 *
 * Promises: one GPU object per process, kept alive to the end (a collected one crashes the process); llvmpipe unless
 * VK_ICD_FILENAMES or VK_DRIVER_FILES says otherwise; WebGPU's global constants are defined once this module is imported.
 */
import { create, globals } from 'webgpu';
import { findLlvmpipe, findSwiftShader } from '../../bin/find.js';

Object.assign(globalThis, globals);

let gpu: GPU | undefined;

/** The process's GPU. The Vulkan loader reads its variables at this moment, so they are set here when nobody has. */
export function testGpu(): GPU {
  if (!gpu) {
    if (!process.env.VK_ICD_FILENAMES && !process.env.VK_DRIVER_FILES) {
      const driver = findLlvmpipe();
      if (!driver) throw new Error('No llvmpipe driver found: run `node bin/setup.js --test` once.');
      process.env.VK_ICD_FILENAMES = driver;
      process.env.VK_DRIVER_FILES = driver;
    }
    gpu = create([]);
  }
  return gpu;
}

/** Which software driver this process computes on. */
export function testDriver(): 'llvmpipe' | 'swiftshader' {
  testGpu();
  const file = process.env.VK_DRIVER_FILES ?? process.env.VK_ICD_FILENAMES;
  return file === findSwiftShader() ? 'swiftshader' : 'llvmpipe';
}

/** A plain device with default limits, for tests below the engine's own acquisition. */
export async function openTestDevice(): Promise<{ gpu: GPU; adapter: GPUAdapter; device: GPUDevice }> {
  const opened = testGpu();
  const adapter = await opened.requestAdapter();
  if (!adapter) throw new Error('The Vulkan driver gave no adapter: run `node bin/setup.js --test` once.');
  return { gpu: opened, adapter, device: await adapter.requestDevice() };
}
