/**
 * Downloads kept in folders of this machine, one below the cache for each.
 *
 * Promises: those of `PieceFiles`. Must not know: what the files hold.
 */
import { mkdir, open, readdir, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { LabError } from '../core/errors';
import type { GrowingFile, PieceFiles } from '../core/piece-files';
import { openNodeFolder } from './node-folder';
import { LOCK_FILE, lockRun } from './run-lock';
import { onDisk, replaceFile } from './write-files';

export class PieceFolders implements PieceFiles {
  /** @param where the cache's folder; made when something is kept */
  constructor(readonly where: string) {}

  async folders(): Promise<string[]> {
    const entries = await readdir(this.where, { withFileTypes: true }).catch(() => []);
    return entries.flatMap((entry) => (entry.isDirectory() ? entry.name : [])).sort();
  }

  async sizes(folder: string): Promise<ReadonlyMap<string, number>> {
    const there = await stat(this.#place(folder)).catch(() => null);
    if (there === null) return new Map();
    const entries = await (await openNodeFolder(this.#place(folder), 'storage')).list();
    return new Map(entries.flatMap(({ path: name, bytes }) => (name === LOCK_FILE ? [] : [[name, bytes]])));
  }

  async read(folder: string, file: string, start: number, end: number, scratch?: Uint8Array<ArrayBuffer>) {
    return (await openNodeFolder(this.#place(folder), 'model.path')).read(plainName(file), start, end, scratch);
  }

  replace(folder: string, file: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    return replaceFile(this.#place(folder, file), bytes);
  }

  async grow(folder: string, file: string): Promise<GrowingFile> {
    const place = this.#place(folder, file);
    const handle = await onDisk(place, async () => {
      await mkdir(path.dirname(place), { recursive: true });
      return open(place, 'a');
    });
    let bytes = (await handle.stat()).size;
    return {
      get bytes() {
        return bytes;
      },
      append: (chunk) =>
        onDisk(place, async () => {
          await handle.appendFile(chunk);
          bytes += chunk.length;
        }).catch(async (error: unknown) => {
          // What did go in before the disk was full stays.
          bytes = (await handle.stat()).size;
          throw error;
        }),
      truncate: (size) =>
        onDisk(place, async () => {
          await handle.truncate(size);
          bytes = size;
        }),
      // The note that calls it whole must not outlive its bytes.
      close: () => onDisk(place, () => handle.datasync().finally(() => handle.close())),
    };
  }

  remove(folder: string): Promise<void> {
    const place = this.#place(folder);
    return onDisk(place, () => rm(place, { recursive: true, force: true }));
  }

  async room(): Promise<number | null> {
    for (let at = path.resolve(this.where); ; at = path.dirname(at)) {
      const found = await statfs(at).catch(() => null);
      if (found !== null) return found.bavail * found.bsize;
      if (at === path.dirname(at)) return null;
    }
  }

  async exclusive<T>(folder: string, work: () => Promise<T>): Promise<T> {
    const lock = await lockRun(this.#place(folder)).catch((thrown: unknown) => {
      if (!(thrown instanceof LabError) || thrown.code !== 'run-locked') throw thrown;
      throw new LabError('run-locked', thrown.message, {
        hint: 'Another download of the same model goes on: wait until it ends, or use another cache with --cache.',
      });
    });
    try {
      return await work();
    } finally {
      await lock.release();
    }
  }

  #place(folder: string, file?: string): string {
    return path.join(this.where, plainName(folder), ...(file === undefined ? [] : [plainName(file)]));
  }
}

/** Never a way out of the cache, whatever a name says. */
function plainName(name: string): string {
  const plain = path.basename(name);
  if (plain === name && name !== '..' && name !== '.') return name;
  throw new LabError('file-missing', `${name} is no name of a file in the cache.`, { hint: 'Look at the list.' });
}
