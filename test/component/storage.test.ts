/** The Storage section: what is kept by kind, deleted one by one or all at once, where the focus goes, going offline. */
import { describe, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { Lab } from '../../src/app/lab';
import { Keeping } from '../../src/app/keeping.svelte';
import { Navigation } from '../../src/app/navigation.svelte';
import { OfflineStore, type OfflineHost } from '../../src/app/offline.svelte';
import { PretrainingStore } from '../../src/app/pretraining.svelte';
import { RemoteModels } from '../../src/app/remote-models.svelte';
import { RunStore } from '../../src/app/runs.svelte';
import { LabSession } from '../../src/app/session.svelte';
import { Shelf } from '../../src/app/shelf.svelte';
import { SpecStore } from '../../src/app/spec.svelte';
import { StudyStore } from '../../src/app/studies.svelte';
import { LabError } from '../../src/core/errors';
import { listStudy } from '../../src/experiment/study/state';
import type { OfflineState } from '../../src/platform/offline/offline';
import StorageSection from '../../src/ui/sections/StorageSection.svelte';
import UpdateBar from '../../src/ui/views/UpdateBar.svelte';

const elsewhere = () => new LabError('run-locked', 'Another tab has it.', { hint: 'Close the other tab.' });
const item = (key: string, name: string) => ({
  ...{ key, name, model: 'tiny', state: 'done', startedAtMs: 0, bytes: 1024, fromFile: null },
});
const stored = (key: string, reference: string) => ({
  ...{ key, reference, bytes: 4096, totalBytes: 4096, complete: true, lastUsedMs: 0 },
});

/** What a browser keeps, in memory; `locked` names what another tab has. */
function setUp() {
  const locked = new Set<string>();
  const kept = {
    runs: [item('r1', 'Run one'), item('r2', 'Run two')],
    pretrained: [item('p1', 'Model one'), item('p2', 'Model two')],
    models: [stored('m1', 'hf:a/one'), stored('m2', 'hf:a/two')],
    studies: ['One', 'Two'].map((name) => ({
      key: `s${name}`,
      state: listStudy({ studyVersion: 1, name: `Study ${name}`, grid: { 'adapter.rank': [2] }, seeds: [1] }, 'x'),
    })),
    settings: new Map([
      ['ontoscope.theme', 'dark'],
      ['someone-else', 'x'],
    ]),
  };
  const lock = async (key: string) => {
    if (locked.has(key)) throw elsewhere();
    return { release: () => undefined };
  };
  const withLock = async <T>(key: string, work: () => Promise<T>) => {
    await lock(key);
    return work();
  };
  const without = <T extends { key: string }>(list: T[], key: string) => list.filter((each) => each.key !== key);
  const none = () => Promise.reject(new LabError('internal', 'not asked for', { hint: '' }));
  const thrown = new Set<string>();
  const runs = new RunStore({
    list: async () => kept.runs.filter(({ key }) => !thrown.has(key)),
    load: async () => null,
    hasCheckpoint: async () => false,
  });
  const wakeLock = { hold: async () => {}, release: async () => {} };
  const persistStorage = async () => true;
  const calls = { prepare: none, run: none, pause() {}, step() {}, resume() {}, cancel() {} };
  const session = new LabSession(
    {
      ...{ lab: calls, readCapability: none, newKey: () => 'k', newSeed: () => 1, lockRun: lock },
      ...{ wakeLock, persistStorage },
    },
    new SpecStore(),
    runs,
  );
  const room = { usedBytes: 95_000, quotaBytes: 100_000, persisted: false };
  const shelf = new Shelf(
    {
      storage: {
        rename: async () => {},
        throwAway: async (key) => void thrown.add(key),
        restore: async (key) => void thrown.delete(key),
        purge: async () => void (kept.runs = kept.runs.filter(({ key }) => !thrown.has(key))),
      },
      ...{ room: async () => room, persist: async () => false, clock: { nowMs: () => 0 }, lockRun: lock },
    },
    runs,
  );
  const download = vi.fn();
  const studies = new StudyStore(
    {
      calls: { ...calls, list: none, plan: none, pooled: none, file: none, bundle: none },
      storage: {
        list: async () => kept.studies,
        remove: async (key) => void (kept.studies = without(kept.studies, key)),
      },
      ...{ newKey: () => 'k', withStudyLock: withLock, wakeLock, persistStorage, download },
    },
    session,
    runs,
  );
  const pretraining = new PretrainingStore(
    {
      calls: { ...calls, continue: none, pack: none },
      storage: {
        list: async () => kept.pretrained,
        load: async () => null,
        remove: async (key) => void (kept.pretrained = without(kept.pretrained, key)),
      },
      ...{ newKey: () => 'k', withPretrainingLock: withLock, wakeLock, persistStorage, download, adopt: () => {} },
    },
    session,
    { draft: null, inputs: null } as ConstructorParameters<typeof PretrainingStore>[2],
    { valid: null } as ConstructorParameters<typeof PretrainingStore>[3],
  );
  const models = () => ({ models: kept.models, freeBytes: null });
  const remove = async (key: string) => {
    kept.models = without(kept.models, key);
    return models();
  };
  const remote = new RemoteModels(
    { calls: { fetch: none, open: none, list: async () => models(), remove }, storage: null, persistStorage },
    session,
  );
  const settings: Record<string, string> = Object.fromEntries(kept.settings);
  Object.setPrototypeOf(settings, {
    getItem: (name: string) => settings[name] ?? null,
    removeItem: (name: string) => void delete settings[name],
  });
  const offline = offlineStore().store;
  const pack = vi.fn(async () => ({ path: 'bundle', bytes: new Uint8Array([1]) }));
  const keeping = new Keeping({
    ...{
      session,
      runs,
      shelf,
      studies,
      pretraining,
      remote,
      offline,
      storage: settings as unknown as Storage,
      pack,
      download,
    },
  });
  const history = { fragment: () => '', withFragment: (text: string) => text, kept: () => null, entry: () => '' };
  const navigation = new Navigation({ ...history, push() {}, replace() {}, onMove() {} });
  const lab = {
    ...{ session, runs, shelf, studies, pretraining, remote, offline, keeping, navigation },
    ...{ bundles: { working: null, opened: [] }, inputs: {}, start: { run: null } },
  } as unknown as Lab;
  const refresh = () => Promise.all([runs.refresh(), studies.refresh(), pretraining.refresh(), keeping.refresh()]);
  return { lab, keeping, kept, locked, settings, pack, download, runs, session, studies, pretraining, refresh };
}

function offlineStore(host: Partial<OfflineHost> = {}) {
  let tell: (state: OfflineState) => void = () => undefined;
  const memory = new Map<string, string>();
  const storage = {
    getItem: (name: string) => memory.get(name) ?? null,
    setItem: (name: string, text: string) => void memory.set(name, text),
    removeItem: (name: string) => void memory.delete(name),
  } as unknown as Storage;
  const keep = vi.fn(async (listener: (state: OfflineState) => void) => void (tell = listener));
  const applyUpdate = vi.fn(async () => {});
  const base = { available: () => true, savesData: () => false, drop: async () => {}, applyUpdate, storage };
  const store = new OfflineStore({ ...base, keep, ...host });
  return { store, keep, applyUpdate, memory, tell: (state: OfflineState) => tell(state) };
}

async function shown() {
  const page = setUp();
  await page.refresh();
  const screen = await render(StorageSection, { lab: page.lab });
  const panel = (name: string) => screen.getByRole('region', { name });
  /** By keyboard: the button takes the focus, then Enter. */
  const press = async (region: string, name: string | RegExp) => {
    const button = panel(region).getByRole('button', { name });
    await expect.element(button).toBeEnabled();
    (button.element() as HTMLElement).focus();
    await userEvent.keyboard('{Enter}');
  };
  return { ...page, screen, panel, press };
}

describe('what this browser keeps', () => {
  it('is told by kind with its size, and that there is hardly any room', async () => {
    const { screen, panel } = await shown();
    const room = panel('Room in this browser');
    const row = (name: RegExp) => expect.element(room.getByRole('row', { name })).toBeVisible();
    await row(/Kept runs 2 2\.0 KiB/);
    await row(/Pretrained models 2 2\.0 KiB/);
    await row(/Stored models 2 8\.0 KiB/);
    await row(/Offline files nothing/);
    await row(/Kept studies 2 /);
    await row(/Settings 19 B/);
    await expect.element(screen.getByText(/There is hardly any room left/)).toBeVisible();
  });

  it.each([
    ['Kept runs', 'Delete all …', 'Delete all 2', 'runs'],
    ['Kept studies', 'Remove all …', 'Remove all 2', 'studies'],
    ['Pretrained models', 'Delete all …', 'Delete all 2', 'pretrained'],
    ['Stored models', 'Delete all …', 'Delete all 2', 'models'],
  ] as const)('%s go all at once when asked twice, others stay, the focus stays with the panel', async (...what) => {
    const [title, ask, yes, kind] = what;
    const { panel, press, kept, screen } = await shown();
    const before = { ...kept };
    await press(title, ask);
    await expect.element(panel(title).getByRole('button', { name: 'Leave them' })).toHaveFocus();
    await userEvent.keyboard('{Enter}');
    await expect.element(panel(title).getByRole('button', { name: ask })).toHaveFocus();
    expect(kept).toEqual(before);
    await userEvent.keyboard('{Enter}');
    await press(title, yes);
    await expect.element(screen.getByText(`${title}: 2 deleted.`)).toBeVisible();
    expect(kept).toEqual({ ...before, [kind]: [] });
    await expect.element(panel(title)).toHaveFocus();
  });

  it('settings go alone, and nothing of other pages', async () => {
    const { press, settings, screen, kept } = await shown();
    const { runs } = kept;
    await press('Settings', 'Forget them …');
    await press('Settings', 'Forget the settings');
    await expect.element(screen.getByText(/the next visit begins with the usual ones/)).toBeVisible();
    expect({ ...settings }).toEqual({ 'someone-else': 'x' });
    expect(kept.runs).toBe(runs);
  });

  it.each([
    ['Pretrained models', 'p1', 'pretrained'],
    ['Kept studies', 'sOne', 'studies'],
  ] as const)('%s: what another tab has stays, the others go, and it is said', async (title, key, kind) => {
    const { keeping, kept, locked, pretraining, studies, panel } = await shown();
    locked.add(key);
    await keeping.deleteAll(kind);
    expect(kept[kind].map((each) => each.key)).toEqual([key]);
    expect(keeping.said).toBe(`${title}: 1 deleted, 1 kept.`);
    expect((kind === 'studies' ? studies : pretraining).error).toMatchObject({ code: 'run-locked' });
    if (kind === 'pretrained') {
      await expect
        .element(panel(title).getByRole('alert'))
        .toHaveTextContent('Another tab has it. Close the other tab.');
    }
  });

  it('a run that goes on is never among those deleted', async () => {
    const { keeping, kept, runs, session } = await shown();
    runs.begin('r1');
    session.phase = 'running';
    await keeping.deleteAll('runs');
    expect(kept.runs.map(({ key }) => key)).toEqual(['r1']);
    expect(runs.key).toBe('r1');
  });

  it('a run is saved as a bundle under its name; where there is no room that is said in words', async () => {
    const { press, pack, download, runs, keeping } = await shown();
    await press('Kept runs', /^Save ?Run one/);
    await vi.waitFor(() => expect(keeping.said).toBe('Run one was saved as a bundle.'));
    expect(download.mock.calls[0]!.slice(0, 2)).toEqual(['Run-one.zip', 'application/zip']);
    pack.mockRejectedValueOnce(new LabError('storage-quota', 'no room', { hint: 'Free some.' }));
    await press('Kept runs', /^Save ?Run one/);
    await vi.waitFor(() => expect(runs.storageError).toMatchObject({ code: 'storage-quota', hint: 'Free some.' }));
    expect([keeping.said, keeping.packing]).toEqual([null, null]);
  });
});

describe('the focus after one entry is deleted', () => {
  it.each([
    ['Kept studies', [/^Remove … ?Study/, /^Remove ?Study/], /^Open ?the study Study Two/],
    ['Pretrained models', [/^Delete … ?Model/, /^Delete ?the model/], /^Open ?the model Model two/],
    ['Stored models', [/^Delete … ?hf/, /^Delete ?the files/], /^Use ?hf:a\/two/],
  ] as const)('%s: on the one in its place, then on the panel', async (title, steps, next) => {
    const { panel, press } = await shown();
    const entries = panel(title).getByRole('listitem');
    const deleteFirst = async () => {
      (entries.first().getByRole('button', { name: steps[0] }).element() as HTMLElement).focus();
      await userEvent.keyboard('{Enter}');
      await expect.element(panel(title).getByRole('button', { name: 'Leave it' })).toHaveFocus();
      await press(title, steps[1]);
    };
    await deleteFirst();
    await expect.element(panel(title).getByRole('button', { name: next })).toHaveFocus();
    await vi.waitFor(() => expect(entries.elements()).toHaveLength(1));
    await deleteFirst();
    await vi.waitFor(() => expect(entries.elements()).toHaveLength(0));
    await expect.element(panel(title)).toHaveFocus();
  });

  it('kept runs: on the one in its place, then on the way back', async () => {
    const { panel, press, kept } = await shown();
    await press('Kept runs', /^Delete ?Run one/);
    await expect.element(panel('Kept runs').getByRole('button', { name: /^Open ?Run two/ })).toHaveFocus();
    await press('Kept runs', /^Delete ?Run two/);
    await vi.waitFor(() => expect(document.activeElement?.getAttribute('role')).toBe('status'));
    await expect.element(panel('Kept runs').getByRole('status')).toHaveTextContent('“Run one” is being deleted.');
    await press('Kept runs', /^Undo ?deleting Run one/);
    await expect.element(panel('Kept runs').getByRole('listitem')).toHaveTextContent('Run one');
    expect(kept.runs).toHaveLength(2);
  });
});

describe('going without a network', () => {
  const ready = { phase: 'ready', bytes: 10, update: false } as const;

  it('offers a newer version, which waits while something goes on and is taken when wanted', async () => {
    const { store, applyUpdate, tell } = offlineStore();
    await store.start();
    const screen = await render(UpdateBar, { offline: store, busy: true });
    tell(ready);
    await expect.element(screen.getByRole('status')).not.toBeInTheDocument();
    tell({ ...ready, update: true });
    const load = screen.getByRole('button', { name: 'Load it now' });
    await expect.element(load).toBeDisabled();
    await screen.rerender({ offline: store, busy: false });
    await load.click();
    expect(applyUpdate).toHaveBeenCalledTimes(1);
    await screen.getByRole('button', { name: 'Later' }).click();
    await expect.element(load).not.toBeInTheDocument();
    expect(store.state.update).toBe(true);
  });

  it('fetches nothing where data is saved, unless it is asked to', async () => {
    const { store, keep } = offlineStore({ savesData: () => true });
    await store.start();
    expect([store.state.phase, keep.mock.calls.length]).toEqual(['off', 0]);
    await store.keep();
    expect(keep).toHaveBeenCalledTimes(1);
  });

  it('remembers that the files were deleted, and what still tells of them counts no more', async () => {
    const { store, memory, tell } = offlineStore();
    await store.start();
    tell(ready);
    await store.drop();
    tell(ready);
    expect(store.state.phase).toBe('off');
    await store.start();
    expect([store.state.phase, memory.size]).toEqual(['off', 1]);
    await store.keep();
    expect([store.state.phase, memory.size]).toEqual(['fetching', 0]);
  });

  it('says in words why files could not be kept, or not deleted', async () => {
    const failing = () => Promise.reject(new LabError('storage-quota', 'The disk is full.', { hint: '' }));
    const page = setUp();
    const offline = offlineStore({ keep: failing }).store;
    await offline.start();
    const screen = await render(StorageSection, { lab: { ...page.lab, offline } });
    const panel = screen.getByRole('region', { name: 'Offline files' });
    await expect.element(panel.getByRole('status')).toHaveTextContent('could not be kept. The disk is full.');
    const kept = offlineStore({ drop: failing });
    await kept.store.start();
    kept.tell(ready);
    await screen.rerender({ lab: { ...page.lab, offline: kept.store } });
    await panel.getByRole('button', { name: 'Delete the offline files' }).click();
    expect(kept.store.problem).toBeNull();
    await expect.element(panel.getByText(/does not open where there is no network/)).toBeVisible();
    await panel.getByRole('button', { name: /^Delete \d/ }).click();
    await expect.element(panel.getByRole('status')).toHaveTextContent('could not be deleted. The disk is full.');
  });
});
