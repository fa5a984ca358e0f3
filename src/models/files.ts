/**
 * Whole files, pieces of files and JSON out of a FileFolder, with errors that name the file and the byte.
 *
 * Promises: what it returns is exactly as long as asked. Must not know: what the bytes mean.
 */
import { LabError, type LabErrorCode } from '../core/errors';
import type { FileFolder } from '../core/files';

/** Sizes in bytes of every file in the folder, by path. */
export type FileSizes = ReadonlyMap<string, number>;

/** A file that is ready to be written. */
export interface OutputFile {
  path: string;
  bytes: Uint8Array<ArrayBuffer>;
}

export async function fileSizes(folder: FileFolder): Promise<FileSizes> {
  return new Map((await folder.list()).map((entry) => [entry.path, entry.bytes]));
}

/** 1044992 → "1,044,992", the same on every host. */
export function formatCount(value: number): string {
  return value.toLocaleString('en-US');
}

/** The shape as people write it: `[512, 64]`. */
export function formatShape(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

/** Bytes `[start, end)`. Throws `file-unreadable` where the file gives fewer, for instance because it changed meanwhile. */
export async function readExactly(
  folder: FileFolder,
  path: string,
  start: number,
  end: number,
  scratch?: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await folder.read(path, start, end, scratch);
  if (bytes.byteLength === end - start) return bytes;
  throw new LabError(
    'file-unreadable',
    `${path} in ${folder.name} gave ${formatCount(bytes.byteLength)} bytes for the range ${start}–${end}, ` +
      `${formatCount(end - start)} expected.`,
    { hint: 'The file may have changed while it was being read: open the folder again.' },
  );
}

/** A text file. Throws `code` where it is no UTF-8. */
export async function readText(folder: FileFolder, path: string, bytes: number, code: LabErrorCode): Promise<string> {
  const content = await readExactly(folder, path, 0, bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch (error) {
    throw unusable(folder, path, code, 'is not UTF-8 text', error);
  }
}

/** A JSON object file. Throws `code` where it is no UTF-8, no JSON, or no object. */
export async function readJsonObject(
  folder: FileFolder,
  path: string,
  bytes: number,
  code: LabErrorCode,
): Promise<Record<string, unknown>> {
  const text = await readText(folder, path, bytes, code);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw unusable(folder, path, code, `is not valid JSON: ${why}`, error);
  }
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  throw unusable(folder, path, code, 'does not hold a JSON object');
}

function unusable(folder: FileFolder, path: string, code: LabErrorCode, what: string, cause?: unknown): LabError {
  return new LabError(code, `${path} in ${folder.name} ${what}.`, {
    hint: `Download ${path} again, or repair it in a text editor.`,
    cause,
  });
}
