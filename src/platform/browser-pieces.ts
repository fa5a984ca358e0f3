/**
 * What the two ways of keeping downloads in this browser have in common.
 *
 * Must not know: either of them.
 */
import { LabError } from '../core/errors';
import type { PieceFiles } from '../core/piece-files';
import { storageRoom } from './quota';

/** A file is handed out as a `File` that is read where it lies. */
export interface BrowserPieces extends PieceFiles {
  /** Throws `file-missing`. */
  file(folder: string, name: string): Promise<File>;
}

export const THIS_BROWSER = 'this browser';

/** Bytes that this browser still gives the page; null where it does not say. */
export async function freeBytes(): Promise<number | null> {
  const room = await storageRoom();
  return room && room.quotaBytes - room.usedBytes;
}

export function fullStorage(thrown: unknown): unknown {
  if (!(thrown instanceof DOMException) || thrown.name !== 'QuotaExceededError') return thrown;
  return new LabError('storage-quota', 'This browser has no room left.', {
    hint: 'Nothing was deleted: delete models or runs that you no longer need, or free disk space.',
    control: 'storage',
    cause: thrown,
  });
}

export function missingFile(folder: string, name: string): LabError {
  return new LabError('file-missing', `${name} of ${folder} is no longer kept in this browser.`, {
    hint: 'Fetch the model again.',
    control: 'model.path',
  });
}
