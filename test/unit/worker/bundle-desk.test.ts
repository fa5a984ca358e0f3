import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors';
import { RunStorage } from '../../../src/platform/storage';
import { openBundle, packBundle, runFile, runFileNames } from '../../../src/records';
import { BundleCalls } from '../../../src/worker/bundle-calls';
import { BundleDesk } from '../../../src/worker/bundle-desk';
import { parseRequest, parseResponse, type ResponseBody } from '../../../src/worker/protocol';
import { pieces } from '../../../src/worker/run-parts';
import type { Records } from '../../../src/worker/kept-records';
import { plausibleRun } from '../../fixtures/run/plausible-run';

const run = {
  ...plausibleRun({ pairs: 20, epochs: 30 }),
  files: [{ path: 'notes.txt', bytes: new TextEncoder().encode('by hand') }],
  adapters: [{ direction: 'id-to-term' as const, files: [{ path: 'weights.bin', bytes: new Uint8Array([1, 2]) }] }],
};
const archive = packBundle(
  runFileNames(run).map((name) => runFile(run, name)),
  run.manifest,
);
const bundleFile = (bytes: Uint8Array<ArrayBuffer>, path = 'run.zip') => ({ path, file: new File([bytes], path) });
let databases = 0;

/** Page and worker face to face, every message checked by both sides. */
function faceToFace(storage = new RunStorage<Records>(`desk-${++databases}`)) {
  const desk = new BundleDesk(storage);
  let seq = 0;
  let largest = 0;
  const calls: BundleCalls = new BundleCalls((runId, body) => {
    const request = parseRequest({ ...body, runId, seq: ++seq });
    const post = (answer: ResponseBody) => {
      if ('records' in answer) largest = Math.max(largest, answer.records.length);
      calls.receive(parseResponse({ ...answer, runId, seq: ++seq }));
    };
    const work = async () => {
      if (request.kind === 'open-bundle') await desk.open(request.file, post);
      if (request.kind === 'keep-bundle') await desk.keep(request.file, request.key).then(() => post({ kind: 'kept' }));
      if (request.kind === 'hand') desk.hand(runId, request.part);
      if (request.kind === 'encode') post({ kind: 'encoded', file: desk.encode(runId, request.path, request.pairs) });
    };
    work().catch((thrown: LabError) => post({ kind: 'failed', error: thrown.serialize() }));
  });
  return { calls, storage, largest: () => largest };
}

describe('a bundle between worker and page', () => {
  it('arrives whole and in order, in pieces that the page takes quickly', async () => {
    const { calls, largest } = faceToFace();
    const opened = await calls.open(bundleFile(archive));
    expect(run.trials.length).toBeGreaterThan(2000);
    expect(largest()).toBeLessThanOrEqual(2000);
    expect(opened.trials).toEqual(run.trials);
    expect(opened).toMatchObject({ facts: run.facts, steps: run.steps, adapters: run.adapters, files: run.files });
    expect(opened.pairs.note).toContain('licence');
  });

  it('packs to the bytes it came from', async () => {
    const { calls } = faceToFace();
    const opened = await calls.open(bundleFile(archive));
    expect((await calls.pack(opened)).bytes).toEqual(archive);
    expect((await calls.encode(opened, 'notes.txt')).bytes).toEqual(run.files[0]!.bytes);
  });

  it('packs without the texts of its pairs when asked to', async () => {
    const { calls } = faceToFace();
    const opened = await calls.open(bundleFile(archive));
    const { bundle } = openBundle((await calls.pack(opened, 'left-out')).bytes);
    expect(bundle.manifest.pairTexts).toBe('left-out');
    expect(bundle.summary).toEqual(run.summary);
    expect(bundle.facts.every(({ term, pair }) => term === '' && pair !== undefined)).toBe(true);
  });

  it('is kept whole, under the name of its file', async () => {
    const { calls, storage } = faceToFace();
    await calls.keep(bundleFile(archive), 'k');
    const kept = (await storage.load('k'))!;
    expect(kept.trials).toEqual(run.trials);
    expect(kept.files).toEqual(run.files);
    expect(kept.resumable).toBe(false);
    expect(await storage.list()).toMatchObject([{ key: 'k', fromFile: 'run.zip' }]);
  });

  it('that was cut leaves nothing behind, neither opened nor kept', async () => {
    const { calls, storage } = faceToFace();
    const cut = bundleFile(archive.slice(0, archive.length - 50), 'cut.zip');
    await expect(calls.open(cut)).rejects.toMatchObject({ code: 'bundle-invalid' });
    await expect(calls.keep(cut, 'k')).rejects.toMatchObject({ code: 'bundle-invalid' });
    expect(await storage.list()).toEqual([]);
  });

  it('that does not fit is taken out of storage again', async () => {
    const storage = new RunStorage<Records>(`desk-${++databases}`);
    const full = Object.create(storage, {
      writer: {
        value: (key: string, from: string | null) =>
          Object.create(storage.writer(key, from), {
            trials: { value: () => Promise.reject(new LabError('storage-quota', 'full', { hint: 'room' })) },
          }) as unknown,
      },
    }) as RunStorage<Records>;
    const { calls } = faceToFace(full);
    await expect(calls.keep(bundleFile(archive), 'k')).rejects.toMatchObject({ code: 'storage-quota' });
    expect(await storage.load('k')).toBeNull();
  });

  it('without its summary shows one made from its records', async () => {
    const { files } = openBundle(archive);
    const bare = packBundle(
      files.filter(({ path }) => path !== 'summary.json'),
      { ...run.manifest, state: 'cancelled' },
    );
    const opened = await faceToFace().calls.open(bundleFile(bare));
    expect(opened.summary?.directions).toEqual(run.summary.directions);
  });
});

it('cuts records into pieces that lose none', () => {
  const all = Array.from({ length: 4321 }, (_, index) => index);
  expect([...pieces(all)].flat()).toEqual(all);
  expect([...pieces([])]).toEqual([]);
});
