/** The software driver itself: that it computes, and that it has the limits the engine counts on. */
import { describe, expect, it } from 'vitest';
import { openTestDevice, testDriver } from '../helpers/gpu';

describe('the software driver', () => {
  it('is the one that was asked for', async () => {
    const { adapter } = await openTestDevice();
    const words = `${adapter.info.description} ${adapter.info.device} ${adapter.info.vendor}`.toLowerCase();
    expect(words).toContain(testDriver());
  });

  it('multiplies and adds whole numbers exactly as the CPU does', async () => {
    const { device } = await openTestDevice();
    const module = device.createShaderModule({
      code: `@group(0) @binding(0) var<storage, read_write> x: array<u32>;
        @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
          x[id.x] = x[id.x] * 2654435761u + 12345u;
        }`,
    });
    const input = Uint32Array.from({ length: 256 }, (_, index) => (index * 7919) >>> 0);
    const storage = device.createBuffer({
      size: input.byteLength,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
    });
    const staging = device.createBuffer({
      size: input.byteLength,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
    device.queue.writeBuffer(storage, 0, input);
    const pipeline = device.createComputePipeline({ layout: 'auto', compute: { module, entryPoint: 'main' } });
    const group = device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [{ binding: 0, resource: { buffer: storage } }],
    });
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(input.length / 64);
    pass.end();
    encoder.copyBufferToBuffer(storage, 0, staging, 0, input.byteLength);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    const output = new Uint32Array(staging.getMappedRange().slice(0));
    expect(output).toEqual(input.map((value) => Math.imul(value, 2654435761) + 12345));
    device.destroy();
  });

  it('gives the default limits: 128 MiB bindings and eight storage buffers a stage', async () => {
    const { device } = await openTestDevice();
    expect(device.limits.maxStorageBufferBindingSize).toBeGreaterThanOrEqual(128 * 1024 * 1024);
    expect(device.limits.maxStorageBuffersPerShaderStage).toBeGreaterThanOrEqual(8);
    device.destroy();
  });
});
