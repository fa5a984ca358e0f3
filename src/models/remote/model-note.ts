/**
 * What is noted of a kept model beside its files: where it came from, what it consists of, which files are whole.
 *
 * Promises: no query of an address is written, for it may be secret; a note that cannot be read is none.
 */
import { readModelReference } from '../../core/model-reference';
import type { PieceFiles } from '../../core/piece-files';

export const NOTE_FILE = 'ontoscope-model.json';

export interface ModelNote {
  format: 1;
  /** Pinned. */
  reference: string;
  /** The names under which it was asked for. */
  asked: string[];
  files: {
    path: string;
    bytes: number;
    sha256: string | null;
    /** As in `RemoteFile`. */
    mark?: string | null;
  }[];
  /** Paths of the files that are whole and as announced. */
  complete: string[];
  lastUsedMs: number;
}

export async function readNote(files: PieceFiles, key: string): Promise<ModelNote | null> {
  const bytes = (await files.sizes(key)).get(NOTE_FILE);
  if (bytes === undefined) return null;
  try {
    const value = JSON.parse(new TextDecoder().decode(await files.read(key, NOTE_FILE, 0, bytes))) as unknown;
    return isNote(value) ? value : null;
  } catch {
    return null;
  }
}

export async function writeNote(files: PieceFiles, key: string, note: ModelNote): Promise<void> {
  const plain = { ...note, reference: withoutQuery(note.reference), asked: note.asked.map(withoutQuery) };
  await files.replace(key, NOTE_FILE, new TextEncoder().encode(`${JSON.stringify(plain, null, 2)}\n`));
}

function withoutQuery(reference: string): string {
  return reference.split('?')[0]!;
}

function isNote(value: unknown): value is ModelNote {
  const note = value as Partial<ModelNote> | null;
  const texts = (list: unknown) => Array.isArray(list) && list.every((item) => typeof item === 'string');
  return (
    note?.format === 1 &&
    typeof note.reference === 'string' &&
    isReference(note.reference) &&
    texts(note.asked) &&
    texts(note.complete) &&
    typeof note.lastUsedMs === 'number' &&
    Array.isArray(note.files) &&
    note.files.every(({ path, bytes }) => typeof path === 'string' && Number.isSafeInteger(bytes))
  );
}

function isReference(text: string): boolean {
  try {
    return readModelReference(text) !== null;
  } catch {
    return false;
  }
}
