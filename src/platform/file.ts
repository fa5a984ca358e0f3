/**
 * A picked or dropped file of the browser as a stream of bytes.
 *
 * Promises: reads by slices, so a large file is never held whole; a file that was moved or changed since it was chosen is
 * a LabError. Must not know: what the file holds.
 */
import { LabError } from '../core/errors';
import type { ByteFile } from '../core/files';

const CHUNK_BYTES = 256 * 1024;

/** `control`: the spec field that names the file, for messages. */
export function browserFile(file: File, control?: string): ByteFile {
  return {
    name: file.name,
    bytes: file.size,
    async *chunks() {
      for (let at = 0; at < file.size; at += CHUNK_BYTES) {
        yield await file
          .slice(at, at + CHUNK_BYTES)
          .arrayBuffer()
          .then(
            (buffer) => new Uint8Array(buffer),
            (cause: unknown) => {
              throw new LabError(
                'file-unreadable',
                `${file.name} could not be read: it was moved or changed since it was chosen.`,
                { hint: 'Choose the file again.', cause, ...(control === undefined ? {} : { control }) },
              );
            },
          );
      }
    },
  };
}
