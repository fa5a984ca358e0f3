/**
 * Where this browser keeps downloads: its private file system where a worker can write it, else its database.
 *
 * Must not know: what the files hold.
 */
import type { BrowserPieces } from './browser-pieces';
import { DatabasePieces } from './database-pieces';
import { hasPrivateFiles, PrivatePieces } from './private-pieces';

export type { BrowserPieces };

export async function browserPieces(): Promise<BrowserPieces> {
  try {
    if (hasPrivateFiles()) return new PrivatePieces(await navigator.storage.getDirectory());
  } catch {
    // Private windows of some browsers.
  }
  return new DatabasePieces();
}
