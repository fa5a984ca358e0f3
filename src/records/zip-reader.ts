/**
 * Reading a zip that somebody else may have written: its directory, then its entries one by one.
 *
 * Promises: nothing is unpacked before the whole directory was judged (number of entries, names, sizes, how they
 * overlap); unpacking an entry never takes more memory than the directory declared. Must not know: what the files mean.
 * Format: APPNOTE.TXT, PKWARE, sections 4.3.7, 4.3.12 and 4.3.16; entries stored (0) or deflated (8), no zip64.
 */
import { inflateSync } from 'fflate';
import { LabError } from '../core/errors';

export interface ZipLimits {
  entries: number;
  /** All entries together, unpacked. */
  unpackedBytes: number;
  /** Unpacked size over packed size, for entries and for the whole, where it unpacks to more than `ratioFromBytes`. */
  ratio: number;
  ratioFromBytes: number;
}

export interface ZipEntry {
  path: string;
  /** Unpacked. */
  bytes: number;
  packed: Uint8Array;
  method: 0 | 8;
}

const END_BYTES = 22;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const END_SIGNATURE = 0x06054b50;
const CENTRAL_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const ENCRYPTED = 1;
const MAX_PATH_CHARACTERS = 240;
/** Names that reach into an object's prototype wherever a path becomes a key. */
const RESERVED_NAMES = new Set(['__proto__', 'prototype', 'constructor']);

const TAKE_AGAIN = 'Take the bundle again from where it was shared: it was cut or changed on the way.';

export function bundleInvalid(message: string, hint = TAKE_AGAIN, cause?: unknown): LabError {
  return new LabError('bundle-invalid', message, { hint, ...(cause === undefined ? {} : { cause }) });
}

/**
 * The entries in the order of the directory. Throws LabError `bundle-invalid` naming `name` and, where there is one,
 * the entry: no zip, cut, encrypted, unsafe or doubled names, overlapping entries, or more than the limits allow.
 */
export function readZipDirectory(archive: Uint8Array, limits: ZipLimits, name: string): ZipEntry[] {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = archive.length - END_BYTES;
  if (end < 0 || view.getUint32(end, true) !== END_SIGNATURE) {
    throw bundleInvalid(`${name} is not a zip, or it was cut: its directory is not at its end.`);
  }
  const count = view.getUint16(end + 10, true);
  const directoryBytes = view.getUint32(end + 12, true);
  const directory = view.getUint32(end + 16, true);
  if (view.getUint16(end + 4, true) !== 0 || view.getUint16(end + 8, true) !== count) {
    throw bundleInvalid(`${name} is one of several parts of a zip.`, 'Bundles are one file: take the whole one.');
  }
  if (count > limits.entries) {
    throw bundleInvalid(`${name} lists ${count} files; a bundle has ${limits.entries} at most.`);
  }
  if (directory + directoryBytes !== end) {
    throw bundleInvalid(`${name}: the zip’s directory is not where the zip says it is.`);
  }
  const found: (ZipEntry & { start: number; stop: number })[] = [];
  const seen = new Set<string>();
  let unpacked = 0;
  let at = directory;
  for (let index = 0; index < count; index++) {
    const { entry, next } = readEntry(archive, view, { at, end, directory, name });
    const key = entry.path.normalize('NFC').toLowerCase();
    if (seen.has(key)) throw bundleInvalid(`${name} holds ${JSON.stringify(entry.path)} twice.`);
    seen.add(key);
    unpacked += entry.bytes;
    checkRatio(entry.bytes, entry.packed.length, limits, `${name}: ${entry.path}`);
    found.push(entry);
    at = next;
  }
  if (at !== end) throw bundleInvalid(`${name}: the zip’s directory holds more than it says.`);
  if (unpacked > limits.unpackedBytes) {
    throw bundleInvalid(`${name} would unpack to ${unpacked} bytes; ${limits.unpackedBytes} are allowed.`, TOO_LARGE);
  }
  checkRatio(unpacked, archive.length, limits, name);
  const byPlace = found.toSorted((a, b) => a.start - b.start);
  const overlap = byPlace.find(({ stop }, index) => stop > (byPlace[index + 1]?.start ?? directory));
  if (overlap) throw bundleInvalid(`${name}: ${overlap.path} overlaps what follows it.`);
  return found.map(({ path, bytes, packed, method }) => ({ path, bytes, packed, method }));
}

const TOO_LARGE = 'Do not open it unless you know who made it: files like this can fill a machine’s memory.';

