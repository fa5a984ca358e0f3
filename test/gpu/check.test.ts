/** “Check this device”: every kernel is in it, it holds here, and it finds a kernel that computes wrongly. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { acquireDevice, type EngineDevice } from '../../src/engine';
import { checkDevice, FAMILY_CHECKS } from '../../src/engine/check';
import { checkThisDevice } from '../../src/experiment/device-check';
import { checkVerdict, deviceCheckText } from '../../src/records';
import type { Kernel } from '../../src/engine/kernel';
import { testGpu } from '../helpers/gpu';

const ops = import.meta.glob<Record<string, unknown>>('../../src/engine/ops/*.ts', { eager: true });
const isKernel = (value: unknown): value is Kernel =>
  typeof value === 'object' && value !== null && 'source' in value && 'bindings' in value;
const KERNELS = Object.values(ops).flatMap((module) => Object.values(module).filter(isKernel));
const nowMs = () => performance.now();

let device: EngineDevice;
beforeAll(async () => {
  device = await acquireDevice(testGpu());
});
afterAll(() => device?.destroy());

it('runs every kernel there is, and all agree with their references, in a few seconds', async () => {
  const heard: string[] = [];
  const startedMs = performance.now();
  const reports = await checkDevice(device, { nowMs, onFamily: ({ name }) => heard.push(name) });
  const elapsedMs = performance.now() - startedMs;
  expect(reports.filter(({ passed }) => !passed)).toEqual([]);
  expect(heard).toEqual(FAMILY_CHECKS.map(({ name }) => name));
  expect([...new Set(reports.flatMap(({ kernels }) => kernels))].sort()).toEqual(
    KERNELS.map(({ name }) => name).sort(),
  );
  expect(elapsedMs).toBeLessThan(20_000);
  expect(device.counters.bufferBytes).toBe(0);
});

/** What a driver might make of three kernels: slightly wrong numbers, a value that is not written, no pipeline at all. */
const MISCOMPILED: Record<string, [from: string, to: string]> = {
  'forward/rmsnorm': ['1.0 / sqrt(', '1.0001 / sqrt('],
  'backward/scatter_rows': ['i >= p.rows * p.width4', 'i + 1u >= p.rows * p.width4'],
  'decode/sample': ['fn main(', 'fn main_('],
};

async function miscompiling(): Promise<EngineDevice> {
  const broken = await acquireDevice(testGpu());
  const compile = broken.pipeline.bind(broken);
  broken.pipeline = (kernel) => {
    const [from, to] = MISCOMPILED[kernel.name] ?? ['', ''];
    expect(kernel.source).toContain(from);
    return compile({ ...kernel, source: kernel.source.replace(from, to) });
  };
  return broken;
}

it('names the families whose kernels compute wrongly or not at all, and goes on with the others', async () => {
  const host = { gpu: testGpu(), clock: { nowMs }, hostName: 'test' };
  const check = await checkThisDevice(host, { device: await miscompiling() });
  expect(check.passed).toBe(false);
  const failed = check.families.filter(({ passed }) => !passed);
  expect(failed.map(({ name }) => name)).toEqual(['norm', 'rows', 'decode', 'training']);
  expect(check.families).toHaveLength(FAMILY_CHECKS.length);
  expect(failed[0]!.worst).toMatchObject({ what: 'RMSNorm', tolerance: 2e-6 });
  expect(failed[0]!.worst!.error).toBeCloseTo(1e-4, 5);
  expect(failed[1]!.worst!.what).toBe('rows put back');
  expect(failed[2]!.problem).toContain('decode/sample');
  expect(checkVerdict(check)).toContain('computes wrongly: Norms; Embedding, rows, dropout; Decoding and sampling');
  expect(deviceCheckText(check)).toContain('WRONG: RMSNorm');
});

it('stops between two families when it is told to', async () => {
  const stop = new AbortController();
  const heard: number[] = [];
  const host = { gpu: testGpu(), clock: { nowMs }, hostName: 'test' };
  const checking = checkThisDevice(host, {
    signal: stop.signal,
    onProgress: ({ families }) => {
      heard.push(families.length);
      stop.abort();
    },
  });
  await expect(checking).rejects.toMatchObject({ code: 'cancelled' });
  expect(heard).toEqual([1]);
});
