/** The browser as whoever computes sees it. Must not know: what is computed. */
import { LabError } from '../core/errors';
import type { RunnerHost } from '../experiment';
import { hostName } from '../platform/capability';

/** Throws `webgpu-missing`. */
export function browserHost(): RunnerHost {
  if (!('gpu' in navigator) || navigator.gpu === undefined) {
    throw new LabError('webgpu-missing', 'This browser offers no WebGPU to workers.', {
      hint: 'See “This device” for the steps that turn it on.',
      control: 'device',
    });
  }
  return { gpu: navigator.gpu, clock: { nowMs: () => Date.now() }, hostName: hostName(navigator.userAgent) };
}
