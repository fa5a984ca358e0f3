/**
 * The header of a safetensors file: parsed and checked before one byte of data is touched.
 *
 * Promises: what passes covers the data without overlap or hole, every size follows from shape and dtype, and the file
 * is as long as the header says. Everything else is a LabError with file, tensor, offsets and remedy.
 * Must not know: models, tensor names, what the numbers are for.
 */
import { LabError } from '../core/errors';
import type { FileFolder } from '../core/files';
import { formatCount, formatShape, readExactly } from './files';

/** Bits of one element, by dtype name of the format. */
// prettier-ignore
const DTYPE_BITS = {
  F64: 64, I64: 64, U64: 64, C64: 64,
  F32: 32, I32: 32, U32: 32,
  F16: 16, BF16: 16, I16: 16, U16: 16,
  BOOL: 8, U8: 8, I8: 8, F8_E4M3: 8, F8_E5M2: 8, F8_E8M0: 8, F8_E4M3FNUZ: 8, F8_E5M2FNUZ: 8,
  F6_E2M3: 6, F6_E3M2: 6, F4: 4,
} as const;
export type SafetensorsDtype = keyof typeof DTYPE_BITS;

/** Limit of the reference implementation. */
const MAX_HEADER_BYTES = 100_000_000;
const LENGTH_BYTES = 8;

/** One tensor of one file. */
export interface TensorInfo {
  name: string;
  dtype: SafetensorsDtype;
  shape: number[];
  file: string;
  /** Byte range in the file, header included. */
  start: number;
  end: number;
}

export interface SafetensorsHeader {
  metadata: Record<string, string>;
  /** By tensor name, in order of offset. */
  tensors: Map<string, TensorInfo>;
}

const DOWNLOAD_AGAIN = 'Download it again';

function invalid(file: string, what: string, cause?: unknown): LabError {
  return new LabError('safetensors-invalid', `${file}: ${what}.`, {
    hint: `${DOWNLOAD_AGAIN}, or save it again with the safetensors library: the file contradicts itself.`,
    cause,
  });
}

function truncated(file: string, expected: number, found: number, what: string): LabError {
  return new LabError('safetensors-truncated', `${file} is cut short: ${what}.`, {
    hint: `${DOWNLOAD_AGAIN}: ${formatCount(expected)} bytes expected, ${formatCount(found)} found.`,
  });
}

/** Reads and checks the header of `file`, which is `bytes` long. Throws `safetensors-truncated` or `safetensors-invalid`. */
export async function readSafetensorsHeader(
  folder: FileFolder,
  file: string,
  bytes: number,
): Promise<SafetensorsHeader> {
  if (bytes < LENGTH_BYTES) throw truncated(file, LENGTH_BYTES, bytes, 'not even the header length is there');
  const lengthField = await readExactly(folder, file, 0, LENGTH_BYTES);
  const view = new DataView(lengthField.buffer, lengthField.byteOffset, LENGTH_BYTES);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES)) {
    throw invalid(
      file,
      `the first 8 bytes give a header of ${formatCount(Number(length))} bytes, more than the format's limit of ` +
        `${formatCount(MAX_HEADER_BYTES)}; this is probably not a safetensors file`,
    );
  }
  const dataStart = LENGTH_BYTES + Number(length);
  if (dataStart > bytes) {
    throw truncated(file, dataStart, bytes, `the header takes bytes ${LENGTH_BYTES}–${formatCount(dataStart)}`);
  }
  const text = decodeHeader(file, await readExactly(folder, file, LENGTH_BYTES, dataStart));
  return checkHeader(file, text, dataStart, bytes);
}

function decodeHeader(file: string, content: Uint8Array): string {
  if (content[0] !== 0x7b) throw invalid(file, 'the header (byte 8) does not start with "{"');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch (error) {
    throw invalid(file, 'the header is not UTF-8 text', error);
  }
}