function checkRatio(bytes: number, packed: number, { ratio, ratioFromBytes }: ZipLimits, what: string): void {
  if (bytes <= ratioFromBytes || bytes <= ratio * packed) return;
  throw bundleInvalid(`${what} would unpack ${packed} bytes to ${bytes}, more than ${ratio} times as many.`, TOO_LARGE);
}

interface Place {
  at: number;
  end: number;
  directory: number;
  name: string;
}

function readEntry(archive: Uint8Array, view: DataView, { at, end, directory, name }: Place) {
  const cut = () => bundleInvalid(`${name}: the zip’s directory was cut or changed.`);
  if (at + CENTRAL_BYTES > end || view.getUint32(at, true) !== CENTRAL_SIGNATURE) throw cut();
  const nameBytes = view.getUint16(at + 28, true);
  const next = at + CENTRAL_BYTES + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  if (next > end) throw cut();
  const rawName = archive.subarray(at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes);
  const path = checkedPath(rawName, name);
  const flags = view.getUint16(at + 8, true);
  const method = view.getUint16(at + 10, true);
  const packedBytes = view.getUint32(at + 20, true);
  const bytes = view.getUint32(at + 24, true);
  const start = view.getUint32(at + 42, true);
  if (flags & ENCRYPTED) throw bundleInvalid(`${name}: ${path} is encrypted.`, 'Bundles have no passwords.');
  if (method !== 0 && method !== 8) {
    throw bundleInvalid(`${name}: ${path} is packed in a way that bundles do not use (method ${method}).`);
  }
  if (start + LOCAL_BYTES > directory || view.getUint32(start, true) !== LOCAL_SIGNATURE) throw cut();
  const localNameBytes = view.getUint16(start + 26, true);
  const dataStart = start + LOCAL_BYTES + localNameBytes + view.getUint16(start + 28, true);
  const localName = archive.subarray(start + LOCAL_BYTES, start + LOCAL_BYTES + localNameBytes);
  if (localNameBytes !== nameBytes || localName.some((byte, index) => byte !== rawName[index])) {
    throw bundleInvalid(`${name}: ${path} has another name at its place in the zip than in its directory.`);
  }
  const stop = dataStart + packedBytes;
  if (stop > directory || (method === 0 && packedBytes !== bytes)) throw cut();
  const entry = { path, bytes, method, packed: archive.subarray(dataStart, stop), start, stop } as const;
  return { entry, next };
}

function checkedPath(raw: Uint8Array, name: string): string {
  let path: string;
  try {
    path = new TextDecoder('utf-8', { fatal: true }).decode(raw);
  } catch (cause) {
    throw bundleInvalid(`${name} holds a file whose name is not UTF-8.`, TAKE_AGAIN, cause);
  }
  const fault = pathFault(path);
  if (fault === null) return path;
  throw bundleInvalid(
    `${name} holds a file named ${JSON.stringify(path.slice(0, MAX_PATH_CHARACTERS))}, which ${fault}.`,
    'Do not unpack it with other programs either: a bundle of Ontoscope has no such names.',
  );
}

/** Why a path may not stand in a bundle; null where it may. */
export function pathFault(path: string): string | null {
  if (path === '') return 'is no name';
  if (path.length > MAX_PATH_CHARACTERS) return `is longer than ${MAX_PATH_CHARACTERS} characters`;
  // A backslash and a colon are separators on some systems; controls deceive the eye.
  if (/[\\:\p{Cc}\p{Cf}]/u.test(path)) return 'holds a character that names in bundles do not have';
  const parts = path.split('/');
  if (parts[0] === '') return 'is an absolute path';
  if (parts.includes('..') || parts.includes('.')) return 'leads out of its folder';
  if (parts.includes('')) return 'is a folder';
  const reserved = parts.find((part) => RESERVED_NAMES.has(part));
  return reserved === undefined ? null : `uses the reserved name ${reserved}`;
}

/** The entry's content. Throws LabError `bundle-invalid` where it is not what the directory said. */
export function unpackEntry({ path, bytes, packed, method }: ZipEntry, name: string): Uint8Array<ArrayBuffer> {
  if (method === 0) return packed.slice();
  // One byte more than declared: an output that reaches it is too long, and nothing beyond it is kept.
  const out = new Uint8Array(bytes + 1);
  let content: Uint8Array;
  try {
    content = packed.length === 0 ? out : inflateSync(packed, { out });
  } catch (cause) {
    throw bundleInvalid(`${name}: ${path} cannot be unpacked.`, TAKE_AGAIN, cause);
  }
  if (content.length === bytes) return out.subarray(0, bytes);
  const more = content.length > bytes ? 'more' : 'fewer';
  throw bundleInvalid(`${name}: ${path} unpacks to ${more} than the ${bytes} bytes that the zip declares.`);
}
