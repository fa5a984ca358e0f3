/** Downloads in the browser's database: pieces that survive, files that are whole. */
import 'fake-indexeddb/auto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sha256Hex } from '../../../src/core/hash';
import { readModelReference } from '../../../src/core/model-reference';
import { createWeb, ModelCache } from '../../../src/models';
import { DatabasePieces } from '../../../src/platform/database-pieces';
import { commitOf, startHub, type HubServer } from '../../helpers/hub-server';
import { tinyModelFiles } from '../../helpers/tiny-model';

const clock = { nowMs: () => 1 };
const files = tinyModelFiles();
let server: HubServer;
beforeAll(async () => {
  vi.stubGlobal('navigator', {});
  server = await startHub({ 'someone/tiny': { commit: commitOf('database'), files } });
});
afterAll(async () => {
  vi.unstubAllGlobals();
  await server.close();
});

const bytes = (...values: number[]) => Uint8Array.from(values);

describe('a file in pieces', () => {
  it('grows, is cut, read across pieces, replaced and removed', async () => {
    const pieces = new DatabasePieces('pieces-a', 4);
    const file = await pieces.grow('m', 'w');
    for (let at = 0; at < 9; at += 3) await file.append(bytes(at, at + 1, at + 2));
    expect([file.bytes, (await pieces.sizes('m')).get('w')]).toEqual([9, 6]);
    await file.close();
    expect(await pieces.read('m', 'w', 2, 8)).toEqual(bytes(2, 3, 4, 5, 6, 7));
    const again = await pieces.grow('m', 'w');
    await again.truncate(5);
    await again.append(bytes(77));
    await again.close();
    expect(await pieces.read('m', 'w', 0, 9)).toEqual(bytes(0, 1, 2, 3, 4, 77));
    await pieces.replace('m', 'note', bytes(1, 2, 3));
    await pieces.replace('m', 'note', bytes(4));
    expect(new Uint8Array(await (await pieces.file('m', 'note')).arrayBuffer())).toEqual(bytes(4));
    await (await pieces.grow('other', 'empty')).close();
    expect(await pieces.folders()).toEqual(['m', 'other']);
    await pieces.remove('m');
    expect([await pieces.folders(), [...(await pieces.sizes('other'))]]).toEqual([['other'], [['empty', 0]]]);
    await expect(pieces.read('m', 'w', 0, 1)).rejects.toMatchObject({ code: 'file-missing' });
  });

  it('that finds no room says how much the model needs, and keeps what was written', async () => {
    const open = () => new ModelCache(new DatabasePieces('pieces-c', 10_000), clock);
    const real = IDBObjectStore.prototype.put;
    const full = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...args) {
      const [, name, end] = args[1] as [string, string, number];
      if (end === files.get(name)?.length && name === 'model.safetensors')
        throw new DOMException('full', 'QuotaExceededError');
      return real.apply(this, args);
    });
    const web = createWeb({ hub: server.hub });
    const reference = readModelReference('hf:someone/tiny')!;
    const error = await open()
      .fetch(reference, web)
      .catch((thrown: unknown) => thrown);
    full.mockRestore();
    expect(error).toMatchObject({ code: 'storage-quota' });
    expect((error as Error).message).toMatch(/^hf:someone\/tiny@\w+ needs [\d,]+ bytes more in this browser/);
    server.requests.length = 0;
    await open().fetch(reference, web);
    const [start] = /\d+/.exec(server.requests.at(-1)!.headers.range!)!;
    expect(Number(start)).toBeGreaterThanOrEqual(10_000);
  });

  it('is a model that goes on where the page was left, and is whole in the end', async () => {
    const open = () => new ModelCache(new DatabasePieces('pieces-b', 10_000), clock);
    const web = (fail: boolean) =>
      createWeb({
        hub: server.hub,
        sleep: () => (fail ? Promise.reject(new Error('the page is left')) : Promise.resolve()),
      });
    server.faults.cuts = [45_000];
    const reference = readModelReference('hf:someone/tiny')!;
    await expect(open().fetch(reference, web(true))).rejects.toThrow('the page is left');
    expect(await open().list()).toMatchObject([{ complete: false }]);
    const key = await open().fetch(reference, web(false));
    expect(server.requests.at(-1)!.headers.range).toBe(`bytes=45000-${files.get('model.safetensors')!.length - 1}`);
    const folder = await open().open(key);
    for (const { path, bytes: size } of await folder.list()) {
      expect(sha256Hex(await folder.read(path, 0, size)), path).toBe(sha256Hex(files.get(path)!));
    }
  });
});
