/**
 * Files written so that a reader never sees half of one.
 *
 * Promises: a file is replaced in one rename; what fails is a LabError that names the path and the reason.
 */
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { LabError } from '../core/errors';

/** Writes beside the file, piece by piece where it comes so, waits for the disk, then renames. Makes the folders on the way. */
export async function replaceFile(
  file: string,
  content: string | Uint8Array | AsyncIterable<Uint8Array>,
): Promise<void> {
  const draft = `${file}.part`;
  await onDisk(file, async () => {
    await mkdir(path.dirname(file), { recursive: true });
    try {
      const handle = await open(draft, 'w');
      try {
        // Node takes pieces here too; its types do not say so.
        await handle.writeFile(content as string | Uint8Array);
        await handle.datasync();
      } finally {
        await handle.close();
      }
      await rename(draft, file);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  });
}

/** Throws `output-exists` where there is a file or folder already. */
export async function refuseExisting(file: string): Promise<void> {
  if ((await stat(file).catch(() => null)) === null) return;
  throw new LabError('output-exists', `${file} exists already.`, {
    hint: 'Give another name, or replace it with --force.',
  });
}

/** Runs a file operation; what it throws becomes a LabError about `file`. */
export async function onDisk<T>(file: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (cause) {
    if (cause instanceof LabError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      throw new LabError('storage-quota', `${file} could not be written: the disk is full.`, {
        hint: 'Free some space, then continue with --resume.',
        cause,
      });
    }
    throw new LabError('file-unreadable', `${file} could not be written: ${code ?? message}.`, {
      hint: 'Check that the folder exists and that you may write to it.',
      cause,
    });
  }
}
