/**
 * What page and worker say to each other about checking the device.
 *
 * Must not know: kernels, the DOM.
 */
import * as v from 'valibot';
import type { DeviceCheck } from '../records/device-check';
import { record } from './bundle-protocol';
import { envelope } from './envelope';

const checkSchema = record<DeviceCheck>('checkVersion', 'adapter', 'total', 'families', 'passed');

export const deviceRequests = [
  /** Answered by a `device-progress` for each family of kernels, and `device-checked`. */
  v.object({ kind: v.literal('check-device'), ...envelope }),
  /** Ends the check of the same runId. */
  v.object({ kind: v.literal('stop-device-check'), ...envelope }),
] as const;

export const deviceResponses = [
  v.object({ kind: v.literal('device-progress'), ...envelope, check: checkSchema }),
  v.object({ kind: v.literal('device-checked'), ...envelope, check: checkSchema }),
] as const;
