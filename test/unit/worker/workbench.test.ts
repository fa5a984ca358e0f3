import { afterEach, describe, expect, it, vi } from 'vitest';
import { PretrainDesk } from '../../../src/worker/pretrain-desk';
import { oneControl } from '../../../src/worker/run-control';
import { StudyDesk } from '../../../src/worker/study-desk';
import { Timing } from '../../../src/worker/timing';
import { Workbench, type BenchRequest } from '../../../src/worker/workbench';

afterEach(() => vi.restoreAllMocks());

describe('long work on the workbench', () => {
  it.each([
    ['run-study', StudyDesk.prototype, 'run'],
    ['run-pretraining', PretrainDesk.prototype, 'run'],
    ['continue-pretraining', PretrainDesk.prototype, 'continue'],
  ] as const)('has the device to itself: %s begins once a dry run has given it up', async (kind, desk, method) => {
    const order: string[] = [];
    vi.spyOn(Timing.prototype, 'stop').mockImplementation(async () => {
      await Promise.resolve();
      order.push('timing has ended');
    });
    vi.spyOn(desk as PretrainDesk, method as 'run').mockImplementation(() => {
      order.push('the work begins');
      return Promise.resolve();
    });
    const post = vi.fn();
    const bench = new Workbench({ post, controlOf: oneControl() });
    await bench.answer({ kind, runId: 'work-1', seq: 1, key: 'k' } as BenchRequest);
    expect(order).toEqual(['timing has ended', 'the work begins']);
    expect(post).toHaveBeenCalledExactlyOnceWith('work-1', { kind: 'finished' });
  });
});
