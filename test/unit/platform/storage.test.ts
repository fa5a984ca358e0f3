import 'fake-indexeddb/auto';
import { describe, expect, it, vi } from 'vitest';
import { RunStorage, type RecordTypes } from '../../../src/platform/storage';
import { plausibleRun } from '../../fixtures/run/plausible-run';
import type { Records } from '../../../src/app/runs.svelte';

let databases = 0;
const fresh = <R extends RecordTypes = Records>() => new RunStorage<R>(`test-${++databases}`);
const run = plausibleRun({ pairs: 3, epochs: 2 });

const checkpoint = (trialLines: number, stepLines: number) => ({
  version: 2 as const,
  runId: 'fixture',
  directionIndex: 0,
  state: { step: 25, parameters: new Float32Array([1, 2]), moment1: new Float32Array(2), moment2: new Float32Array(2) },
  trialLines,
  stepLines,
});

describe('runs kept in the browser', () => {
  it('gives back the records of a run in the order in which they came, chunk by chunk', async () => {
    const storage = fresh();
    const writer = storage.writer('a');
    await writer.manifest(run.manifest);
    // More than ten chunks: an order by name would put the tenth before the second.
    for (const trial of run.trials) void writer.trials([trial]);
    for (const step of run.steps) void writer.steps([step]);
    await writer.summary(run.summary);
    await writer.settled();
    const records = await storage.load('a');
    expect(records).toMatchObject({ manifest: run.manifest, summary: run.summary, resumable: false });
    expect(records!.trials).toEqual(run.trials);
    expect(records!.steps).toEqual(run.steps);
  });

  it('has what there was when a run was cut off in the middle', async () => {
    const storage = fresh();
    const writer = storage.writer('a');
    await writer.manifest({ ...run.manifest, state: 'training' });
    await writer.trials(run.trials.slice(0, 5));
    const records = await storage.load('a');
    expect(records!.trials).toHaveLength(5);
    expect(records!.summary).toBeNull();
  });

  it('keeps older runs beside the new one, newest first, until one is removed', async () => {
    const storage = fresh();
    await storage.writer('2026-01').manifest(run.manifest);
    await storage.writer('2026-02').manifest(run.manifest);
    expect((await storage.list()).map(({ key }) => key)).toEqual(['2026-02', '2026-01']);
    await storage.remove('2026-02');
    expect((await storage.list()).map(({ key }) => key)).toEqual(['2026-01']);
    expect(await storage.load('2026-02')).toBeNull();
  });

  it('cuts the records behind a checkpoint when a run continues from it', async () => {
    const storage = fresh();
    const writer = storage.writer('a');
    await writer.manifest(run.manifest);
    for (const trial of run.trials.slice(0, 8)) void writer.trials([trial]);
    await writer.steps(run.steps.slice(0, 9));
    await writer.checkpoint(checkpoint(6, 4));
    await writer.rewind(run.trials.slice(0, 6), run.steps.slice(0, 4));
    await writer.trials(run.trials.slice(6, 7));
    const records = await storage.load('a');
    expect(records!.trials).toEqual(run.trials.slice(0, 7));
    expect(records!.steps).toEqual(run.steps.slice(0, 4));
    expect(await storage.checkpoint('a')).toEqual(checkpoint(6, 4));
    await writer.dropCheckpoint();
    expect(await storage.hasCheckpoint('a')).toBe(false);
  });

  it('says in plain words that there is no room, loses nothing and takes later records', async () => {
    const storage = fresh();
    const writer = storage.writer('a');
    await writer.manifest(run.manifest);
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    await expect(writer.trials(run.trials.slice(0, 1))).rejects.toMatchObject({
      code: 'storage-quota',
      message: expect.stringContaining('no room'),
      hint: expect.stringContaining('nothing was deleted'),
    });
    put.mockRestore();
    await writer.trials(run.trials.slice(1, 2));
    expect((await storage.load('a'))!.trials).toEqual(run.trials.slice(1, 2));
  });
});

describe('the shelf of kept runs', () => {
  it('tells what a run takes, also after it was continued', async () => {
    const storage = fresh();
    const writer = storage.writer('a');
    await writer.manifest(run.manifest);
    await writer.trials(run.trials);
    const [before] = await storage.list();
    expect(before!.bytes).toBeGreaterThan(run.trials.length * 50);
    const later = storage.writer('a');
    await later.rewind(run.trials.slice(0, 4), []);
    await later.trials(run.trials.slice(4));
    const [after] = await storage.list();
    expect(Math.abs(after!.bytes! - before!.bytes!)).toBeLessThan(20);
  });

  it('keeps a name given here, whatever the run writes later', async () => {
    const storage = fresh();
    await storage.writer('a').manifest(run.manifest);
    await storage.rename('a', 'Lesson one');
    await storage.writer('a').manifest(run.manifest);
    expect(await storage.list()).toMatchObject([{ name: 'Lesson one' }]);
    expect((await storage.load('a'))!.manifest.spec.name).toBe(run.manifest.spec.name);
  });

  it('hides what was thrown away, gives it back, and deletes it only after its time', async () => {
    const storage = fresh();
    await storage.writer('a').manifest(run.manifest);
    await storage.throwAway('a', 1000);
    expect(await storage.list()).toEqual([]);
    await storage.purge(999);
    await storage.restore('a');
    expect(await storage.list()).toHaveLength(1);
    await storage.throwAway('a', 1000);
    await storage.purge(1000);
    await storage.restore('a');
    expect(await storage.list()).toEqual([]);
    expect(await storage.load('a')).toBeNull();
  });
});
