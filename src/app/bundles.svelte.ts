/**
 * Runs opened from bundles: listed beside the kept ones, shown like them, kept only when asked to.
 *
 * Promises: a bundle that cannot be opened changes nothing; closing one never touches its file.
 * Must not know: zips, the worker's messages, components.
 */
import type { PickedFile } from '../platform/folder';
import type { OpenedRun } from '../worker/client';
import type { RunStore } from './runs.svelte';

interface BundleCalls {
  open(file: PickedFile): Promise<OpenedRun>;
  keep(file: PickedFile, key: string): Promise<void>;
}

/** A run that this page shows from a file. */
export interface OpenBundle {
  key: string;
  file: PickedFile;
  run: OpenedRun;
}

export class BundleStore {
  /** Newest first. */
  opened = $state.raw<OpenBundle[]>([]);
  /** Name of the file that is being opened or kept. */
  working = $state.raw<string | null>(null);
  #count = 0;

  constructor(
    private readonly calls: BundleCalls,
    private readonly runs: RunStore,
    private readonly newKey: () => string,
    private readonly fail: (thrown: unknown) => void,
  ) {}

  /** The bundle on show; null where a run from elsewhere is. */
  get shown(): OpenBundle | null {
    return this.runs.origin === 'file' ? (this.opened.find(({ key }) => key === this.runs.key) ?? null) : null;
  }

  /** @param show false while a run goes on: the bundle is then listed only */
  async open(file: PickedFile, show: boolean): Promise<boolean> {
    return this.#work(file.path, async () => {
      const run = await this.calls.open(file);
      const key = `file-${++this.#count}`;
      this.opened = [{ key, file, run }, ...this.opened];
      if (show) this.show(key);
    });
  }

  show(key: string): void {
    const bundle = this.opened.find((each) => each.key === key);
    if (bundle) this.runs.showFile(key, bundle.file.path, bundle.run);
  }

  /** Takes it off the list; the file stays where it is. */
  close(key: string): void {
    this.opened = this.opened.filter((each) => each.key !== key);
    if (this.runs.key === key) this.runs.clear();
  }

  /** Copies the run into the browser's storage, where a reload finds it. */
  async keep(key: string): Promise<void> {
    const bundle = this.opened.find((each) => each.key === key);
    if (!bundle) return;
    await this.#work(bundle.file.path, async () => {
      const kept = this.newKey();
      await this.calls.keep(bundle.file, kept);
      const onShow = this.runs.key === key;
      this.opened = this.opened.filter((each) => each.key !== key);
      await this.runs.refresh();
      if (onShow) await this.runs.replace(kept);
    });
  }

  async #work(name: string, work: () => Promise<void>): Promise<boolean> {
    this.working = name;
    try {
      await work();
      return true;
    } catch (thrown) {
      this.fail(thrown);
      return false;
    } finally {
      this.working = null;
    }
  }
}
