/**
 * Log files and folders of whatever writes line by line: what the stores of runs and of pretraining share.
 *
 * Must not know: what the lines hold.
 */
import { readdir, readFile } from 'node:fs/promises';
import { LabError } from '../core/errors';
import { LOCK_FILE } from './run-lock';

/** Throws `output-exists` unless the folder is absent or empty but for the lock of who works there. */
export async function refuseUsedFolder(folder: string, manifest: string, holds: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [] as string[];
    throw new LabError('output-exists', `${folder} is not a folder that can be written to.`, {
      hint: 'Give another place with --out.',
      cause: error,
    });
  });
  if (names.every((name) => name.startsWith(LOCK_FILE))) return;
  const what = names.includes(manifest) ? holds : 'is not empty';
  throw new LabError('output-exists', `${folder} ${what}.`, {
    hint: 'Give another folder with --out, continue the run with --resume, or replace it with --force.',
  });
}

/** Null only where there is no such file: one that is there and cannot be read must not pass for a fresh start. */
export async function readIfThere(file: string): Promise<Buffer | null> {
  return readFile(file).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return null;
    throw new LabError('file-unreadable', `${file} cannot be read: ${cause.code ?? cause.message}.`, {
      hint: 'Check that you may read it, or give another folder with --out.',
      cause,
    });
  });
}

/** What stands after the last checkpoint, a torn line included, is left out. */
export function firstLines(text: string, lines: number): string {
  let end = 0;
  for (let line = 0; line < lines; line++) {
    const next = text.indexOf('\n', end);
    if (next < 0) return text.slice(0, end);
    end = next + 1;
  }
  return text.slice(0, end);
}
