/**
 * The made-up runs of the gallery: opened from beside the page, as any bundle.
 *
 * Must not know: components.
 */
import { toLabError, type SerializedLabError } from '../core/errors';
import type { PickedFile } from '../platform/folder';
import { rehearsedFacts } from '../records';
import type { OpenedRun } from '../worker/client';
import type { ChartRun } from './chart-run';
import { RaceStore } from './race.svelte';
import { ResultsView } from './results-view.svelte';
import { SelectionStore } from './selection.svelte';

export const GALLERY_RUNS = [
  { name: 'plausible', label: 'plausible' },
  { name: 'two-facts', label: 'two facts' },
  { name: 'hostile', label: 'hostile texts' },
] as const;
export type GalleryRun = (typeof GALLERY_RUNS)[number]['name'];

export class GalleryStore {
  name = $state.raw<GalleryRun>('plausible');
  run = $state.raw<ChartRun | null>(null);
  error = $state.raw<SerializedLabError | null>(null);
  /** Apart from those of the run on show. */
  readonly view = new ResultsView();
  readonly selection = new SelectionStore();
  readonly race = new RaceStore(this.#shown());

  constructor(
    private readonly get: (path: string) => Promise<Blob>,
    private readonly open: (file: PickedFile) => Promise<OpenedRun>,
  ) {}

  /** The run as the race reads it. */
  #shown() {
    const shown = () => this.run;
    return {
      get key() {
        return shown()?.key ?? null;
      },
      get manifest() {
        return shown()?.manifest ?? null;
      },
      get trialsOnShow() {
        return shown()?.trials ?? [];
      },
      get rehearsed() {
        return shown()?.rehearsed ?? rehearsedFacts([]);
      },
    };
  }

  async show(name: GalleryRun): Promise<void> {
    this.name = name;
    this.error = null;
    try {
      const path = `gallery/${name}.zip`;
      const run = await this.open({ path, file: new File([await this.get(path)], path) });
      if (this.name !== name) return;
      this.selection.clear();
      this.run = { ...run, key: path, rehearsed: rehearsedFacts(run.steps) };
    } catch (thrown) {
      this.error = toLabError(thrown).serialize();
    }
  }
}