function checkHeader(file: string, text: string, dataStart: number, bytes: number): SafetensorsHeader {
  let parsed: Record<string, unknown>;
  try {
    parsed = JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw invalid(file, `the header is not valid JSON (${error instanceof Error ? error.message : error})`, error);
  }
  const duplicate = duplicateKey(text);
  if (duplicate !== null) throw invalid(file, `the header names "${duplicate}" twice`);

  let metadata: Record<string, string> = {};
  const list: TensorInfo[] = [];
  for (const [name, entry] of Object.entries(parsed)) {
    if (name === '__metadata__') metadata = checkMetadata(file, entry);
    else list.push(checkEntry(file, name, entry, dataStart));
  }
  list.sort((a, b) => a.start - b.start || a.end - b.end);
  checkCoverage(file, list, dataStart, bytes);
  return { metadata, tensors: new Map(list.map((info) => [info.name, info])) };
}

function checkMetadata(file: string, value: unknown): Record<string, string> {
  const isObject = value !== null && typeof value === 'object' && !Array.isArray(value);
  if (!isObject || Object.values(value).some((member) => typeof member !== 'string')) {
    throw invalid(file, '"__metadata__" in the header must map strings to strings');
  }
  return value as Record<string, string>;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function checkEntry(file: string, name: string, entry: unknown, dataStart: number): TensorInfo {
  const at = `tensor ${name}`;
  if (entry === null || typeof entry !== 'object') throw invalid(file, `${at} has no dtype, shape and data_offsets`);
  const { dtype, shape, data_offsets: offsets } = entry as Record<string, unknown>;
  if (typeof dtype !== 'string' || !Object.hasOwn(DTYPE_BITS, dtype)) {
    throw invalid(file, `${at} has the unknown dtype ${JSON.stringify(dtype)}`);
  }
  if (!Array.isArray(shape) || !shape.every(isCount)) {
    throw invalid(file, `${at} has the shape ${JSON.stringify(shape)}, which is not a list of sizes`);
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    throw invalid(file, `${at} has the data_offsets ${JSON.stringify(offsets)}, which are not two byte positions`);
  }
  const [begin, end] = offsets as [number, number];
  if (end < begin) throw invalid(file, `${at} ends (byte ${end} of the data) before it begins (byte ${begin})`);
  const known = dtype as SafetensorsDtype;
  const size = (shape.reduce((product: number, side: number) => product * side, 1) * DTYPE_BITS[known]) / 8;
  if (size !== end - begin) {
    throw invalid(
      file,
      `${at} is ${dtype} ${formatShape(shape)}, which takes ${formatCount(size)} bytes, ` +
        `but its data_offsets [${begin}, ${end}] give it ${formatCount(end - begin)}`,
    );
  }
  return { name, dtype: known, shape, file, start: dataStart + begin, end: dataStart + end };
}

/** Tensors must follow each other from the first data byte to the last byte of the file. */
function checkCoverage(file: string, sorted: TensorInfo[], dataStart: number, bytes: number): void {
  let position = dataStart;
  let previous = 'the header';
  for (const { name, start, end } of sorted) {
    const range = `bytes ${start - dataStart}–${end - dataStart} of the data`;
    if (start < position) {
      throw invalid(file, `tensor ${name} (${range}) overlaps ${previous}, which ends at ${position - dataStart}`);
    }
    if (start > position) {
      throw invalid(
        file,
        `there is a hole of ${formatCount(start - position)} bytes between ${previous} ` +
          `(ends at ${position - dataStart}) and tensor ${name} (${range})`,
      );
    }
    position = end;
    previous = `tensor ${name}`;
  }
  if (position > bytes) throw truncated(file, position, bytes, `${previous} ends at byte ${formatCount(position)}`);
  if (position < bytes) {
    throw invalid(
      file,
      `${formatCount(bytes - position)} bytes follow after ${previous}, which should end the file at byte ${position}`,
    );
  }
}

/** First key that an object of the (valid) JSON text holds twice; `JSON.parse` keeps the last one silently. */
function duplicateKey(text: string): string | null {
  const scopes: Set<string>[] = [];
  let key: string | null = null;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}:,[\]]/g)) {
    if (token === '{' || token === '[') scopes.push(new Set());
    else if (token === '}' || token === ']') scopes.pop();
    else if (token === ':' && key !== null) {
      const scope = scopes.at(-1)!;
      if (scope.has(key)) return key;
      scope.add(key);
    }
    key = token.startsWith('"') ? (JSON.parse(token) as string) : null;
  }
  return null;
}
