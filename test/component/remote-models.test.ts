/** Models from elsewhere in the page: asked for by hand alone, chosen with their reference, kept and deleted. */
import { describe, expect, it, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { RemoteModels } from '../../src/app/remote-models.svelte';
import { RunStore } from '../../src/app/runs.svelte';
import { LabSession } from '../../src/app/session.svelte';
import { SpecStore } from '../../src/app/spec.svelte';
import { LabError } from '../../src/core/errors';
import RemoteModel from '../../src/ui/views/stored/RemoteModel.svelte';
import StoredModels from '../../src/ui/views/stored/StoredModels.svelte';
import type { FetchRequest, ModelProgress, StoredModels as Stored } from '../../src/worker/client';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const PINNED = `hf:someone/tiny@${COMMIT}`;
const model = { key: 'k', reference: PINNED, bytes: 900, totalBytes: 900, complete: true, lastUsedMs: 0 };
const fetched = {
  name: 'tiny',
  reference: PINNED,
  files: [{ path: 'config.json', file: new File(['{}'], 'config.json') }],
};

function setUp(stored: Stored = { models: [], freeBytes: 5000 }) {
  const spec = new SpecStore();
  const none = () => Promise.reject(new LabError('internal', 'not asked for', { hint: '' }));
  const lab = { prepare: none, run: none, pause() {}, step() {}, resume() {}, cancel() {} };
  const host = {
    ...{ lab, readCapability: none, newKey: () => 'key', newSeed: () => 1, lockRun: none },
    ...{ wakeLock: { hold: async () => {}, release: async () => {} }, persistStorage: async () => true },
  };
  const storage = { list: async () => [], load: async () => null, hasCheckpoint: async () => false };
  const session = new LabSession(host, spec, new RunStore(storage));
  const kept = new Map<string, string>();
  const local = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  const calls = {
    fetch: vi.fn(
      async (_request: FetchRequest, _tell: (progress: ModelProgress) => void, _signal: AbortSignal) => fetched,
    ),
    open: vi.fn(async () => fetched),
    list: vi.fn(async () => stored),
    remove: vi.fn(async () => ({ models: [], freeBytes: 5900 })),
  };
  const persistStorage = async () => true;
  const remote = new RemoteModels({ calls, storage: local as unknown as Storage, persistStorage }, session);
  return { session, spec, remote, calls, kept };
}

describe('a model from elsewhere', () => {
  it('is asked for with hub and token, of which only the hub is kept, and chosen with its commit', async () => {
    const { session, remote, calls, kept } = setUp();
    const screen = await render(RemoteModel, { remote, disabled: false });
    await screen.getByText('Access token and hub').click();
    await screen.getByLabelText('Access token, for gated models').fill('hf_secret');
    await screen.getByLabelText('Address of the hub').fill('https://hub.example');
    await screen.getByLabelText('Model from the hub or an address').fill('hf:someone/tiny');
    expect(calls.fetch).not.toHaveBeenCalled();
    await screen.getByRole('button', { name: 'Fetch', exact: true }).click();
    await vi.waitFor(() => expect(session.model).toMatchObject({ name: 'tiny', reference: PINNED }));
    expect(calls.fetch.mock.calls[0]![0]).toEqual({
      reference: 'hf:someone/tiny',
      hub: 'https://hub.example',
      token: 'hf_secret',
    });
    expect([...kept]).toEqual([['ontoscope.hub', 'https://hub.example']]);
    session.ontology = { path: 'a.obo', file: new File([''], 'a.obo') };
    expect(session.dataInputs!.spec.model.path).toBe(PINNED);
    expect(JSON.stringify(session.dataInputs)).not.toContain('hf_secret');
  });

  it('that the settings name is offered until it is chosen, and never fetched by itself', async () => {
    const { spec, remote, calls } = setUp();
    spec.draft.model.path = PINNED;
    const screen = await render(RemoteModel, { remote, disabled: false });
    const offer = screen.getByRole('button', { name: `Fetch ${PINNED}` });
    await expect.element(offer).toBeVisible();
    expect(calls.fetch).not.toHaveBeenCalled();
    await offer.click();
    await vi.waitFor(() => expect(remote.named).toBeNull());
    spec.draft.model.path = 'models/tiny';
    expect(remote.named).toBeNull();
  });

  it('says how far it is, and is stopped without an error', async () => {
    const { session, remote, calls } = setUp();
    calls.fetch.mockImplementation(
      (_request, tell, signal) =>
        new Promise((_, reject) => {
          tell({ name: 'tiny', file: 'model.safetensors', bytesDone: 512, bytesTotal: 2048, note: null });
          signal.addEventListener('abort', () => reject(new LabError('cancelled', 'stopped', { hint: '' })));
        }),
    );
    const screen = await render(RemoteModel, { remote, disabled: false });
    void remote.fetch('hf:someone/tiny');
    await expect.element(screen.getByText('512 B of 2.0 KiB, model.safetensors')).toBeVisible();
    await expect.element(screen.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '25');
    await screen.getByRole('button', { name: 'Stop' }).click();
    await vi.waitFor(() => expect(remote.busy).toBe(false));
    expect([session.error, session.model, calls.list.mock.calls.length]).toEqual([null, null, 1]);
  });
});

describe('stored models', () => {
  it('are listed with what they take, used, continued, and deleted when asked twice', async () => {
    const part = { ...model, key: 'p', reference: 'https://host/m/', bytes: 100, complete: false };
    const { session, remote, calls } = setUp({ models: [model, part], freeBytes: 5000 });
    await remote.refresh();
    const screen = await render(StoredModels, { remote, disabled: false });
    await expect.element(screen.getByText('100 B of 900 B, not complete')).toBeVisible();
    await expect
      .element(screen.getByText(/take 1,?000 B in this browser; it still allows this page 4\.9 KiB/))
      .toBeVisible();
    await screen.getByRole('button', { name: /^Use ?hf:someone.tiny/ }).click();
    await vi.waitFor(() => expect(session.model?.reference).toBe(PINNED));
    await screen.getByRole('button', { name: /^Continue ?fetching/ }).click();
    await vi.waitFor(() => expect(calls.fetch.mock.calls[0]![0].reference).toBe('https://host/m/'));
    await screen.getByRole('button', { name: /^Delete … ?hf:someone/ }).click();
    expect(calls.remove).not.toHaveBeenCalled();
    await screen.getByRole('button', { name: /^Delete ?the files of hf:someone/ }).click();
    await vi.waitFor(() => expect(remote.stored.models).toEqual([]));
  });
});
