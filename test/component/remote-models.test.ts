/** Models from elsewhere in the page: asked for by hand alone, chosen with their reference, kept and deleted. */
import { describe, expect, it, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { LinkStore } from '../../src/app/link.svelte';
import { NeededFiles } from '../../src/app/needed-files.svelte';
import { RemoteModels } from '../../src/app/remote-models.svelte';
import { RunStore } from '../../src/app/runs.svelte';
import { LabSession } from '../../src/app/session.svelte';
import { SpecStore } from '../../src/app/spec.svelte';
import { LabError } from '../../src/core/errors';
import { encodeSpecLink, parseSpec } from '../../src/spec';
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
  note: null as string | null,
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
    remove: vi.fn(async (key: string) => ({
      models: stored.models.filter((each) => each.key !== key),
      freeBytes: 5900,
    })),
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
    const { spec, session, remote, calls } = setUp();
    const hash = async () => '';
    const address = { fragment: () => '', clear() {}, withFragment: (text: string) => text, onChange() {} };
    const named = parseSpec({ specVersion: 2, model: { path: PINNED }, ontology: {} }, 'test');
    address.fragment = () => encodeSpecLink(named, []);
    new LinkStore(address, session, spec, new NeededFiles(session, hash)).read();
    const screen = await render(RemoteModel, { remote, disabled: false });
    const offer = screen.getByRole('button', { name: `Fetch ${PINNED}` });
    await expect.element(offer).toBeVisible();
    expect(calls.fetch).not.toHaveBeenCalled();
    // So that a link that is passed on still names it.
    session.ontology = { path: 'a.obo', file: new File([''], 'a.obo') };
    expect(session.dataInputs!.spec.model.path).toBe(PINNED);
    await offer.click();
    await vi.waitFor(() => expect(remote.named).toBeNull());
    spec.adopt({ ...named, model: { ...named.model, path: 'models/tiny' } });
    expect(remote.named).toBeNull();
  });

  it('says what became of it until the next one: what was done otherwise, and where a run goes on with another', async () => {
    const { session, remote, calls } = setUp();
    calls.fetch.mockResolvedValueOnce({ ...fetched, note: 'Nobody answers. The model kept in this browser is used.' });
    const screen = await render(RemoteModel, { remote, disabled: false });
    const said = screen.getByRole('status');
    await remote.fetch(PINNED);
    await expect.element(said).toHaveTextContent('The model kept in this browser is used. tiny is here and chosen.');
    session.phase = 'running';
    session.model = null;
    await remote.fetch(PINNED);
    await expect.element(said).toHaveTextContent(/^tiny is here\. A run goes on.*Stored models/);
    expect(session.model).toBeNull();
  });

  it('keeps the address of a hub without name and password, and none that cannot be read', () => {
    const { remote, kept } = setUp();
    remote.hub = ' https://me:secret@mirror.example/hub/ ';
    expect([remote.hub, ...kept.values()]).toEqual(Array(2).fill('https://mirror.example/hub'));
    remote.hub = 'https://me:secret@mirror.example:99999/';
    expect([...kept.values()]).toEqual(['']);
  });

  it('says how far it is, and is stopped without an error', async () => {
    const { session, remote, calls } = setUp();
    calls.fetch.mockImplementation(
      (_request, tell, signal) =>
        new Promise((_, reject) => {
          tell({ name: 'tiny', file: 'model.safetensors', bytesDone: 512, bytesTotal: 2048 });
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
    await expect.element(screen.getByRole('status')).toHaveTextContent('Stopped. What has arrived is kept.');
  });
});

describe('stored models', () => {
  it('are listed with what they take, used, continued, and deleted when asked twice', async () => {
    const part = { ...model, key: 'p', reference: 'https://host/m/', bytes: 100, complete: false };
    const { session, remote, calls } = setUp({ models: [model, part], freeBytes: 5000 });
    await remote.refresh();
    const screen = await render(StoredModels, { remote, disabled: false, ondeleteall: vi.fn() });
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
    await vi.waitFor(() => expect(remote.stored.models).toEqual([part]));
    expect([session.model, session.plan]).toEqual([null, null]);
  });

  it('keep the focus where the buttons change, and the chosen one while a run goes on', async () => {
    const other = { ...model, key: 'o', reference: 'https://host/m/' };
    const { session, remote, calls } = setUp({ models: [model, other], freeBytes: null });
    await remote.refresh();
    await remote.use('k');
    session.phase = 'running';
    const screen = await render(StoredModels, { remote, disabled: true, ondeleteall: () => undefined });
    const remove = (name: RegExp) => screen.getByRole('button', { name });
    await expect.element(remove(/^Delete … ?hf:/)).toBeDisabled();
    await remote.remove(model);
    expect([calls.remove.mock.calls.length, session.model?.reference]).toEqual([0, PINNED]);
    await remove(/^Delete … ?https/).click();
    await expect.element(remove(/^Leave it/)).toHaveFocus();
    await remove(/^Leave it/).click();
    await expect.element(remove(/^Delete … ?https/)).toHaveFocus();
    await remove(/^Delete … ?https/).click();
    await remove(/^Delete ?the files of/).click();
    // Of the entry before: its “Use” cannot be pressed while a run goes on, nor can its files be deleted.
    await expect.element(screen.getByRole('listitem')).toHaveFocus();
    expect(session.model?.reference).toBe(PINNED);
  });
});
