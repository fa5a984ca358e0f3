/**
 * A file's text, piece by piece: unpacked if it is compressed, decoded, with progress and a way to stop.
 *
 * Promises: gzip is told by its first bytes, never by the name; no more than a chunk is held; a file that breaks off is
 * an error. Must not know: formats.
 */
import { LabError } from '../core/errors';
import type { ByteFile } from '../core/files';
import { joined, TextDecoding } from './decode-text';
import { isGzip, StreamGunzip } from './gunzip';
import type { ReadControl } from './reader';
import type { WarningLog } from './warnings';

export interface TextChunksOptions extends ReadControl {
  /** Told what is odd about the bytes. */
  log: WarningLog;
  /** Records read so far, for progress. */
  records?: () => number;
  /** Most bytes that a compressed file may unpack to. */
  mostUnpackedBytes?: number;
}

/** Throws `file-unreadable` (broken gzip), `cancelled`, and whatever the file throws. */
export async function* textChunks(
  file: ByteFile,
  { log, records = () => 0, mostUnpackedBytes, onProgress, signal }: TextChunksOptions,
): AsyncGenerator<string, void, undefined> {
  const decoding = new TextDecoding();
  let gunzip: StreamGunzip | null = null;
  let start: Uint8Array | null = new Uint8Array(0); // null once it is known whether the file is compressed
  let bytesRead = 0;
  refuseIfStopped(file, signal);
  for await (const chunk of file.chunks()) {
    refuseIfStopped(file, signal);
    bytesRead += chunk.length;
    let bytes: Uint8Array = chunk;
    if (start !== null) {
      bytes = joined(start, chunk);
      if (bytes.length < 3) {
        start = bytes;
        continue;
      }
      if (isGzip(bytes)) gunzip = new StreamGunzip(file.name, mostUnpackedBytes);
      start = null;
    }
    for (const piece of gunzip ? gunzip.push(bytes) : [bytes]) yield decoding.push(piece);
    onProgress?.({ bytesTotal: file.bytes, bytesRead, records: records() });
  }
  if (start !== null) yield decoding.push(start);
  if (gunzip) for (const piece of gunzip.finish()) yield decoding.push(piece);
  yield decoding.finish(log);
}

function refuseIfStopped(file: ByteFile, signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  throw new LabError('cancelled', `Reading ${file.name} was stopped.`, { hint: 'Choose the file again to read it.' });
}
