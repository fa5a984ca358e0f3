/**
 * The ontologies that come with the laboratory: fetched from beside the page, handed on as files like any other.
 *
 * Must not know: readers, components.
 */
import * as v from 'valibot';
import type { PickedFile } from '../platform/folder';
import { TERMINOLOGY_NAMES } from '../spec/schema';
import { listedFileSchema, readBeside, type GetBeside } from './beside-index';

const entrySchema = v.object({
  name: v.string(),
  title: v.string(),
  description: v.string(),
  terminology: v.picklist(TERMINOLOGY_NAMES),
  terms: v.number(),
  file: listedFileSchema,
  columns: v.nullable(v.record(v.string(), v.string())),
  version: v.string(),
  licence: v.string(),
  attribution: v.string(),
  changes: v.string(),
  popularity: v.nullable(
    v.object({
      file: listedFileSchema,
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

  constructor(private readonly get: GetBeside) {}

  /** Reads the index; without one there is simply nothing to offer. */
  async start(): Promise<void> {
    try {
      this.list = (await readBeside(this.get, 'ontologies/index.json', indexSchema)).ontologies;
    } catch {
      this.list = [];
    }
  }

  async open(entry: BundledOntology): Promise<OpenedBundle> {
    return {
      entry,
      ontology: await this.#file(entry.file.path),
      counts: entry.popularity && (await this.#file(entry.popularity.file.path)),
    };
  }

  async #file(path: string): Promise<PickedFile> {
    return { path, file: new File([await this.get(`ontologies/${path}`)], path) };
  }
}
