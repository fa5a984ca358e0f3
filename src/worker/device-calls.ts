/** Checking the device: the page's call to the worker. One that is stopped ends as `cancelled`. Must not know: kernels. */
import type { DeviceCheck } from '../records/device-check';
import { Calls, type Hear } from './calls';
import type { RequestBody } from './protocol';

export class DeviceCalls extends Calls {
  constructor(send: (runId: string, body: RequestBody) => void) {
    super('device', send);
  }

  async check(onProgress: (check: DeviceCheck) => void, signal: AbortSignal): Promise<DeviceCheck> {
    const runId = this.name();
    signal.addEventListener('abort', () => this.send(runId, { kind: 'stop-device-check' }), { once: true });
    const hear: Hear = (message) => {
      if (message.kind === 'device-progress') onProgress(message.check);
    };
    return (await this.ask('device-checked', { kind: 'check-device' }, hear, runId)).check;
  }
}
