/**
 * What this browser can do for a run: WebGPU adapter, limits, features, storage.
 *
 * Promises: never throws; what is missing is named, with the steps that may bring it. Makes no device and keeps none.
 */
import { identifyBrowser, softwareSteps, stepsFor, type BrowserIdentity, type MissingReason } from './browser-steps';

export interface AdapterFacts {
  vendor: string;
  architecture: string;
  description: string;
  software: boolean;
  f16: boolean;
  subgroups: boolean;
  /** What may bring a graphics card in place of a software adapter; empty where there is one. */
  steps: string[];
  limits: {
    maxBufferBytes: number;
    maxStorageBindingBytes: number;
    maxStorageBuffersPerStage: number;
    maxWorkgroupInvocations: number;
    maxWorkgroupStorageBytes: number;
  };
}

export interface Capability {
  browser: BrowserIdentity;
  webgpu: { ok: true; adapter: AdapterFacts } | { ok: false; reason: MissingReason; steps: string[] };
  storage: { quotaBytes: number; usedBytes: number } | null;
}

/** The parts of the host that are asked, so that tests can stand in for them. */
export interface CapabilityHost {
  gpu: GPU | undefined;
  secure: boolean;
  userAgent: string;
  estimateStorage: (() => Promise<StorageEstimate>) | null;
}

export function browserHost(): CapabilityHost {
  return {
    gpu: 'gpu' in navigator ? navigator.gpu : undefined,
    secure: globalThis.isSecureContext,
    userAgent: navigator.userAgent,
    estimateStorage: navigator.storage?.estimate === undefined ? null : () => navigator.storage.estimate(),
  };
}

/** Name of the browser and its version, for the manifest. */
export function hostName(userAgent: string): string {
  const { name, version, platform } = identifyBrowser(userAgent);
  return `${name}${version === null ? '' : ` ${version}`} on ${platform}`;
}

/** Names under which the known software drivers present themselves. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|software|basic render/i;

function factsOf(adapter: GPUAdapter, browser: BrowserIdentity): AdapterFacts {
  const { info, limits, features } = adapter;
  const text = `${info.vendor} ${info.architecture} ${info.device} ${info.description}`;
  const fallback = 'isFallbackAdapter' in info && info.isFallbackAdapter === true;
  const software = fallback || SOFTWARE.test(text);
  return {
    vendor: info.vendor,
    architecture: info.architecture,
    description: info.description,
    software,
    f16: features.has('shader-f16'),
    subgroups: features.has('subgroups'),
    steps: software ? softwareSteps(browser) : [],
    limits: {
      maxBufferBytes: limits.maxBufferSize,
      maxStorageBindingBytes: limits.maxStorageBufferBindingSize,
      maxStorageBuffersPerStage: limits.maxStorageBuffersPerShaderStage,
      maxWorkgroupInvocations: limits.maxComputeInvocationsPerWorkgroup,
      maxWorkgroupStorageBytes: limits.maxComputeWorkgroupStorageSize,
    },
  };
}

async function readStorage(host: CapabilityHost): Promise<Capability['storage']> {
  try {
    const estimate = await host.estimateStorage?.();
    if (estimate?.quota === undefined) return null;
    return { quotaBytes: estimate.quota, usedBytes: estimate.usage ?? 0 };
  } catch {
    return null;
  }
}

export async function readCapability(host: CapabilityHost = browserHost()): Promise<Capability> {
  const browser = identifyBrowser(host.userAgent);
  const storage = await readStorage(host);
  const missing = (reason: MissingReason): Capability => ({
    browser,
    webgpu: { ok: false, reason, steps: stepsFor(reason, browser) },
    storage,
  });
  if (!host.secure) return missing('insecure-page');
  if (host.gpu === undefined) return missing('no-api');
  try {
    const adapter = await host.gpu.requestAdapter({ powerPreference: 'high-performance' });
    return adapter === null
      ? missing('no-adapter')
      : { browser, webgpu: { ok: true, adapter: factsOf(adapter, browser) }, storage };
  } catch {
    return missing('no-adapter');
  }
}
