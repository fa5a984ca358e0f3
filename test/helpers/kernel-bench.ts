/**
 * Tests of kernels: trials of engine ops on one device.
 *
 * `describeKernel` names the kernel under test and fails when no trial of the suite dispatched it.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acquireDevice, type EngineDevice } from '../../src/engine';
import { floats, worstError } from '../../src/engine/check/numbers';
import { runTrial, Trial, UNWRITTEN } from '../../src/engine/check/trial';
import type { Kernel } from '../../src/engine/kernel';
import type { Reals } from '../../src/engine/reference/kernels';
import { testGpu } from './gpu';

export { floats, Trial, UNWRITTEN, worstError };

/** One device for a test file, and trials on it. Call it at the top of the file. */
export function kernelBench() {
  let device: EngineDevice | undefined;
  const used = new Set<string>();
  beforeAll(async () => {
    device = await acquireDevice(testGpu());
  });
  afterAll(() => device?.destroy());

  /** Builds a trial, runs what `record` put into its plan, reads with what `record` returned. */
  function run<T>(record: (trial: Trial) => () => Promise<T>): Promise<T> {
    return runTrial(device!, record, (kernels) => kernels.forEach((name) => used.add(name)));
  }

  /** The suite of one kernel. Its name here is what the coverage test looks for. */
  function describeKernel(kernel: Kernel, body: () => void): void {
    describe(kernel.name, () => {
      body();
      it('was dispatched by these tests', () => expect([...used]).toContain(kernel.name));
    });
  }

  return { run, describeKernel };
}

export function expectClose(found: Reals, expected: Reals, tolerance: number): void {
  expect(worstError(found, expected)).toBeLessThan(tolerance);
}
