/**
 * Everything that this browser keeps for the page, by kind: how much of it there is, and a way to be rid of a whole kind.
 *
 * Promises: what goes on now is never deleted; a kind that fails says so in its own store and the others stay as they are.
 * Must not know: databases, components.
 */
import { toLabError, type SerializedLabError } from '../core/errors';
import type { EncodedFile } from '../worker/client';
import { fileStem } from './exports';
import type { OfflineStore } from './offline.svelte';
import type { PretrainingStore } from './pretraining.svelte';
import type { RemoteModels } from './remote-models.svelte';
import type { KeptRun, RunStore } from './runs.svelte';
import type { LabSession } from './session.svelte';
import type { Shelf } from './shelf.svelte';
import type { StudyStore } from './studies.svelte';

/** What every name of the page's own settings begins with. */
const OURS = 'ontoscope.';

export type KeptKind = 'runs' | 'pretrained' | 'models' | 'offline' | 'studies' | 'settings';

export interface KindShare {
  kind: KeptKind;
  title: string;
  /** Null where nothing is counted one by one. */
  count: number | null;
  /** About. */
  bytes: number;
}

export interface KeepingHost {
  session: LabSession;
  runs: RunStore;
  shelf: Shelf;
  studies: StudyStore;
  pretraining: PretrainingStore;
  remote: RemoteModels;
  offline: OfflineStore;
  storage: Storage | null;
  /** A run of the storage as a bundle. */
  pack(key: string): Promise<EncodedFile>;
  download(name: string, type: string, content: Uint8Array<ArrayBuffer>): void;
}

export class Keeping {
  /** What became of the last thing asked for, in words. */
  said = $state.raw<string | null>(null);
  /** The run that is being packed. */
  packing = $state.raw<string | null>(null);
  #settings = $state.raw(0);

  constructor(private readonly host: KeepingHost) {
    this.#settings = settingBytes(host.storage);
  }

  get shares(): KindShare[] {
    const { runs, shelf, studies, pretraining, remote, offline } = this.host;
    const pretrained = pretraining.kept;
    const { models } = remote.stored;
    return [
      { kind: 'runs', title: 'Kept runs', count: runs.kept.length, bytes: shelf.bytes },
      { kind: 'pretrained', title: 'Pretrained models', count: pretrained.length, bytes: sumOf(pretrained) },
      { kind: 'models', title: 'Stored models', count: models.length, bytes: sumOf(models) },
      { kind: 'offline', title: 'Offline files', count: null, bytes: offline.state.bytes },
      { kind: 'studies', title: 'Kept studies', count: studies.kept.length, bytes: textBytes(studies.kept) },
      { kind: 'settings', title: 'Settings', count: null, bytes: this.#settings },
    ];
  }

  /** The run that must not be deleted now; null where none goes on. */
  get liveRun(): string | null {
    const { session, runs, studies } = this.host;
    return studies.liveRun ?? (session.busy && runs.origin === 'live' ? runs.key : null);
  }

  /** Measures anew what is not counted as it changes. */
  async refresh(): Promise<void> {
    this.#settings = settingBytes(this.host.storage);
    await Promise.all([this.host.shelf.measure(), this.host.remote.refresh()]);
  }

  async deleteAll(kind: Exclude<KeptKind, 'offline'>): Promise<void> {
    const { shelf, studies, pretraining, remote } = this.host;
    const before = this.#share(kind);
    this.said = null;
    if (kind === 'runs') await shelf.discardAll(this.#endedRuns());
    if (kind === 'studies') {
      await inTurn(studies, async (key) => {
        if (!studies.busy) await studies.forget(key);
      });
    }
    if (kind === 'pretrained') {
      await inTurn(pretraining, async (key) => {
        if (!(pretraining.busy && pretraining.key === key)) await pretraining.remove(key);
      });
    }
    if (kind === 'models') for (const model of [...remote.stored.models]) await remote.remove(model);
    if (kind === 'settings') this.#forgetSettings();
    await this.refresh();
    const left = this.#share(kind).count;
    if (before.count === null || left === null) return;
    this.said = `${before.title}: ${before.count - left} deleted${left > 0 ? `, ${left} kept` : ''}.`;
  }

  async saveRun(run: KeptRun): Promise<void> {
    this.packing = run.key;
    this.said = null;
    try {
      const { bytes } = await this.host.pack(run.key);
      this.host.download(`${fileStem(run.name)}.zip`, 'application/zip', bytes);
      this.said = `${run.name} was saved as a bundle.`;
    } catch (thrown) {
      this.host.runs.storageError = toLabError(thrown).serialize();
    } finally {
      this.packing = null;
    }
  }

  #share(kind: KeptKind): KindShare {
    return this.shares.find((share) => share.kind === kind)!;
  }

  #endedRuns(): KeptRun[] {
    return this.host.runs.kept.filter(({ key }) => key !== this.liveRun);
  }

  #forgetSettings(): void {
    try {
      for (const name of settingNames(this.host.storage)) this.host.storage?.removeItem(name);
      this.said = 'The settings kept here are forgotten: the next visit begins with the usual ones.';
    } catch {
      // A browser that keeps nothing has nothing to forget.
    }
  }
}

const sumOf = (list: readonly { bytes: number | null }[]) => list.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
const textBytes = (value: readonly unknown[]) => (value.length === 0 ? 0 : JSON.stringify(value).length);

interface Listed {
  kept: readonly { key: string }[];
  error: SerializedLabError | null;
}

/** Each removal clears the error of the one before: the first one is put back, or nobody would hear of it. */
async function inTurn(store: Listed, remove: (key: string) => Promise<void>): Promise<void> {
  let failed: SerializedLabError | null = null;
  for (const { key } of [...store.kept]) {
    await remove(key);
    failed ??= store.error;
  }
  store.error = failed;
}

function settingNames(storage: Storage | null): string[] {
  return Object.keys(storage ?? {}).filter((name) => name.startsWith(OURS));
}

function settingBytes(storage: Storage | null): number {
  try {
    return settingNames(storage).reduce((sum, name) => sum + name.length + (storage?.getItem(name)?.length ?? 0), 0);
  } catch {
    return 0;
  }
}
