/**
 * The ontologies that come with the laboratory: fetched from beside the page, handed on as files like any other.
 *
 * Must not know: readers, components.
 */
import * as v from 'valibot';
import { LabError } from '../core/errors';
import type { PickedFile } from '../platform/folder';

const fileSchema = v.object({ path: v.string(), bytes: v.number(), sha256: v.string() });
const entrySchema = v.object({
  name: v.string(),
  title: v.string(),
  description: v.string(),
  terminology: v.string(),
  terms: v.number(),
  file: fileSchema,
  columns: v.nullable(v.record(v.string(), v.string())),
  version: v.string(),
  licence: v.string(),
  attribution: v.string(),
  changes: v.string(),
  popularity: v.nullable(
    v.object({
      file: fileSchema,
      identifierColumn: v.string(),
      countColumn: v.string(),
      title: v.string(),
      note: v.string(),
    }),
  ),
});
const indexSchema = v.object({ indexVersion: v.literal(1), ontologies: v.array(entrySchema) });
export type BundledOntology = v.InferOutput<typeof entrySchema>;

export interface OpenedBundle {
  entry: BundledOntology;
  ontology: PickedFile;
  counts: PickedFile | null;
}

export class BundledOntologies {
  list = $state.raw<BundledOntology[]>([]);

  /** `base`: where the folder `ontologies/` lies, with its slash. */
  constructor(
    private readonly base: string,
    private readonly get: (url: string) => Promise<Response>,
  ) {}

  /** Reads the index; without one there is simply nothing to offer. */
  async start(): Promise<void> {
    const response = await this.get(`${this.base}ontologies/index.json`).catch(() => null);
    if (!response?.ok) return;
    const parsed = v.safeParse(indexSchema, await response.json().catch(() => null));
    if (parsed.success) this.list = parsed.output.ontologies;
  }

  async open(entry: BundledOntology): Promise<OpenedBundle> {
    return {
      entry,
      ontology: await this.#file(entry.file.path),
      counts: entry.popularity && (await this.#file(entry.popularity.file.path)),
    };
  }

  async #file(path: string): Promise<PickedFile> {
    const response = await this.get(`${this.base}ontologies/${path}`).catch(() => null);
    if (!response?.ok) {
      throw new LabError('file-missing', `The bundled file ${path} could not be fetched.`, {
        hint: 'Check the connection to where this page comes from, or choose a file of your own.',
        control: 'ontology.path',
      });
    }
    return { path, file: new File([await response.blob()], path) };
  }
}
