/**
 * The world on show: its dials, what is wrong with them, and what it would hold.
 *
 * Promises: `valid` is a whole world or null; every problem stands under the dotted path of its dial; the newest look wins;
 * every failure ends as one `error` in plain words. Must not know: components, how a world is made.
 */
import { toLabError, type SerializedLabError } from '../core/errors';
import { setAt } from '../core/set-at';
import type { PickedFile } from '../platform/folder';
import { checkWorld, parseWorld, worldHash, type GivenSource, type WorldSpec } from '../spec';
import type { LabClient, WorldCounts, WorldInputs, WorldLook } from '../worker/client';
import type { BundledWorld, BundledWorlds } from './bundled-worlds.svelte';
import type { BundledOntology } from './bundled.svelte';
import { within } from './error-control';
import { fileStem } from './exports';
import { newGroup, newWorld, twinAfter } from './world-dials';

export interface WorldHost {
  calls: Pick<LabClient['worlds'], 'look' | 'make'>;
  openOntology(entry: BundledOntology): Promise<{ ontology: PickedFile }>;
  download(name: string, type: string, content: string | Uint8Array<ArrayBuffer>): void;
}

export class WorldStore {
  draft = $state<WorldSpec | null>(null);
  /** Tables of given pairs, by the path that a group names. */
  given = $state.raw<Readonly<Record<string, PickedFile>>>({});
  look = $state.raw<WorldLook | null>(null);
  /** Of the world that was made; null before, and where it is too large to be made in passing. */
  counts = $state.raw<WorldCounts | null>(null);
  looking = $state.raw(false);
  /** It is too large to be counted unasked. */
  uncounted = $state.raw(false);
  error = $state.raw<SerializedLabError | null>(null);
  /** Counts the worlds opened: each is to be looked at. */
  opened = $state.raw(0);
  #round = 0;
  /** The world that the look is of. */
  #looked = $state.raw<WorldSpec | null>(null);
  readonly #checked = $derived(this.draft === null ? null : checkWorld($state.snapshot(this.draft)));

  constructor(private readonly host: WorldHost) {}

  get valid(): WorldSpec | null {
    return this.#checked?.world ?? null;
  }

