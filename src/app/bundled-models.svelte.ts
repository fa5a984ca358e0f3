/**
 * The models that come with the laboratory: fetched from beside the page with the table they know and their default
 * experiment, then chosen like a folder and files of the user's own.
 *
 * Promises: a file that is not the listed one is refused by name and nothing is chosen; the page's own settings and
 * files, where there are any, can be taken back. Must not know: how a model is read, components.
 */
import * as v from 'valibot';
import { LabError } from '../core/errors';
import { canonicalJson } from '../core/json';
import type { PickedFile, PickedFolder } from '../platform/folder';
import { parseSpec } from '../spec';
import type { ExperimentSpec } from '../spec/schema';
import { listedFileSchema, pathFrom, readBeside, type GetBeside, type ListedBeside } from './beside-index';
import type { LinkStore } from './link.svelte';
import { modelCardSchema, type ModelCard } from './model-card';
import { TEXT_FIELDS, type LabSession } from './session.svelte';
import { defaultSpec } from './spec.svelte';

const FOLDER = 'models';
const entrySchema = v.object({
  name: v.string(),
  title: v.string(),
  description: v.string(),
  parameters: v.number(),
  bytes: v.number(),
  licence: v.string(),
  files: v.array(listedFileSchema),
  /** A spec; the files it names lie beside it. */
  experiment: v.string(),
  ontology: listedFileSchema,
});
const indexSchema = v.object({ indexVersion: v.literal(1), models: v.array(entrySchema) });
export type BundledModel = v.InferOutput<typeof entrySchema>;

export class BundledModels {
  list = $state.raw<BundledModel[]>([]);
  /** Title of the one that is being fetched. */
  working = $state.raw<string | null>(null);
  #chosen = $state.raw<{ entry: BundledModel; folder: PickedFolder } | null>(null);

  /** @param hash SHA-256 of a file */
  constructor(
    private readonly get: GetBeside,
    private readonly hash: (file: PickedFile) => Promise<string>,
    private readonly session: LabSession,
    private readonly link: LinkStore,
  ) {}

  /** The one that the page's model is; null where that is another. */
  get chosen(): BundledModel | null {
    return this.#chosen !== null && this.#chosen.folder === this.session.model ? this.#chosen.entry : null;
  }

  /** Reads the index; without one there is simply nothing to offer. */
  async start(): Promise<void> {
    try {
      this.list = (await readBeside(this.get, `${FOLDER}/index.json`, indexSchema)).models;
    } catch {
      this.list = [];
    }
  }

  /** Model, table and settings, all at once. False where it could not be: the session then says why. */
  choose(entry: BundledModel): Promise<boolean> {
    return this.#working(entry, async () => {
      const fetched = new Fetched(this.get, this.hash, [...entry.files, entry.ontology]);
      const spec = parseSpec(await (await fetched.file(entry.experiment)).file.text(), entry.experiment);
      const beside = (path: string | null) => (path === null ? null : fetched.file(pathFrom(entry.experiment, path)));
      const folder = await this.#folder(entry, fetched);
      const ontology = await fetched.file(entry.ontology.path);
      const counts = await beside(spec.ontology.counts?.path ?? null);
      const covariates: { name: string; file: PickedFile }[] = [];
      for (const { name, path } of spec.ontology.covariates)
        covariates.push({ name, file: { ...(await beside(path))!, path } });
      const texts = await Promise.all(
        textPaths(spec).map(async ({ field, path }) => ({ field, file: await beside(path) })),
      );
      if (this.session.busy) return false;
      this.#adopt(entry, spec);
      this.#take(entry, folder);
      this.session.bring({ ontology, counts, covariates });
      for (const { field, file } of texts) this.session.chooseText(field, file);
      return true;
    });
  }

  /** The model and nothing else: settings and other files stay. False where it could not be, as above. */
  chooseAlone(entry: BundledModel): Promise<boolean> {
    return this.#working(entry, async () => {
      const folder = await this.#folder(entry, new Fetched(this.get, this.hash, entry.files));
      if (this.session.busy) return false;
      this.#take(entry, folder);
      return true;
    });
  }

  /** Says what is being fetched, and why it could not be. */
  async #working({ title }: BundledModel, fetch: () => Promise<boolean>): Promise<boolean> {
    this.working = title;
    this.session.dismissError();
    try {
      return await fetch();
    } catch (thrown) {
      this.session.fail(thrown);
      return false;
    } finally {
      this.working = null;
    }
  }

  #take(entry: BundledModel, folder: PickedFolder): void {
    this.session.chooseModel(folder);
    this.#chosen = { entry, folder };
  }

  /** There is an ontology or a setting of the person's own that the model's experiment would replace. */
  get wouldReplace(): boolean {
    const { ontology, spec } = this.session;
    return ontology !== null || spec.changedFrom(defaultSpec()).length > 0;
  }

  /** What is known of a model. Throws `file-missing` or `record-invalid`. */
  card({ experiment }: BundledModel): Promise<ModelCard> {
    return readBeside(this.get, `${FOLDER}/${pathFrom(experiment, 'card.json')}`, modelCardSchema);
  }

  /** The same folder where it is chosen already. */
  async #folder(entry: BundledModel, fetched: Fetched): Promise<PickedFolder> {
    if (this.#chosen !== null && this.chosen?.name === entry.name) return this.#chosen.folder;
    const files = await Promise.all(entry.files.map(({ path }) => fetched.file(path)));
    return { name: entry.name, files };
  }

  /** Settings that nobody touched, without files, have nothing to come back to. */
  #adopt({ title }: BundledModel, spec: ExperimentSpec): void {
    const { spec: own, model, ontology } = this.session;
    const nothing = model === null && ontology === null;
    const untouched = nothing && canonicalJson(own.snapshot()) === canonicalJson(defaultSpec());
    if (untouched && this.link.foreign === null) own.adopt(spec);
    else this.link.take({ from: 'bundled model', name: title, spec, files: [] });
  }
}

/** Files of one folder, each fetched and checked once. */
class Fetched {
  readonly #files = new Map<string, Promise<PickedFile>>();

  constructor(
    private readonly get: GetBeside,
    private readonly hash: (file: PickedFile) => Promise<string>,
    private readonly listed: readonly ListedBeside[],
  ) {}

  file(path: string): Promise<PickedFile> {
    const known = this.#files.get(path);
    if (known) return known;
    const fetching = this.#fetch(path);
    this.#files.set(path, fetching);
    return fetching;
  }

  async #fetch(path: string): Promise<PickedFile> {
    const name = path.slice(path.indexOf('/') + 1);
    const picked = { path: name, file: new File([await this.get(`${FOLDER}/${path}`)], name) };
    const listed = this.listed.find((each) => each.path === path);
    if (listed === undefined || (await this.hash(picked)) === listed.sha256) return picked;
    throw new LabError('file-mismatch', `${path} beside this page is not the file that models/index.json lists.`, {
      hint: 'Serve page and files of one version.',
      control: 'model.path',
    });
  }
}

function textPaths({ retention, evaluation: { probes } }: ExperimentSpec) {
  const paths = {
    'retention.rehearsal.path': retention.rehearsal?.path,
    'evaluation.probes.canaries.path': probes.canaries?.path,
    'evaluation.probes.languageLoss.path': probes.languageLoss?.path,
  };
  return TEXT_FIELDS.map((field) => ({ field, path: paths[field] ?? null }));
}
