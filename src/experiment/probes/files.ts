/** The files that probes read. */
import { LabError } from '../../core/errors';
import type { ByteFile } from '../../core/files';

/** Throws `file-missing` where the spec names a file that was not given. */
export function requireFile(file: ByteFile | null | undefined, field: string): ByteFile {
  if (file) return file;
  throw new LabError('file-missing', `The spec names a file in ${field}, but none was given.`, {
    hint: `Give the file, or set ${field} to null: the model then speaks for itself.`,
    control: field,
  });
}
