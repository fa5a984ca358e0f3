/**
 * “Check this device”: the engine's checks on a device of their own, with what it is that was checked.
 *
 * Promises: the device is given back whatever happens. Throws `webgpu-missing`, `device-lost` and `cancelled`.
 * Must not know: pages, terminals.
 */
import { acquireDevice, type EngineDevice } from '../engine';
import { checkDevice } from '../engine/check';
import type { DeviceCheck } from '../records/device-check';
import type { AdapterIdentity } from '../records/types';
import type { RunnerHost } from './host';
import { ONTOSCOPE_VERSION } from './version';

export interface DeviceCheckOptions {
  signal?: AbortSignal;
  /** Told after every family. */
  onProgress?: (check: DeviceCheck) => void;
  /** The device to check; the adapter's own where absent. It is given back. */
  device?: EngineDevice;
}

export async function checkThisDevice(
  { gpu, clock, hostName }: Pick<RunnerHost, 'gpu' | 'clock' | 'hostName'>,
  { signal, onProgress, device: given }: DeviceCheckOptions = {},
): Promise<DeviceCheck> {
  const startedMs = clock.nowMs();
  const device = given ?? (await acquireDevice(gpu));
  try {
    const check = (families: DeviceCheck['families'], total: number): DeviceCheck => ({
      ...{ checkVersion: 1, ontoscope: ONTOSCOPE_VERSION, total, families },
      adapter: { ...device.identity, host: hostName },
      passed: families.length === total && families.every(({ passed }) => passed),
      elapsedMs: clock.nowMs() - startedMs,
    });
    const families: DeviceCheck['families'] = [];
    let latest = check(families, 1);
    await checkDevice(device, {
      nowMs: () => clock.nowMs(),
      ...(signal ? { signal } : {}),
      onFamily: (report, _done, total) => {
        families.push(report);
        latest = check([...families], total);
        onProgress?.(latest);
      },
    });
    return latest;
  } finally {
    device.destroy();
  }
}

export interface DeviceDescription {
  adapter: AdapterIdentity;
  limits: { bufferBytes: number; bindingBytes: number };
  /** Offered; neither is needed. */
  f16: boolean;
  subgroups: boolean;
}

/** What a run would compute on. Throws `webgpu-missing`. */
export async function describeDevice({
  gpu,
  hostName,
}: Pick<RunnerHost, 'gpu' | 'hostName'>): Promise<DeviceDescription> {
  const device = await acquireDevice(gpu);
  try {
    const features = (await gpu.requestAdapter({ powerPreference: 'high-performance' }))?.features;
    return {
      adapter: { ...device.identity, host: hostName },
      limits: { bufferBytes: device.limits.bufferBytes, bindingBytes: device.raw.limits.maxStorageBufferBindingSize },
      f16: features?.has('shader-f16') ?? false,
      subgroups: features?.has('subgroups') ?? false,
    };
  } finally {
    device.destroy();
  }
}
