/**
 * Downloads kept in the browser's database, in pieces of a few MB, for browsers that give the page no files of its own.
 *
 * Promises: those of `PieceFiles`; a piece is there whole or not at all, so what was appended and not yet a piece is lost
 * where the page is left. Must not know: what the files hold.
 */
import { createStore, delMany, get, keys, promisifyRequest, set, type UseStore } from 'idb-keyval';
import type { GrowingFile } from '../core/piece-files';
import { freeBytes, fullStorage, missingFile, THIS_BROWSER, type BrowserPieces } from './browser-pieces';
import { modelLock, withLock } from './lock';

/** `end`: where the piece ends in its file; pieces follow each other without a hole. */
type Key = [folder: string, file: string, end: number];

const PIECE_BYTES = 4 * 1024 * 1024;

export class DatabasePieces implements BrowserPieces {
  readonly where = THIS_BROWSER;
  readonly #store: UseStore;

  constructor(
    database = 'ontoscope-models',
    private readonly pieceBytes = PIECE_BYTES,
  ) {
    this.#store = createStore(database, 'pieces');
  }

  async folders(): Promise<string[]> {
    return [...new Set((await this.#keys()).map(([folder]) => folder))].sort();
  }

  async sizes(folder: string): Promise<ReadonlyMap<string, number>> {
    const sizes = new Map<string, number>();
    for (const [owner, file, end] of await this.#keys()) {
      if (owner === folder) sizes.set(file, Math.max(end, sizes.get(file) ?? 0));
    }
    return sizes;
  }

  /** Made of the pieces, which stay where the browser keeps them. */
  async file(folder: string, name: string): Promise<File> {
    return new File(await this.#blobs(folder, name, 0, Number.POSITIVE_INFINITY), name);
  }

  async read(folder: string, name: string, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await new Blob(await this.#blobs(folder, name, start, end)).arrayBuffer());
  }

  async replace(folder: string, name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#exchange(folder, name, bytes);
  }

  async grow(folder: string, name: string): Promise<GrowingFile> {
    let written = (await this.sizes(folder)).get(name) ?? 0;
    let waiting: Uint8Array<ArrayBuffer>[] = [];
    let waitingBytes = 0;
    const flush = async () => {
      if (waitingBytes === 0) return;
      const [piece, end] = [waiting, written + waitingBytes];
      // Where there is no room for it, it is not tried again on the way out.
      waiting = [];
      waitingBytes = 0;
      await this.#put([folder, name, end], ...piece);
      written = end;
    };
    if (written === 0) await this.#put([folder, name, 0]);
    return {
      get bytes() {
        return written + waitingBytes;
      },
      append: async (chunk) => {
        waiting.push(chunk);
        waitingBytes += chunk.length;
        if (waitingBytes >= this.pieceBytes) await flush();
      },
      truncate: async (bytes) => {
        await flush();
        const kept = new Uint8Array(await (await this.file(folder, name)).slice(0, bytes).arrayBuffer());
        await this.#exchange(folder, name, kept);
        written = bytes;
      },
      close: flush,
    };
  }

  async remove(folder: string): Promise<void> {
    const mine = (await this.#keys()).filter(([owner]) => owner === folder);
    await delMany(mine, this.#store);
  }

  room(): Promise<number | null> {
    return freeBytes();
  }

  exclusive<T>(folder: string, work: () => Promise<T>): Promise<T> {
    return withLock(modelLock(folder), work);
  }

  /** One piece in place of all, in one transaction. */
  async #exchange(folder: string, name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const before = await this.#piecesOf(folder, name);
    try {
      await this.#store('readwrite', (store) => {
        for (const key of before) store.delete(key);
        store.put(new Blob([bytes]), [folder, name, bytes.length] satisfies Key);
        return promisifyRequest(store.transaction);
      });
    } catch (thrown) {
      throw fullStorage(thrown);
    }
  }

  async #put(key: Key, ...bytes: Uint8Array<ArrayBuffer>[]): Promise<void> {
    try {
      await set(key, new Blob(bytes), this.#store);
    } catch (thrown) {
      throw fullStorage(thrown);
    }
  }

  /** The bytes from `start` to `end`, out of the pieces that hold some of them. */
  async #blobs(folder: string, name: string, start: number, end: number): Promise<Blob[]> {
    const mine = await this.#piecesOf(folder, name);
    if (mine.length === 0) throw missingFile(folder, name);
    const blobs: Blob[] = [];
    let first = 0;
    for (const key of mine) {
      const next = key[2];
      if (first < end && next > start) {
        const piece = (await get<Blob>(key, this.#store))!;
        blobs.push(piece.slice(Math.max(0, start - first), Math.min(end, next) - first));
      }
      first = next;
    }
    return blobs;
  }

  async #piecesOf(folder: string, name: string): Promise<Key[]> {
    const mine = (await this.#keys()).filter(([owner, file]) => owner === folder && file === name);
    return mine.sort((a, b) => a[2] - b[2]);
  }

  async #keys(): Promise<Key[]> {
    return (await keys<Key>(this.#store)).filter((key) => Array.isArray(key) && key.length === 3);
  }
}
