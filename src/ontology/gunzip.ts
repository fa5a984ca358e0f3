/**
 * Unpacks gzip as it streams in, of one member or many (as bgzip writes them).
 *
 * Promises: every member's CRC-32 and length are checked (RFC 1952), so a download that broke off or was damaged is an
 * error, never a shorter file; what comes out is bounded, so that a small file cannot fill the memory or run for ever.
 * Must not know: what is packed.
 */
import { Gunzip } from 'fflate';
import { LabError } from '../core/errors';

/** More text than any ontology; a compressed file that holds more is refused. */
export const MOST_UNPACKED_BYTES = 4 * 1024 ** 3;
/** Input is passed on in pieces of this size: what one piece unpacks to (at most some 1,032 times its size) is in memory at once. */
const PIECE_BYTES = 16384;
/** CRC-32 and length at the end of a member, both little-endian. */
const TRAILER_BYTES = 8;

export function isGzip(start: Uint8Array): boolean {
  return start[0] === 0x1f && start[1] === 0x8b && (start.length < 3 || start[2] === 8);
}

export class StreamGunzip {
  readonly #file: string;
  readonly #mostBytes: number;
  readonly #gunzip: Gunzip;
  #unpacked: Uint8Array<ArrayBuffer>[] = [];
  #unpackedBytes = 0;
  /** The last bytes that went in, at least a trailer's length once there were as many, and where they end. */
  #recent: Uint8Array = new Uint8Array(0);
  #readBytes = 0;
  #crc = -1;
  #memberBytes = 0;

  constructor(file: string, mostBytes: number = MOST_UNPACKED_BYTES) {
    this.#file = file;
    this.#mostBytes = mostBytes;
    this.#gunzip = new Gunzip((bytes) => this.#take(bytes));
    this.#gunzip.onmember = (offset) => {
      if (!this.#endsMember(offset)) throw this.#broken('its checksum does not fit its content');
    };
  }

  /** Unpacked bytes that these complete. Throws `file-unreadable`. */
  push(bytes: Uint8Array): Uint8Array<ArrayBuffer>[] {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) this.#pass(bytes.slice(at, at + PIECE_BYTES), false);
    return this.#give();
  }

  /** Throws `file-unreadable` for a file that breaks off. */
  finish(): Uint8Array<ArrayBuffer>[] {
    this.#pass(new Uint8Array(0), true);
    if (!this.#endsMember(this.#readBytes)) throw this.#broken('it breaks off or is damaged');
    return this.#give();
  }

  #pass(piece: Uint8Array<ArrayBuffer>, final: boolean): void {
    const recent = new Uint8Array(Math.min(this.#recent.length, PIECE_BYTES) + piece.length);
    recent.set(this.#recent.subarray(Math.max(0, this.#recent.length - PIECE_BYTES)));
    recent.set(piece, recent.length - piece.length);
    this.#recent = recent;
    this.#readBytes += piece.length;
    try {
      this.#gunzip.push(piece, final);
    } catch (thrown) {
      if (thrown instanceof LabError) throw thrown;
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      throw this.#broken(final ? 'it breaks off' : `its data are damaged (${message})`, thrown);
    }
  }

  #take(bytes: Uint8Array<ArrayBuffer>): void {
    if (bytes.length === 0) return;
    this.#unpackedBytes += bytes.length;
    this.#memberBytes += bytes.length;
    if (this.#unpackedBytes > this.#mostBytes) {
      throw new LabError(
        'file-unreadable',
        `${this.#file} unpacks to more than ${this.#mostBytes.toLocaleString('en-US')} bytes.`,
        { hint: 'Choose the file of one ontology, or a part of it.', control: 'ontology.path' },
      );
    }
    this.#crc = crc32(this.#crc, bytes);
    this.#unpacked.push(bytes);
  }

  #give(): Uint8Array<ArrayBuffer>[] {
    const given = this.#unpacked;
    this.#unpacked = [];
    return given;
  }

  /** Whether the trailer that ends at this offset of the file fits what was unpacked since the last one. */
  #endsMember(offset: number): boolean {
    const end = this.#recent.length - (this.#readBytes - offset);
    const trailer = this.#recent.subarray(Math.max(0, end - TRAILER_BYTES), end);
    if (trailer.length < TRAILER_BYTES) return false;
    const view = new DataView(trailer.buffer, trailer.byteOffset, TRAILER_BYTES);
    const fits = view.getUint32(0, true) === ~this.#crc >>> 0 && view.getUint32(4, true) === this.#memberBytes >>> 0;
    this.#crc = -1;
    this.#memberBytes = 0;
    return fits;
  }

  #broken(how: string, cause?: unknown): LabError {
    return new LabError(
      'file-unreadable',
      `${this.#file} cannot be unpacked: ${how}, after ${this.#unpackedBytes.toLocaleString('en-US')} bytes of content.`,
      {
        hint: 'Take the file fresh from where it is published, or unpack it yourself and choose the result.',
        control: 'ontology.path',
        ...(cause === undefined ? {} : { cause }),
      },
    );
  }
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** CRC-32 of ISO 3309, going on from `crc` (−1 at the start, complement at the end). */
function crc32(crc: number, bytes: Uint8Array): number {
  let value = crc;
  for (let i = 0; i < bytes.length; i++) value = CRC_TABLE[(value ^ bytes[i]!) & 255]! ^ (value >>> 8);
  return value;
}
