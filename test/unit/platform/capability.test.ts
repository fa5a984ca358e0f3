import { describe, expect, it } from 'vitest';
import { hostName, readCapability, type CapabilityHost } from '../../../src/platform/capability';

const AGENT = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

function adapter(info: Partial<GPUAdapterInfo>, features: string[] = []): GPUAdapter {
  return {
    info: { vendor: '', architecture: '', device: '', description: '', ...info },
    features: new Set(features),
    limits: {
      maxBufferSize: 1024,
      maxStorageBufferBindingSize: 512,
      maxStorageBuffersPerShaderStage: 8,
      maxComputeInvocationsPerWorkgroup: 256,
      maxComputeWorkgroupStorageSize: 16384,
    },
  } as unknown as GPUAdapter;
}

function host(gpu: unknown, more: Partial<CapabilityHost> = {}): CapabilityHost {
  return { gpu: gpu as GPU | undefined, secure: true, userAgent: AGENT, estimateStorage: null, ...more };
}
const offering = (found: GPUAdapter | null) => ({ requestAdapter: () => Promise.resolve(found) });

describe('what a device can do', () => {
  it('tells a graphics card from a software driver, by its name', async () => {
    const card = await readCapability(host(offering(adapter({ vendor: 'nvidia', architecture: 'hopper' }))));
    const software = await readCapability(host(offering(adapter({ vendor: 'google', architecture: 'swiftshader' }))));
    expect(card.webgpu.ok && card.webgpu.adapter.software).toBe(false);
    expect(software.webgpu.ok && software.webgpu.adapter.software).toBe(true);
  });

  it('believes an adapter that says itself it is a fallback', async () => {
    const found = adapter({ vendor: 'x', isFallbackAdapter: true });
    const { webgpu } = await readCapability(host(offering(found)));
    expect(webgpu.ok && webgpu.adapter.software).toBe(true);
  });

  it('reports limits and optional features as they are', async () => {
    const { webgpu } = await readCapability(host(offering(adapter({}, ['subgroups']))));
    expect(webgpu).toMatchObject({
      ok: true,
      adapter: { f16: false, subgroups: true, limits: { maxBufferBytes: 1024, maxStorageBuffersPerStage: 8 } },
    });
  });

  it.each([
    ['no-api', host(undefined)],
    ['no-adapter', host(offering(null))],
    ['no-adapter', host({ requestAdapter: () => Promise.reject(new Error('blocked')) })],
    ['insecure-page', host(undefined, { secure: false })],
  ])('answers %s with steps instead of throwing', async (reason, given) => {
    const { webgpu } = await readCapability(given);
    expect(webgpu).toMatchObject({ ok: false, reason });
    expect(!webgpu.ok && webgpu.steps.length).toBeGreaterThan(0);
  });

  it('lets storage that cannot be asked be unknown', async () => {
    const refusing = host(undefined, { estimateStorage: () => Promise.reject(new Error('private window')) });
    const answering = host(undefined, { estimateStorage: () => Promise.resolve({ quota: 100, usage: 40 }) });
    expect((await readCapability(refusing)).storage).toBeNull();
    expect((await readCapability(answering)).storage).toEqual({ quotaBytes: 100, usedBytes: 40 });
  });

  it('names browser, version and system for the manifest', () => {
    expect(hostName(AGENT)).toBe('Chrome 140 on Linux');
  });
});
