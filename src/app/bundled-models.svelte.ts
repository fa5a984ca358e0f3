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
  async choose(entry: BundledModel): Promise<boolean> {
    this.working = entry.title;
    this.session.dismissError();
    try {
      const fetched = new Fetched(this.get, this.hash, [...entry.files, entry.ontology]);
      const spec = parseSpec(await (await fetched.file(entry.experiment)).file.text(), entry.experiment);
      const beside = (path: string | null) => (path === null ? null : fetched.file(pathFrom(entry.experiment, path)));
      const chosen = this.chosen?.name === entry.name ? this.#chosen : null;
      const folder = chosen?.folder ?? (await this.#folder(entry, fetched));
      const ontology = await fetched.file(entry.ontology.path);
      const counts = await beside(spec.ontology.counts?.path ?? null);
      const covariates: { name: string; file: PickedFile }[] = [];
      for (const { name, path } of spec.ontology.covariates) covariates.push({ name, file: (await beside(path))! });
      const texts = await Promise.all(
        textPaths(spec).map(async ({ field, path }) => ({ field, file: await beside(path) })),
      );
      if (this.session.busy) return false;
      this.#adopt(entry, spec);
      this.session.chooseModel(folder);
      this.session.bring({ ontology, counts, covariates });
      for (const { field, file } of texts) this.session.chooseText(field, file);
      this.#chosen = { entry, folder };
      return true;
    } catch (thrown) {
      this.session.fail(thrown);
      return false;
    } finally {
      this.working = null;
    }
  }

  /** What is known of a model. Throws `file-missing` or `record-invalid`. */
  card({ experiment }: BundledModel): Promise<ModelCard> {
    return readBeside(this.get, `${FOLDER}/${pathFrom(experiment, 'card.json')}`, modelCardSchema);
  }

  async #folder(entry: BundledModel, fetched: Fetched): Promise<PickedFolder> {
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
