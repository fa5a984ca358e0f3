/** `npm run study:loading` in small, without a GPU: a model of 50 MB on its way from the hub through the cache, row by row. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PieceFolders } from '../../../../src/cli/piece-folders';
import { readModelReference } from '../../../../src/core/model-reference';
import { createWeb, ModelCache, openModel } from '../../../../src/models';
import { commitOf, sizeOf, startHub, type HubServer } from '../../../helpers/hub-server';
import { memoryBytes, resetPeak } from '../../../helpers/process-memory';
import { SMOLLM2_135M, writeRandomModel } from '../../../loading/large-model';

const PART_VALUES = 2 ** 18;
let folder: string;
let server: HubServer;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ontoscope-memory-'));
  const config = { ...SMOLLM2_135M, num_hidden_layers: 2, vocab_size: 31_000 };
  const files = await writeRandomModel(path.join(folder, 'origin'), config);
  server = await startHub({ 'random/model': { commit: commitOf('memory'), files } });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

it.skipIf(!resetPeak())(
  'a model is fetched and read while memory rises by no more than 1.5 times its file',
  async () => {
    const fileBytes = sizeOf(server.models.get('random/model')!.files.get('model.safetensors')!);
    expect(fileBytes).toBeGreaterThan(45e6);
    server.faults.cuts = [10e6, 20e6];
    const cache = new ModelCache(new PieceFolders(path.join(folder, 'cache')), { nowMs: () => 1 });
    resetPeak();
    const before = memoryBytes('VmRSS');
    const key = await cache.fetch(readModelReference('hf:random/model')!, createWeb({ hub: server.hub }));
    const model = await openModel(await cache.open(key));
    const source = model.weightSource();
    for (const { name, shape } of model.weights) {
      const rows = Math.max(1, Math.floor(PART_VALUES / (shape[1] ?? 1)));
      for (let first = 0; first < shape[0]!; first += rows) {
        await source.read(name, first, Math.min(shape[0]!, first + rows));
      }
    }
    expect(memoryBytes('VmHWM') - before).toBeLessThan(1.5 * fileBytes);
  },
);
