/** Checks of the device in the worker, each of which can be stopped. Must not know: the worker's port, kernels. */
import { checkThisDevice } from '../experiment/device-check';
import { browserHost } from './browser-host';
import type { ResponseBody } from './protocol';

export class DeviceDesk {
  readonly #stops = new Map<string, AbortController>();

  /** Throws `webgpu-missing`, `device-lost`, and `cancelled` where it was stopped. */
  async check(job: string, post: (body: ResponseBody) => void): Promise<void> {
    const stop = new AbortController();
    this.#stops.set(job, stop);
    try {
      const check = await checkThisDevice(browserHost(), {
        signal: stop.signal,
        onProgress: (soFar) => post({ kind: 'device-progress', check: soFar }),
      });
      post({ kind: 'device-checked', check });
    } finally {
      this.#stops.delete(job);
    }
  }

  stop(job: string): void {
    this.#stops.get(job)?.abort();
  }
}