  /** Dotted path → what is wrong there. */
  get problems(): Record<string, string> {
    return Object.fromEntries(
      (this.#checked?.problems ?? []).map(({ path, text, hint }) => [path, `${text}. ${hint}`]),
    );
  }

  /** What is wrong at a dial or within it. */
  problemAt(path: string): string | undefined {
    const { problems } = this;
    const place = Object.keys(problems).find((each) => each === path || each.startsWith(`${path}.`));
    return place === undefined ? undefined : problems[place];
  }

  /** Everything that makes it; null while a dial is wrong or a table is missing. */
  get inputs(): WorldInputs | null {
    const world = this.valid;
    if (world === null) return null;
    const paths = givenPaths(world);
    const given = paths.flatMap((path) => (this.given[path] ? [{ path, file: this.given[path] }] : []));
    return given.length === paths.length ? { world, given } : null;
  }

  /** Paths of the tables that nobody chose yet. */
  get missing(): string[] {
    return this.draft === null ? [] : givenPaths(this.draft).filter((path) => this.given[path] === undefined);
  }

  /** The look on show is of these very dials. */
  get current(): boolean {
    return this.valid !== null && this.#looked === this.valid;
  }

  openFile({ path, file }: PickedFile): Promise<void> {
    return this.#guard(async () => this.#open(parseWorld(await file.text(), path), {}));
  }

  openBundled(bundled: Pick<BundledWorlds, 'open'>, entry: BundledWorld): Promise<void> {
    return this.#guard(async () => {
      const { file, tables } = await bundled.open(entry);
      this.#open(parseWorld(await file.file.text(), file.path), tables);
    });
  }

  openNew(): void {
    this.#open(newWorld(), {});
  }

  close(): void {
    this.#round += 1;
    this.draft = null;
    this.#forget();
  }

  set(path: string, value: unknown): void {
    if (this.draft === null) return;
    setAt(this.draft, path, value);
  }

  addGroup(): void {
    this.draft?.groups.push(newGroup(this.draft.groups.map(({ name }) => name)));
  }

  removeGroup(index: number): void {
    const { draft } = this;
    const group = draft?.groups[index];
    if (!draft || !group || draft.groups.length === 1) return;
    draft.twin = twinAfter(draft.twin, group.name, null);
    draft.groups.splice(index, 1);
  }

  renameGroup(index: number, name: string): void {
    const { draft } = this;
    const group = draft?.groups[index];
    if (!draft || !group) return;
    draft.twin = twinAfter(draft.twin, group.name, name);
    group.name = name;
  }

  /** A table for a given group: one of the very name it asks for keeps its place, another brings its own. */
  chooseTable(index: number, file: File): void {
    const source = this.#givenSource(index);
    if (source === null) return;
    if (source.path.split('/').at(-1) !== file.name) source.path = file.name;
    // Another file than the one whose content the world's own file knows.
    source.sha256 = null;
    this.given = { ...this.given, [source.path]: { path: file.name, file } };
    this.error = null;
  }

  /** One of the ontologies that come with the laboratory, with its columns. */
  chooseOntology(index: number, entry: BundledOntology): Promise<void> {
    return this.#guard(async () => {
      const { ontology } = await this.host.openOntology(entry);
      const source = this.#givenSource(index);
      if (source === null) return;
      source.terminology = entry.terminology;
      source.termColumn = entry.columns?.['term'] ?? 'term';
      source.identifierColumn = entry.columns?.['identifier'] ?? 'identifier';
      this.chooseTable(index, ontology.file);
    });
  }

  /** What it would hold. A newer look replaces an older one. @param anyway counts it however large it is */
  async preview(anyway = false): Promise<void> {
    const { inputs } = this;
    if (inputs === null) return;
    const round = ++this.#round;
    const current = () => round === this.#round;
    this.looking = true;
    try {
      const counts = await this.host.calls.look(inputs, anyway, (look) => {
        if (!current()) return;
        this.look = look;
        this.#looked = inputs.world;
        this.error = null;
      });
      if (!current()) return;
      this.counts = counts;
      this.uncounted = counts === null;
    } catch (thrown) {
      const error = toLabError(thrown);
      if (current() && error.code !== 'cancelled') {
        this.counts = null;
        this.#fail(error.serialize());
      }
    }
    if (current()) this.looking = false;
  }

  /** The file that the terminal makes the same world of; given pairs lie elsewhere, so that no hash of its own covers them. */
  saveFile(): void {
    const { valid } = this;
    if (valid === null) return;
    const hash = givenPaths(valid).length > 0 ? {} : { hash: worldHash(valid) };
    const text = `${JSON.stringify({ ...valid, ...hash }, null, 2)}\n`;
    this.host.download(`${fileStem(valid.name)}.json`, 'application/json', text);
  }

  /** The files that the terminal writes. */
  saveZip(): Promise<void> {
    return this.#guard(async () => {
      const { inputs } = this;
      if (inputs === null) return;
      const { bytes } = await this.host.calls.make(inputs);
      this.host.download(`${fileStem(inputs.world.name)}.zip`, 'application/zip', bytes);
    });
  }

  dismissError(): void {
    this.error = null;
  }

  #givenSource(index: number): GivenSource | null {
    const source = this.draft?.groups[index]?.source;
    return source?.kind === 'given' ? source : null;
  }

  #open({ hash: _hash, ...world }: WorldSpec, tables: Readonly<Record<string, PickedFile>>): void {
    this.#round += 1;
    this.#forget();
    this.draft = structuredClone(world);
    this.given = tables;
    this.opened += 1;
  }

  #forget(): void {
    this.look = null;
    this.#looked = null;
    this.counts = null;
    this.looking = false;
    this.uncounted = false;
    this.error = null;
    this.given = {};
  }

  #fail(error: SerializedLabError): void {
    this.error = within('world', error);
  }

  async #guard(work: () => Promise<void>): Promise<void> {
    this.error = null;
    try {
      await work();
    } catch (thrown) {
      this.#fail(toLabError(thrown).serialize());
    }
  }
}

function givenPaths({ groups }: WorldSpec): string[] {
  return [...new Set(groups.flatMap(({ source }) => (source.kind === 'given' ? [source.path] : [])))];
}
