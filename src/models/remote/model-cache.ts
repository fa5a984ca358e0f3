/**
 * Models from elsewhere, kept on this machine: fetched once, continued where they stopped, listed, deleted.
 *
 * Promises: a model is given out only when every file has the announced size and, where the hub tells it, SHA-256; what
 * has arrived survives a reload, a kill and a full disk; nothing is deleted but by `remove`. A token is never written.
 * Must not know: which host keeps the bytes, who shows the progress.
 */
import type { Clock } from '../../core/clock';
import { LabError } from '../../core/errors';
import type { FileFolder } from '../../core/files';
import { sha256Hex } from '../../core/hash';
import {
  formatModelReference,
  isCommit,
  publicReference,
  readModelReference,
  referenceName,
  type ModelReference,
} from '../../core/model-reference';
import type { PieceFiles } from '../../core/piece-files';
import { CONFIG_FILE, readArchitecture } from '../config';
import { fileSizes, formatCount, readJsonObject } from '../files';
import { describeRemote, recognisable, type RemoteFile } from './describe';
import { downloadInto } from './download';
import { NOTE_FILE, readNote, writeNote, type ModelNote } from './model-note';
import type { Web } from './web';

export interface DownloadProgress {
  /** What the model is called, and the file that is arriving; null before the first. */
  name: string;
  file: string | null;
  bytesDone: number;
  /** Null until the sizes are known. */
  bytesTotal: number | null;
}

export interface KeptModel {
  /** Names it here. */
  key: string;
  /** As it may be shown and written into a spec. */
  reference: string;
  /** Bytes that are here, and of the whole. */
  bytes: number;
  totalBytes: number;
  complete: boolean;
  lastUsedMs: number;
}

export interface FetchOptions {
  signal?: AbortSignal | undefined;
  onProgress?(progress: DownloadProgress): void;
  /** Said where something other than asked for is done. */
  onNote?(text: string): void;
}

export class ModelCache {
  constructor(
    private readonly files: PieceFiles,
    private readonly clock: Clock,
  ) {}

  /** Used last first. */
  async list(): Promise<KeptModel[]> {
    const kept: KeptModel[] = [];
    for (const key of await this.files.folders()) {
      const sizes = await this.files.sizes(key);
      if (!sizes.has(NOTE_FILE)) continue;
      const note = await readNote(this.files, key);
      if (note === null) {
        kept.push(withoutNote(key, sizes));
        continue;
      }
      const bytes = arrived(note, sizes);
      kept.push({
        key,
        reference: shownReference(note.reference),
        bytes,
        totalBytes: total(note.files),
        complete: unfinished(note, sizes).length === 0,
        lastUsedMs: note.lastUsedMs,
      });
    }
    return kept.sort((a, b) => b.lastUsedMs - a.lastUsedMs || (a.key < b.key ? -1 : 1));
  }

  /** Bytes that are free for more; null where that is not told. */
  room(): Promise<number | null> {
    return this.files.room();
  }

  /** Throws `run-locked` where it is being fetched, `file-missing` where it is not kept. */
  async remove(key: string): Promise<void> {
    if (!(await this.files.sizes(key)).has(NOTE_FILE)) {
      throw new LabError('file-missing', `No model “${key}” is kept in ${this.files.where}.`, {
        hint: 'Look at the list: it may have been deleted meanwhile.',
      });
    }
    await this.files.exclusive(key, () => this.files.remove(key));
  }

  /** The model's key once all of it is here. Throws what describing and downloading throw, `storage-quota`, `cancelled`. */
  async fetch(reference: ModelReference, web: Web, options: FetchOptions = {}): Promise<string> {
    const known = await this.#pinned(reference);
    if (known !== null) return this.#used(known);
    options.onProgress?.({ name: referenceName(reference), file: null, bytesDone: 0, bytesTotal: null });
    let remote;
    try {
      remote = await describeRemote(reference, web, options.signal);
    } catch (thrown) {
      const kept = unreachable(thrown) ? await this.#askedBefore(reference) : null;
      if (kept === null) throw thrown;
      options.onNote?.(`${(thrown as LabError).message} The model kept in ${this.files.where} is used.`);
      return this.#used(kept);
    }
    const key = keyOf(remote.reference);
    return this.files.exclusive(key, async () => {
      const before = await this.#wholeOf(key);
      const note: ModelNote = {
        format: 1,
        reference: formatModelReference(remote.reference),
        asked: [...new Set([...(before?.asked ?? []), formatModelReference(reference)])],
        files: remote.files.map(({ path, bytes, sha256, mark }) => ({ path, bytes, sha256, mark })),
        complete: (before?.complete ?? []).filter((path) => sameFile(before, remote.files, path)),
        lastUsedMs: this.clock.nowMs(),
      };
      await this.#dropChanged(key, before, remote.files);
      await this.#requireRoom(key, note);
      await writeNote(this.files, key, note);
      await this.#fetchFiles(key, note, remote.files, web, options);
      return key;
    });
  }

