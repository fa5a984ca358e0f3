/**
 * Downloads kept in the browser's private file system, written from a worker.
 *
 * Promises: those of `PieceFiles`. Must not know: what the files hold.
 */
import type { GrowingFile } from '../core/piece-files';
import { freeBytes, fullStorage, missingFile, THIS_BROWSER, type BrowserPieces } from './browser-pieces';
import { modelLock, withLock } from './lock';

const ROOT = 'models';

/** What is used of a file that only one worker writes. */
interface SyncAccess {
  getSize(): number;
  write(bytes: Uint8Array<ArrayBuffer>, options: { at: number }): number;
  truncate(bytes: number): void;
  flush(): void;
  close(): void;
}
type WritableHandle = FileSystemFileHandle & { createSyncAccessHandle(): Promise<SyncAccess> };

/** False where this browser, or this thread of it, cannot write there. */
export function hasPrivateFiles(): boolean {
  const { prototype } = globalThis.FileSystemFileHandle ?? {};
  return prototype !== undefined && 'createSyncAccessHandle' in prototype && 'createWritable' in prototype;
}

export class PrivatePieces implements BrowserPieces {
  readonly where = THIS_BROWSER;

  constructor(private readonly root: FileSystemDirectoryHandle) {}

  async folders(): Promise<string[]> {
    const models = await this.#models(false);
    const names: string[] = [];
    if (models) for await (const [name, entry] of models.entries()) if (entry.kind === 'directory') names.push(name);
    return names.sort();
  }

  async sizes(folder: string): Promise<ReadonlyMap<string, number>> {
    const sizes = new Map<string, number>();
    const directory = await this.#folder(folder, false);
    if (!directory) return sizes;
    for await (const [name, entry] of directory.entries()) {
      if (entry.kind === 'file') sizes.set(name, (await entry.getFile()).size);
    }
    return sizes;
  }

  async file(folder: string, name: string): Promise<File> {
    const directory = await this.#folder(folder, false);
    const handle = await directory?.getFileHandle(name).catch(() => null);
    if (!handle) throw missingFile(folder, name);
    return handle.getFile();
  }

  async read(folder: string, name: string, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await (await this.file(folder, name)).slice(start, end).arrayBuffer());
  }

  /** Small: written whole into a file of its own, which then takes the other's place. */
  async replace(folder: string, name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const directory = (await this.#folder(folder, true))!;
    await guarded(async () => {
      const writable = await (await directory.getFileHandle(name, { create: true })).createWritable();
      await writable.write(bytes);
      await writable.close();
    });
  }

  async grow(folder: string, name: string): Promise<GrowingFile> {
    const directory = (await this.#folder(folder, true))!;
    const access = await guarded(async () => {
      const handle = (await directory.getFileHandle(name, { create: true })) as WritableHandle;
      return handle.createSyncAccessHandle();
    });
    return {
      get bytes() {
        return access.getSize();
      },
      append: (chunk) =>
        guarded(() => {
          const at = access.getSize();
          if (access.write(chunk, { at }) === chunk.length) return;
          throw new DOMException('The file takes no more.', 'QuotaExceededError');
        }),
      truncate: (bytes) => guarded(() => access.truncate(bytes)),
      close: () =>
        guarded(() => {
          access.flush();
          access.close();
        }),
    };
  }

  async remove(folder: string): Promise<void> {
    await (await this.#models(false))?.removeEntry(folder, { recursive: true });
  }

  room(): Promise<number | null> {
    return freeBytes();
  }

  exclusive<T>(folder: string, work: () => Promise<T>): Promise<T> {
    return withLock(modelLock(folder), work);
  }

  async #models(create: boolean): Promise<FileSystemDirectoryHandle | null> {
    return this.root.getDirectoryHandle(ROOT, { create }).catch(absent(create));
  }

  async #folder(folder: string, create: boolean): Promise<FileSystemDirectoryHandle | null> {
    const models = await this.#models(create);
    return models && models.getDirectoryHandle(folder, { create }).catch(absent(create));
  }
}

/** Null for what is not there, unless it was to be made. */
const absent = (create: boolean) => (thrown: unknown) => {
  if (!create && thrown instanceof DOMException && thrown.name === 'NotFoundError') return null;
  throw fullStorage(thrown);
};

async function guarded<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw fullStorage(thrown);
  }
}
