/**
 * The stores of the page, wired to the browser: the one place where they meet.
 *
 * Must not know: components.
 */
import { fetchBeside } from '../platform/beside';
import { readCapability } from '../platform/capability';
import { download } from '../platform/download';
import { newRunKey, persistStorage, RunStorage } from '../platform/storage';
import { WakeLock } from '../platform/wake-lock';
import { createLabWorker, LabClient } from '../worker/client';
import { BundledOntologies } from './bundled.svelte';
import { DataStore } from './data.svelte';
import { fileStem, runFiles, runZip, type RunFile } from './exports';
import { Inputs } from './inputs';
import { RunStore } from './runs.svelte';
import { LabSession } from './session.svelte';
import { SettingsStore } from './settings.svelte';
import { SpecStore } from './spec.svelte';

export interface Lab {
  session: LabSession;
  data: DataStore;
  bundled: BundledOntologies;
  spec: SpecStore;
  runs: RunStore;
  settings: SettingsStore;
  inputs: Inputs;
  /** Shows the last run kept in this browser, with its settings. */
  restore(): Promise<void>;
  files(): RunFile[];
  saveChart(file: { name: string; type: string; text: string }): void;
  saveRecord(file: RunFile): void;
  saveZip(): void;
}

export function createLab(): Lab {
  const spec = new SpecStore();
  const runs = new RunStore(new RunStorage());
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
  const stem = () => fileStem(runs.manifest?.spec.name ?? 'run');
  return {
    session,
    data: new DataStore(client.data),
    bundled,
    spec,
    runs,
    settings: new SettingsStore(localStorageIfAllowed()),
    inputs: new Inputs(session, bundled),
    restore: async () => {
      await runs.restore();
      if (runs.manifest !== null) spec.adopt(runs.manifest.spec);
    },
    files: () => runFiles(runs),
    saveChart: ({ name, type, text }) => download(`${stem()}-${name}`, type, text),
    saveRecord: ({ path, bytes }) => download(path.replaceAll('/', '-'), 'application/octet-stream', bytes),
    saveZip: () => download(`${stem()}.zip`, 'application/zip', runZip(runs)),
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
