/**
 * Where downloads are kept: folders of files that grow at their end, in a folder of this machine or in the browser.
 *
 * Promises of whoever implements it: what was appended is there after a reload or a kill, whole up to the size that
 * `sizes` tells; a full disk is a LabError `storage-quota`. Must not know: what the files hold.
 */
type ReadRange = [start: number, end: number, scratch?: Uint8Array<ArrayBuffer>];

export interface PieceFiles {
  /** In words, for messages: a path, or the browser. */
  readonly where: string;
  folders(): Promise<string[]>;
  /** Bytes of the files of a folder by name; empty where there is none. */
  sizes(folder: string): Promise<ReadonlyMap<string, number>>;
  /** As a `FileFolder` reads. */
  read(folder: string, file: string, ...range: ReadRange): Promise<Uint8Array<ArrayBuffer>>;
  /** Replaces a small file; a reader finds it old or new, never in part. */
  replace(folder: string, file: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Made where it is not there. */
  grow(folder: string, file: string): Promise<GrowingFile>;
  remove(folder: string): Promise<void>;
  /** Bytes that are free for more; null where that is not told. */
  room(): Promise<number | null>;
  /** Throws `run-locked` at once where another process or tab works in the folder. */
  exclusive<T>(folder: string, work: () => Promise<T>): Promise<T>;
}

export interface GrowingFile {
  readonly bytes: number;
  append(chunk: Uint8Array<ArrayBuffer>): Promise<void>;
  truncate(bytes: number): Promise<void>;
  close(): Promise<void>;
}