  /** A complete model, read by range. Throws `file-missing` where it is not. */
  async open(key: string): Promise<FileFolder> {
    const note = await readNote(this.files, key);
    if (note === null || unfinished(note, await this.files.sizes(key)).length > 0) {
      throw new LabError('file-missing', `The model ${key} is not complete in ${this.files.where}.`, {
        hint: 'Fetch it again: it goes on where it stopped.',
        control: 'model.path',
      });
    }
    const { files } = this;
    return {
      name: referenceName(readModelReference(note.reference)!),
      reference: shownReference(note.reference),
      list: async () => note.files.map(({ path, bytes }) => ({ path, bytes })),
      read: (path, start, end, scratch) => files.read(key, path, start, end, scratch),
    };
  }

  async #fetchFiles(key: string, note: ModelNote, files: RemoteFile[], web: Web, options: FetchOptions): Promise<void> {
    const { onProgress, signal } = options;
    const name = referenceName(readModelReference(note.reference)!);
    const bytesTotal = total(files);
    let before = 0;
    for (const file of files) {
      const tell = (bytes: number) => onProgress?.({ name, file: file.path, bytesDone: before + bytes, bytesTotal });
      if (!note.complete.includes(file.path)) {
        await this.#fetchFile(key, file, web, signal, tell);
        note.complete.push(file.path);
        await this.#roomFor(key, note, () => writeNote(this.files, key, note));
      }
      before += file.bytes;
      tell(0);
      // What cannot be used is said before its weights are fetched.
      if (file.path === CONFIG_FILE) await this.#requireKnown(key, file);
    }
  }

  async #fetchFile(
    key: string,
    file: RemoteFile,
    web: Web,
    signal: AbortSignal | undefined,
    tell: (bytes: number) => void,
  ): Promise<void> {
    await this.#roomFor(key, null, async () => {
      const sink = await this.files.grow(key, file.path);
      try {
        tell(sink.bytes);
        await downloadInto(file, sink, web, {
          signal,
          onBytes: tell,
          read: (start, end) => this.files.read(key, file.path, start, end),
        });
      } finally {
        await sink.close();
      }
    });
  }

  async #requireKnown(key: string, { path }: RemoteFile): Promise<void> {
    const folder = {
      name: key,
      list: async () => [...(await this.files.sizes(key))].map(([name, bytes]) => ({ path: name, bytes })),
      read: (file: string, start: number, end: number) => this.files.read(key, file, start, end),
    };
    const bytes = (await fileSizes(folder)).get(path) ?? 0;
    readArchitecture(await readJsonObject(folder, path, bytes, 'config-invalid'));
  }

  async #used(key: string): Promise<string> {
    const note = await readNote(this.files, key);
    // Only for the list: a full disk must not keep a complete model from being used.
    if (note) await writeNote(this.files, key, { ...note, lastUsedMs: this.clock.nowMs() }).catch(() => undefined);
    return key;
  }

  /** A complete model of this very commit: it cannot have changed, so nobody is asked. */
  async #pinned(reference: ModelReference): Promise<string | null> {
    if (reference.kind !== 'hub' || !isCommit(reference.revision)) return null;
    return this.#complete((note) => note.reference === formatModelReference(reference));
  }

  async #askedBefore(reference: ModelReference): Promise<string | null> {
    const asked = formatModelReference(reference);
    // Addresses may differ in what is not written.
    if (reference.kind === 'url') return this.#complete((_, key) => key === keyOf(reference));
    return this.#complete((note) => note.reference === asked || note.asked.includes(asked));
  }

  async #complete(fits: (note: ModelNote, key: string) => boolean): Promise<string | null> {
    for (const { key, complete } of await this.list()) {
      const note = complete ? await readNote(this.files, key) : null;
      if (note !== null && fits(note, key)) return key;
    }
    return null;
  }

  /** The note without the files that were whole and were damaged since: what is left of those is not trusted. */
  async #wholeOf(key: string): Promise<ModelNote | null> {
    const note = await readNote(this.files, key);
    if (note === null) return null;
    const missing = unfinished(note, await this.files.sizes(key));
    const damaged = note.complete.filter((path) => missing.some((file) => file.path === path));
    return {
      ...note,
      files: note.files.filter(({ path }) => !damaged.includes(path)),
      complete: note.complete.filter((path) => !damaged.includes(path)),
    };
  }

  /** Bytes of another file of the same name are of no use. */
  async #dropChanged(key: string, before: ModelNote | null, files: readonly RemoteFile[]): Promise<void> {
    const sizes = await this.files.sizes(key);
    for (const { path } of files) {
      if (!sizes.has(path) || sameFile(before, files, path)) continue;
      const sink = await this.files.grow(key, path);
      await sink.truncate(0);
      await sink.close();
    }
  }

  async #missing(key: string, note: ModelNote): Promise<number> {
    return total(note.files) - arrived(note, await this.files.sizes(key));
  }

  async #requireRoom(key: string, note: ModelNote): Promise<void> {
    const free = await this.files.room();
    if (free === null) return;
    if ((await this.#missing(key, note)) > free) throw await this.#full(key, note);
  }

  /** A full disk in the words of a model. */
  async #roomFor<T>(key: string, note: ModelNote | null, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      if (!(thrown instanceof LabError) || thrown.code !== 'storage-quota') throw thrown;
      const kept = note ?? (await readNote(this.files, key));
      throw kept === null ? thrown : await this.#full(key, kept, thrown);
    }
  }

  async #full(key: string, note: ModelNote, cause?: unknown): Promise<LabError> {
    const free = await this.files.room().catch(() => null);
    const needed = await this.#missing(key, note);
    const left = free === null ? 'and there is not enough room' : `and ${formatCount(Math.max(0, free))} are free`;
    return new LabError(
      'storage-quota',
      `${shownReference(note.reference)} needs ${formatCount(needed)} bytes more in ${this.files.where}, ${left}.`,
      {
        hint: 'Nothing was deleted, and what has arrived is kept: delete models or runs that you no longer need, or free disk space, then ask again.',
        control: 'storage',
        cause,
      },
    );
  }
}

