/** Models from elsewhere in the worker, in the browser's database. */
import 'fake-indexeddb/auto';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { DatabasePieces } from '../../../src/platform/database-pieces';
import { ModelDesk } from '../../../src/worker/model-desk';
import { commitOf, startHub, type HubServer } from '../../helpers/hub-server';
import { tinyModelFiles } from '../../helpers/tiny-model';

const COMMIT = commitOf('desk');
let server: HubServer;
beforeAll(async () => {
  vi.stubGlobal('navigator', {});
  server = await startHub({ 'someone/tiny': { commit: COMMIT, files: tinyModelFiles() } });
});
afterAll(async () => {
  vi.unstubAllGlobals();
  await server.close();
});

it('says with the model that a kept one was used, however little was told on the way', async () => {
  const desk = new ModelDesk(async () => new DatabasePieces('model-desk'));
  const request = { reference: 'hf:someone/tiny', hub: server.hub, token: null };
  const fresh = await desk.fetch('model-1', request, () => undefined);
  expect(fresh).toMatchObject({ reference: `hf:someone/tiny@${COMMIT}`, note: null });
  // Nobody answers, and nothing is waited for.
  const { setTimeout } = globalThis;
  vi.stubGlobal('setTimeout', (work: () => void) => setTimeout(work, 0));
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed')));
  const kept = await desk.fetch('model-2', request, () => undefined);
  expect(kept.reference).toBe(fresh.reference);
  expect(kept.note).toContain('is used');
});
