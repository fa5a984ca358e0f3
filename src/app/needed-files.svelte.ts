/**
 * The files that a link names: which are there, and whether they are the right ones.
 *
 * Promises: a file is right only where its SHA-256 is; a wrong one is used only if the person chose it, and is told
 * apart. Must not know: links, components.
 */
import { toLabError } from '../core/errors';
import type { PickedFile } from '../platform/folder';
import type { LinkFile } from '../spec';
import { FileHashes } from './file-hashes';
import { TEXT_FIELDS, type LabSession } from './session.svelte';

/** `other`: a file is chosen, and it is not the one that the link names. */
export type NeedState = 'missing' | 'checking' | 'right' | 'other';
export interface Need {
  file: LinkFile;
  state: NeedState;
}

export class NeededFiles {
  /** What is named. */
  files = $state.raw<readonly LinkFile[]>([]);
  #states = $state.raw<NeedState[]>([]);
  /** Names of offered files that the link does not name. */
  foreign = $state.raw<string[]>([]);
  readonly #hashes: FileHashes;
  #round = 0;

  constructor(
    private readonly session: LabSession,
    hash: (file: PickedFile) => Promise<string>,
  ) {
    this.#hashes = new FileHashes(hash);
  }

  get needs(): Need[] {
    return this.files.map((file, index) => ({ file, state: this.#states[index] ?? 'missing' }));
  }

  ask(files: readonly LinkFile[]): void {
    this.foreign = [];
    this.#states = [];
    this.files = files;
  }

  forget(): void {
    this.ask([]);
  }

  /** Holds the chosen files against the named ones; a newer call replaces an older one. */
  async check(): Promise<void> {
    const round = ++this.#round;
    const found = this.files.map((file) => chosenFor(this.session, file));
    const set = (index: number, state: NeedState) => {
      if (round === this.#round) this.#states = this.files.map((_, at) => (at === index ? state : this.#states[at]!));
    };
    for (const [index, file] of this.files.entries()) {
      const candidate = found[index]!;
      if (typeof candidate === 'string') set(index, candidate);
      else if (candidate.file.size !== file.bytes) set(index, 'other');
      else {
        set(index, 'checking');
        set(index, (await this.#isRight(candidate, file)) ? 'right' : 'other');
      }
    }
  }

  /** Takes those files that the link names, whatever they are called here; gives back the others. */
  async supply(files: readonly PickedFile[]): Promise<PickedFile[]> {
    const matches: [LinkFile, PickedFile][] = [];
    const others: PickedFile[] = [];
    for (const offered of files) {
      let taken = false;
      for (const need of this.files) {
        if (offered.file.size !== need.bytes || !(await this.#isRight(offered, need))) continue;
        matches.push([need, offered]);
        taken = true;
      }
      if (!taken) others.push(offered);
    }
    this.#assign(matches);
    this.foreign = others.map(({ path }) => path);
    return others;
  }

  #assign(matches: readonly [LinkFile, PickedFile][]): void {
    const { session } = this;
    const model = matches.filter(([{ field }]) => field === 'model.path');
    if (model.length > 0) {
      const before = session.model?.files.filter(({ path }) => !model.some(([{ name }]) => name === path)) ?? [];
      const files = [...before, ...model.map(([{ name }, { file }]) => ({ path: name, file }))];
      session.chooseModel({ name: session.model?.name ?? 'files of the link', files });
    }
    const covariates = [...session.covariates];
    for (const [{ field, name }, { file }] of matches) {
      const picked = { path: name, file };
      if (field === 'ontology.path') session.chooseOntology(picked);
      if (field === 'ontology.counts.path') session.chooseCounts(picked);
      const text = TEXT_FIELDS.find((each) => each === field);
      if (text) session.chooseText(text, picked);
      const [, index] = /^ontology\.covariates\.(\d+)\.path$/.exec(field) ?? [];
      const named = index === undefined ? undefined : session.spec.draft.ontology.covariates[Number(index)];
      if (named === undefined) continue;
      const at = covariates.findIndex((each) => each.name === named.name);
      // Under the path by which the settings name it.
      const own = { name: named.name, file: { path: named.path, file } };
      covariates.splice(at < 0 ? covariates.length : at, at < 0 ? 0 : 1, own);
      session.setCovariates(covariates);
    }
  }

  async #isRight(picked: PickedFile, need: LinkFile): Promise<boolean> {
    try {
      return (await this.#hashes.of(picked)) === need.sha256;
    } catch (thrown) {
      this.session.fail(toLabError(thrown));
      return false;
    }
  }
}

/** The file chosen in the place of a named one. */
export function chosenFor(session: LabSession, { field, name }: LinkFile): PickedFile | 'missing' | 'other' {
  const { model, ontology, counts, spec } = session;
  if (field === 'model.path') {
    return model === null ? 'missing' : (model.files.find(({ path }) => path === name) ?? 'other');
  }
  if (field === 'ontology.path') return ontology ?? 'missing';
  if (field === 'ontology.counts.path') return counts ?? 'missing';
  const text = TEXT_FIELDS.find((each) => each === field);
  if (text) return session.texts[text] ?? 'missing';
  const [, index] = /^ontology\.covariates\.(\d+)\.path$/.exec(field) ?? [];
  const named = index === undefined ? undefined : spec.draft.ontology.covariates[Number(index)];
  return (named && session.covariateTable(named)?.file) ?? 'missing';
}
