/**
 * Files on their way in: picked, dropped, replaced. Turns host objects into what the session keeps.
 *
 * Promises: whatever cannot be read ends as the session's error, never as an exception.
 */
import { LabError } from '../core/errors';
import { looksBinary } from '../core/text-fault';
import {
  canPickFolder,
  dropped,
  folderFromInput,
  pickFolder,
  type PickedFile,
  type PickedFolder,
} from '../platform/folder';
import type { BundledOntologies, BundledOntology } from './bundled.svelte';
import type { BundleStore } from './bundles.svelte';
import type { NeededFiles } from './needed-files.svelte';
import type { LabSession, TextField } from './session.svelte';

const MODEL_FILE = /(^|\/)(config\.json|tokenizer\.json|.*\.safetensors)$/;
const COUNTS_FILE = /count/i;
const BUNDLE_FILE = /\.zip$/i;
const HEAD_BYTES = 4096;

export class Inputs {
  readonly canPickFolder = canPickFolder();

  constructor(
    private readonly session: LabSession,
    private readonly bundled: BundledOntologies,
    private readonly bundles: BundleStore,
    private readonly needed: NeededFiles,
  ) {}

  /** Files for a link: those it names find their places, the others are named. */
  supply(files: readonly File[]): void {
    this.#guard(async () => {
      await this.needed.supply(files.map(picked));
    });
  }

  /** A run as one file: shown at once, but for while another run goes on. */
  bundleFile(file: File): void {
    this.#guard(async () => {
      this.session.dismissError();
      await this.bundles.open(picked(file), !this.session.busy);
    });
  }

  /** One of the ontologies that come with the laboratory, with its popularity and its columns. */
  bundledOntology(entry: BundledOntology): void {
    this.#guard(async () => {
      const { ontology, counts } = await this.bundled.open(entry);
      const { draft } = this.session.spec;
      draft.ontology.terminology = entry.terminology;
      draft.ontology.termColumn = entry.columns?.['term'] ?? 'term';
      draft.ontology.identifierColumn = entry.columns?.['identifier'] ?? 'identifier';
      draft.ontology.counts = entry.popularity && {
        path: entry.popularity.file.path,
        identifierColumn: entry.popularity.identifierColumn,
        countColumn: entry.popularity.countColumn,
      };
      // Numbers belong to the terms of their ontology.
      draft.ontology.covariates = [];
      this.session.bring({ ontology, counts, covariates: [] });
    });
  }

  modelFiles(files: Iterable<File>): void {
    this.#guard(async () => this.#model(folderFromInput(files)));
  }

  pickModelFolder(): void {
    this.#guard(async () => {
      const folder = await pickFolder();
      if (folder !== null) this.#model(folder);
    });
  }

  ontologyFile(file: File): void {
    this.#guard(() => this.#ontology(picked(file)));
  }

  countsFile(file: File | null): void {
    this.session.chooseCounts(file && picked(file));
  }

  textFile(field: TextField, file: File | null): void {
    this.session.chooseText(field, file && picked(file));
  }

  /** A folder is a model; loose files are told apart by name. While a run goes on, only bundles are taken. */
  drop(transfer: DataTransfer): void {
    const reading = dropped(transfer);
    this.#guard(async () => {
      const { folder, files: loose } = await reading;
      for (const file of loose.filter(({ name }) => BUNDLE_FILE.test(name))) this.bundleFile(file);
      if (this.session.busy) return;
      if (folder !== null) return this.#model(folder);
      const given = loose.filter(({ name }) => !BUNDLE_FILE.test(name)).map(picked);
      const files = (await this.needed.supply(given)).map(({ file }) => file);
      const model = files.filter(({ name }) => MODEL_FILE.test(name));
      if (model.length > 0)
        this.#model({ name: 'dropped files', files: model.map((file) => ({ path: file.name, file })) });
      for (const file of files.filter((candidate) => !model.includes(candidate))) {
        if (COUNTS_FILE.test(file.name)) this.session.chooseCounts(picked(file));
        else await this.#ontology(picked(file));
      }
    });
  }

  #model(folder: PickedFolder): void {
    if (folder.files.length === 0) {
      throw new LabError('file-missing', `The folder “${folder.name}” is empty.`, {
        hint: 'Choose the folder that holds config.json, tokenizer.json and model.safetensors.',
        control: 'model.path',
      });
    }
    this.session.chooseModel(folder);
  }

  /** A file that can be none, a picture for instance, does not cost the one that is chosen. */
  async #ontology(file: PickedFile): Promise<void> {
    if (await isBinary(file.file)) {
      throw new LabError('ontology-format', `${file.path} looks like binary data, which cannot be read.`, {
        hint: `Choose an ontology or a table.${this.session.ontology === null ? '' : ' What was chosen before stays.'}`,
        control: 'ontology.path',
      });
    }
    if (!this.session.busy) this.session.replaceOntology(file);
  }

  #guard(work: () => Promise<void>): void {
    work().catch((thrown: unknown) => this.session.fail(thrown));
  }
}

const picked = (file: File): PickedFile => ({ path: file.name, file });

/** It can be no text. Packed text (gzip) and UTF-16 under its mark are for the reader to unpack. */
async function isBinary(file: File): Promise<boolean> {
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  const mark = ((head[0] ?? 0) << 8) | (head[1] ?? 0);
  if ([0x1f8b, 0xfffe, 0xfeff].includes(mark)) return false;
  return looksBinary(new TextDecoder('windows-1252').decode(head));
}
