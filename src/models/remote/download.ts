/**
 * One file from elsewhere, appended to what has arrived of it, however often the connection breaks.
 *
 * Promises: goes on at the byte where it stopped, unless nothing would tell that another file lies there meanwhile; a file
 * that is not the announced one, by size, hash or mark, is refused, and one of another hash taken away, so that the next
 * try begins anew. Must not know: which host keeps the bytes.
 */
import { LabError } from '../../core/errors';
import { sha256Stream } from '../../core/hash';
import type { GrowingFile } from '../../core/piece-files';
import { recognisable, type RemoteFile } from './describe';
import { drop, getRange, markOf, nextPart, Retryable, shown, waitBeforeNext, type Web } from './web';

/** A connection that brought this much was worth it: the failures are counted anew. */
const WORTH_BYTES = 1024 * 1024;
const READ_BYTES = 4 * 1024 * 1024;

export interface DownloadOptions {
  signal?: AbortSignal | undefined;
  /** Called with the bytes that are there; they may become fewer where the other side begins anew. */
  onBytes?(bytes: number): void;
  /** What has arrived before, to be hashed again. */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** Throws `file-mismatch`, and what asking throws. */
export async function downloadInto(
  file: RemoteFile,
  sink: GrowingFile,
  web: Web,
  options: DownloadOptions,
): Promise<void> {
  if (sink.bytes > file.bytes) await sink.truncate(0);
  const hash = new ArrivingHash(file.sha256);
  await hash.begin(sink.bytes, options.read);
  let failures = 0;
  let furthest = sink.bytes;
  while (sink.bytes < file.bytes) {
    try {
      await appendRest(file, sink, hash, web, options);
    } catch (thrown) {
      if (!(thrown instanceof Retryable)) throw thrown;
      // What came again after a new beginning is no progress.
      failures = sink.bytes - furthest >= WORTH_BYTES ? 1 : failures + 1;
      furthest = Math.max(furthest, sink.bytes);
      if (!recognisable(file)) await sink.truncate(0);
      await waitBeforeNext(web, thrown, failures, options.signal);
    }
  }
  if (hash.right) return;
  await sink.truncate(0);
  throw new LabError('file-mismatch', `${file.path} did not arrive as announced: its SHA-256 is another one.`, {
    hint: 'Try again: it will be fetched anew. If it stays so, something on the way changes the file.',
    control: 'model.path',
  });
}

/** One connection's worth. Throws a Retryable where it ends early. */
async function appendRest(
  file: RemoteFile,
  sink: GrowingFile,
  hash: ArrivingHash,
  web: Web,
  { signal, onBytes }: DownloadOptions,
): Promise<void> {
  const range = { start: sink.bytes, last: file.bytes - 1 };
  const response = await getRange(web, file.address, range, signal);
  if (response.status === 200 && sink.bytes > 0) {
    // Ranges are not known there: from the start.
    await sink.truncate(0);
    hash.reset();
  }
  try {
    requireRange(file, response, range.start);
  } catch (error) {
    await drop(response);
    throw error;
  }
  const reader = response.body?.getReader();
  for (;;) {
    const value = await nextPart(web, reader, () => cut(file), signal);
    if (value === null) break;
    if (sink.bytes + value.length > file.bytes) {
      await reader!.cancel().catch(() => undefined);
      throw changed(file, 'more bytes come');
    }
    await sink.append(value as Uint8Array<ArrayBuffer>).catch(async (thrown: unknown) => {
      await reader!.cancel().catch(() => undefined);
      throw thrown;
    });
    hash.update(value);
    onBytes?.(sink.bytes);
  }
  if (sink.bytes < file.bytes) throw new Retryable(cut(file));
}

/** The answer must be the rest of the file that was announced. */
function requireRange(file: RemoteFile, { status, headers }: Response, start: number): void {
  if (status === 416) throw changed(file, 'it is shorter now');
  if (file.mark !== null && markOf(headers) !== file.mark) throw changed(file, 'it was replaced');
  const length = headers.get('content-encoding') === null ? headers.get('content-length') : null;
  if (status === 200) {
    if (length !== null && Number(length) !== file.bytes) throw changed(file, `it has ${length} bytes now`);
    return;
  }
  const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers.get('content-range') ?? '');
  // Where the header is kept from us the length of what comes must do.
  if (range === null) {
    if (length !== null && Number(length) !== file.bytes - start) throw changed(file, 'another part of it comes');
    return;
  }
  if (range[3] !== '*' && Number(range[3]) !== file.bytes) throw changed(file, `it has ${range[3]} bytes now`);
  if (Number(range[1]) !== start) throw changed(file, 'another part of it comes');
}

function changed(file: RemoteFile, what: string): LabError {
  return new LabError('file-mismatch', `${shown(file.address)} is not what it was: ${what}, ${file.bytes} announced.`, {
    hint: 'Ask for the model again: its list of files is read anew.',
    control: 'model.path',
  });
}

function cut(file: RemoteFile): LabError {
  return new LabError('download-failed', `The connection broke again and again while ${file.path} was arriving.`, {
    hint: 'Try again: it goes on where it stopped.',
    control: 'model.path',
  });
}

/** SHA-256 of what arrives, where there is one to hold it against. */
class ArrivingHash {
  #state = sha256Stream();

  constructor(private readonly expected: string | null) {}

  get right(): boolean {
    return this.expected === null || this.#state.hex() === this.expected;
  }

  async begin(bytes: number, read: DownloadOptions['read']): Promise<void> {
    if (this.expected === null) return;
    for (let start = 0; start < bytes; start += READ_BYTES) {
      this.#state.update(await read(start, Math.min(start + READ_BYTES, bytes)));
    }
  }

  update(chunk: Uint8Array): void {
    if (this.expected !== null) this.#state.update(chunk);
  }

  reset(): void {
    this.#state = sha256Stream();
  }
}
