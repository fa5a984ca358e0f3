import 'fake-indexeddb/auto';
import { createStore, del, keys } from 'idb-keyval';
import { describe, expect, it, vi } from 'vitest';
import { dropCheckpoint, loadCheckpoint, saveCheckpoint } from '../../../src/platform/kept-checkpoint';
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

  it('keeps what probes wrote, and cuts it with the rest; a file that is written again replaces itself', async () => {
    const storage = fresh();
    const writer = storage.writer('a');
    await writer.manifest(run.manifest);
    const chunk = (probe: 'canaries' | 'language', ...records: number[]) => ({ probe, records });
    const file = (path: string, ...bytes: number[]) => ({ path, bytes: new Uint8Array(bytes) });
    for (let i = 0; i < 12; i++) void writer.probes(chunk('canaries', i), i === 3 ? [file('embeddings/a', 1, 2)] : []);
    await writer.settled();
    const before = (await storage.load('a'))!;
    expect(before.probes.flatMap(({ records }) => records)).toEqual(Array.from({ length: 12 }, (_, i) => i));
    await writer.rewind([], [], [chunk('canaries', 0, 1, 2), chunk('language', 7)]);
    await writer.probes(chunk('language', 8), [file('embeddings/a', 3)]);
    const after = (await storage.load('a'))!;
    expect(after.probes).toEqual([chunk('canaries', 0, 1, 2), chunk('language', 7), chunk('language', 8)]);
    expect(after.files).toEqual([file('embeddings/a', 3)]);
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
    // What found no room comes with what follows: no hole.
    await writer.trials(run.trials.slice(1, 2));
    expect((await storage.load('a'))!.trials).toEqual(run.trials.slice(0, 2));
  });

  it('keeps the older checkpoint and no pieces where the newer one finds no room, says so, and takes the next', async () => {
    const storage = fresh();
    const writer = storage.writer('a');
    await writer.manifest(run.manifest);
    await writer.trials(run.trials.slice(0, 8));
    await writer.checkpoint(checkpoint(4, 0));
    const full = new DOMException('full', 'QuotaExceededError');
    const original = IDBObjectStore.prototype.put;
    let pieces = 0;
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (
      this: IDBObjectStore,
      value,
      key,
    ) {
      if (Array.isArray(key) && key[1] === 'checkpoint' && ++pieces > 1) throw full;
      return original.call(this, value, key);
    });
    await expect(writer.checkpoint(checkpoint(6, 0))).rejects.toMatchObject({
      code: 'storage-quota',
      message: expect.stringContaining('where the run stands'),
    });
    put.mockRestore();
    expect(pieces).toBe(2);
    expect(await storage.checkpoint('a')).toEqual(checkpoint(4, 0));
    await writer.checkpoint(checkpoint(8, 0));
    expect(await storage.checkpoint('a')).toEqual(checkpoint(8, 0));
    expect(await storage.load('a')).toMatchObject({ resumable: true });
  });

  it('keeps no checkpoint that counts records which found no room', async () => {
    const storage = fresh();
    const writer = storage.writer('a');
    await writer.manifest(run.manifest);
    await writer.trials(run.trials.slice(0, 4));
    await writer.checkpoint(checkpoint(4, 0));
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    await expect(writer.trials(run.trials.slice(4, 8))).rejects.toMatchObject({ code: 'storage-quota' });
    await expect(writer.checkpoint(checkpoint(8, 0))).rejects.toMatchObject({ code: 'storage-quota' });
    put.mockRestore();
    const kept = await storage.load('a');
    expect(kept!.trials).toEqual(run.trials.slice(0, 4));
    expect(await storage.checkpoint('a')).toEqual(checkpoint(4, 0));
    await writer.checkpoint(checkpoint(8, 0));
    expect((await storage.load('a'))!.trials).toEqual(run.trials.slice(0, 8));
  });
});

describe('a checkpoint in pieces', () => {
  const store = createStore('pieces', 'records');
  const floats = (length: number, first: number) => Float32Array.from({ length }, (_, index) => first + index / 7);
  const large = (first: number) => ({
    ...checkpoint(3, 2),
    state: { step: 9, parameters: floats(23, first), moment1: floats(10, -first), moment2: floats(0, 0) },
  });

  it('comes back bit for bit, whatever the size of its pieces, and leaves none of the one before', async () => {
    for (const [round, pieceFloats] of [1, 4, 10, 1000].entries()) {
      await saveCheckpoint(store, 'a', large(round), pieceFloats);
      expect(await loadCheckpoint(store, 'a')).toEqual(large(round));
      const pieces = Math.ceil(23 / pieceFloats) + Math.ceil(10 / pieceFloats);
      expect(await keys(store)).toHaveLength(1 + pieces);
    }
    await dropCheckpoint(store, 'a');
    expect(await keys(store)).toEqual([]);
    expect(await loadCheckpoint(store, 'a')).toBeNull();
  });

  it('is none without one of its pieces', async () => {
    await saveCheckpoint(store, 'b', large(1), 8);
    await del(['b', 'checkpoint', '1.2'], store);
    expect(await loadCheckpoint(store, 'b')).toBeNull();
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
