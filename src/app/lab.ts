/**
 * The stores of the page, wired to the browser: the one place where they meet.
 *
 * Must not know: components.
 */
import { fetchBeside } from '../platform/beside';
import { readCapability } from '../platform/capability';
import { wallClock } from '../platform/clock';
import { download } from '../platform/download';
import { persistStorage, storageRoom } from '../platform/quota';
import { newRunKey, RunStorage } from '../platform/storage';
import { WakeLock } from '../platform/wake-lock';
import { createLabWorker, LabClient } from '../worker/client';
import { BundledOntologies } from './bundled.svelte';
import { BundleStore } from './bundles.svelte';
import { DataStore } from './data.svelte';
import { fileStem, listedFiles, wholeRun, type ListedFile } from './exports';
import { Inputs } from './inputs';
import { RunStore, type Records } from './runs.svelte';
import { LabSession } from './session.svelte';
import { SettingsStore } from './settings.svelte';
import { Shelf } from './shelf.svelte';
import { SpecStore } from './spec.svelte';

export interface Lab {
  session: LabSession;
  data: DataStore;
  bundled: BundledOntologies;
  bundles: BundleStore;
  shelf: Shelf;
  spec: SpecStore;
  runs: RunStore;
  settings: SettingsStore;
  inputs: Inputs;
  /** Shows the last run kept in this browser, with its settings. */
  restore(): Promise<void>;
  files(): ListedFile[];
  saveChart(file: { name: string; type: string; text: string }): void;
  saveRecord(path: string): Promise<void>;
  /** The whole run as a bundle; of an opened bundle the very file. */
  saveZip(): Promise<void>;
}

export function createLab(): Lab {
  const spec = new SpecStore();
  const storage = new RunStorage<Records>();
  const runs = new RunStore(storage);
  const client = new LabClient(createLabWorker());
  const bundled = new BundledOntologies(fetchBeside);
  const session = new LabSession(
    {
      lab: client,
      readCapability: () => readCapability(),
      newKey: newRunKey,
      wakeLock: new WakeLock(),
      persistStorage,
    },
    spec,
    runs,
  );
  const fail = (thrown: unknown) => session.fail(thrown);
  const bundles = new BundleStore(client.bundles, runs, newRunKey, fail);
  const shelf = new Shelf({ storage, room: storageRoom, persist: persistStorage, clock: wallClock }, runs);
  const stem = () => fileStem(runs.title ?? 'run');
  const save = async (path: string | null) => {
    const run = wholeRun(runs);
    if (run === null) return;
    try {
      if (path === null) download(`${stem()}.zip`, 'application/zip', (await client.bundles.pack(run)).bytes);
      else
        download(path.replaceAll('/', '-'), 'application/octet-stream', (await client.bundles.encode(run, path)).bytes);
    } catch (thrown) {
      fail(thrown);
    }
  };
  return {
    session,
    data: new DataStore(client.data),
    bundled,
    bundles,
    shelf,
    spec,
    runs,
    settings: new SettingsStore(localStorageIfAllowed()),
    inputs: new Inputs(session, bundled, bundles),
    restore: async () => {
      await shelf.start();
      await runs.restore();
      if (runs.manifest !== null) spec.adopt(runs.manifest.spec);
    },
    files: () => listedFiles(runs),
    saveChart: ({ name, type, text }) => download(`${stem()}-${name}`, type, text),
    saveRecord: save,
    saveZip: async () => {
      const { shown } = bundles;
      if (shown === null) await save(null);
      else download(shown.file.path, 'application/zip', shown.file.file);
    },
  };
}

/** Reading the property alone throws where storage is switched off. */
function localStorageIfAllowed(): Storage | null {
  try {
    return globalThis.localStorage;
  } catch {
    return null;
  }
}
