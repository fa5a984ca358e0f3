/**
 * A folder of files, wherever it lies: a directory in Node, a picked or dropped folder in the browser.
 *
 * Promises: reads are by range, so a large weights file is never held whole unless asked for.
 * Must not know: any host's file API; `cli` and `platform` implement it.
 */
import { sha256Stream } from './hash';

export interface FileEntry {
  /** Path relative to the folder, with forward slashes. */
  path: string;
  bytes: number;
}

export interface FileFolder {
  /** What to call it in messages: a path or the picked folder's name. */
  readonly name: string;
  /** Where its files were fetched from, pinned where that is possible; absent for a folder of the user's own. */
  readonly reference?: string | undefined;
  list(): Promise<FileEntry[]>;
  /**
   * Bytes `[start, end)` of a file; they may come in `scratch`, where that is given and large enough. Throws LabError
   * `file-missing` or `file-unreadable`.
   */
  read(path: string, start: number, end: number, scratch?: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
}

/** One text file with its name, for parsers that report places. */
export interface NamedText {
  name: string;
  text: string;
}

/** One file as a stream of bytes: a file on disk, a picked or dropped file, a body being downloaded. May be read more than once. */
export interface ByteFile {
  /** What to call it in messages: a path or the file's name. */
  readonly name: string;
  /** Size in bytes as stored (a compressed file: compressed). */
  readonly bytes: number;
  /** The bytes in order, cut anywhere. Throws LabError `file-missing` or `file-unreadable`. */
  chunks(): AsyncIterable<Uint8Array<ArrayBuffer>>;
}

/** A text that is in memory already, as a file. */
export function byteFile({ name, text }: NamedText): ByteFile {
  const bytes = new TextEncoder().encode(text);
  return {
    name,
    bytes: bytes.length,

    async *chunks() {
      for (let at = 0; at < bytes.length; at += 65536) yield bytes.slice(at, at + 65536);
    },
  };
}

/** The same file, hashed while it is read; `sha256` is of the last whole pass. */
export function hashedFile(file: ByteFile): { file: ByteFile; sha256: () => string } {
  let sha256 = '';
  return {
    sha256: () => sha256,
    file: {
      name: file.name,
      bytes: file.bytes,
      async *chunks() {
        const hash = sha256Stream(); // one a pass: a reader may look twice
        for await (const chunk of file.chunks()) {
          hash.update(chunk);
          yield chunk;
        }
        sha256 = hash.hex();
      },
    },
  };
}

/** The last part of a folder's or file's path: what people call it. */
export function lastPart(path: string): string {
  return path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;
}
