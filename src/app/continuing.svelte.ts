/**
 * The run on show that stopped before its end: what is needed to continue it, and the ways to give it that.
 *
 * Promises: a model that comes with the laboratory is loaded alone, settings and other files stay as they are. Must not
 * know: components, how a run is continued.
 */
import { runFileIdentities } from '../records';
import type { BundledModel, BundledModels } from './bundled-models.svelte';
import { chosenFor, type NeededFiles } from './needed-files.svelte';
import type { RunStore } from './runs.svelte';
import type { LabSession } from './session.svelte';

export interface WayOn {
  /** How far it came, in words. */
  place: string;
  /** Names of the files that are not chosen, the model's first. */
  missing: string[];
  /** The missing model, where it lies beside the page. */
  bundled: BundledModel | null;
  /** The missing model is one that only the person has. */
  modelMissing: boolean;
  /** Everything is chosen, and it is not what the run was made from. */
  differs: 'settings' | 'files' | null;
}

export class Continuing {
  constructor(
    private readonly session: LabSession,
    private readonly runs: RunStore,
    private readonly models: Pick<BundledModels, 'list' | 'chooseAlone'>,
    private readonly needed: NeededFiles,
  ) {}

  /** Null where nothing on show can be continued, or nothing is in its way. */
  get way(): WayOn | null {
    const { session, runs } = this;
    const { manifest } = runs;
    if (manifest === null || runs.origin !== 'kept' || !runs.resumable || session.busy || session.canContinue)
      return null;
    const last = runs.steps.at(-1);
    const place =
      last === undefined
        ? 'before its first step'
        : `after ${runs.steps.length} ${runs.steps.length === 1 ? 'step' : 'steps'}, in epoch ${last.epoch} of ${manifest.spec.train.epochs}`;
    const others = runFileIdentities(manifest).filter(
      (file) => file.field !== 'model.path' && chosenFor(session, file) === 'missing',
    );
    const bundled = session.model === null ? this.#bundled : null;
    const model = session.model === null ? [bundled?.title ?? manifest.model.name] : [];
    // A table may be ontology and covariate at once.
    const names = others.map(({ name }) => name).filter((name, index, all) => all.indexOf(name) === index);
    const missing = [...model, ...names];
    const settings = session.spec.changedFrom(manifest.spec).length > 0;
    // While they are checked nobody knows.
    const differs = missing.length > 0 || session.plan === null ? null : settings ? 'settings' : 'files';
    if (missing.length === 0 && differs === null) return null;
    return { place, missing, bundled, modelMissing: model.length > 0 && bundled === null, differs };
  }

  /** Files of the run, known by their hashes; the page lists which are there. */
  supply(files: readonly File[]): void {
    const { manifest } = this.runs;
    if (manifest === null) return;
    this.needed.ask(runFileIdentities(manifest));
    const picked = files.map((file) => ({ path: file.name, file }));
    this.needed.supply(picked).catch((thrown: unknown) => this.session.fail(thrown));
  }

  /** Names of files that were given and are not the run's. */
  get foreign(): string[] {
    return this.needed.foreign;
  }

  async loadModel(): Promise<void> {
    const model = this.#bundled;
    if (model !== null) await this.models.chooseAlone(model);
  }

  /** The model beside the page with the very files of the run. */
  get #bundled(): BundledModel | null {
    const hashes = this.runs.manifest?.model.files.map(({ sha256 }) => sha256) ?? [];
    const has = (model: BundledModel) => hashes.every((hash) => model.files.some(({ sha256 }) => sha256 === hash));
    return hashes.length === 0 ? null : (this.models.list.find(has) ?? null);
  }
}