function unreachable(thrown: unknown): boolean {
  return thrown instanceof LabError && thrown.code === 'download-failed';
}

function sameFile(before: ModelNote | null, files: readonly RemoteFile[], path: string): boolean {
  const old = before?.files.find((file) => file.path === path);
  const now = files.find((file) => file.path === path);
  if (old === undefined || now === undefined || !recognisable(now)) return false;
  return old.bytes === now.bytes && old.sha256 === now.sha256 && (old.mark ?? null) === now.mark;
}

/** Files that are not whole, or no longer. */
function unfinished({ files, complete }: ModelNote, sizes: ReadonlyMap<string, number>): ModelNote['files'] {
  return files.filter(({ path, bytes }) => !complete.includes(path) || sizes.get(path) !== bytes);
}

function arrived({ files }: ModelNote, sizes: ReadonlyMap<string, number>): number {
  return files.reduce((sum, { path, bytes }) => sum + Math.min(bytes, sizes.get(path) ?? 0), 0);
}

/** Where the note cannot be read: of no use, but it takes room and can be deleted. */
function withoutNote(key: string, sizes: ReadonlyMap<string, number>): KeptModel {
  const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  return { key, reference: key, bytes, totalBytes: bytes, complete: false, lastUsedMs: 0 };
}

const total = (files: readonly { bytes: number }[]) => files.reduce((sum, { bytes }) => sum + bytes, 0);

const shownReference = (reference: string) => publicReference(reference) ?? reference;

/** A folder's name for it, the same for the same place: readable, then told apart by a hash where it must be. */
function keyOf(reference: ModelReference): string {
  const plain = (text: string) => text.replace(/[^\w.-]+/g, '--').replace(/^[.-]+|-+$/g, '');
  if (reference.kind === 'hub') return `${plain(reference.repo)}@${reference.revision}`;
  const { host, origin, pathname, search } = new URL(reference.url);
  return `${plain(host + pathname).slice(0, 80)}@${sha256Hex(origin + pathname + search).slice(0, 12)}`;
}
