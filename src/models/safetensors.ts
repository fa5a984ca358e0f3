/**
 * Tensor data of safetensors files, read by range as Float32Array; the writer is `core/safetensors`.
 *
 * Promises: never holds more of a file than the tensor asked for.
 * Assumes a little-endian host, as every host of WebGPU is. Must not know: models, engine, adapters.
 */
import { LabError } from '../core/errors';
import type { FileFolder } from '../core/files';
import { decodeF16 } from '../core/float16';
import { formatShape, readExactly } from './files';
import type { TensorInfo } from './safetensors-header';

export { encodeSafetensors, type TensorToWrite } from '../core/safetensors';
export { readSafetensorsHeader } from './safetensors-header';
export type { SafetensorsDtype, SafetensorsHeader, TensorInfo } from './safetensors-header';

/** Reads are cut into pieces of this size, so that progress and cancelling stay lively and no host limit is met. */
const PIECE_BYTES = 64 * 1024 * 1024;

export interface ReadOptions {
  signal?: AbortSignal;
  /** Called with the bytes just read. */
  onBytes?: (bytes: number) => void;
}

/** The dtypes that weights may have; all others are refused by name. */
export const WEIGHT_DTYPES = ['F32', 'F16', 'BF16', 'F64'] as const;

/** Throws `tensor-dtype` where the tensor cannot serve as a weight. */
export function requireWeightDtype(info: TensorInfo): void {
  if ((WEIGHT_DTYPES as readonly string[]).includes(info.dtype)) return;
  throw new LabError('tensor-dtype', `${info.file}: tensor ${info.name} is stored as ${info.dtype}.`, {
    hint: `Weights must be ${WEIGHT_DTYPES.join(', ')}: save the model again in one of these, without quantisation.`,
  });
}

/** The tensor's values, row-major, as f32. Throws `tensor-dtype`, `file-unreadable`, `cancelled` or `safetensors-invalid`. */
export async function readTensor(
  folder: FileFolder,
  info: TensorInfo,
  options: ReadOptions = {},
): Promise<Float32Array> {
  requireWeightDtype(info);
  const values = decode(info.dtype, await readBytes(folder, info, options));
  const bad = firstNotFinite(values);
  if (bad !== null) {
    throw new LabError(
      'safetensors-invalid',
      `${info.file}: tensor ${info.name} ${formatShape(info.shape)} holds ${values[bad]} at element ${bad}, ` +
        'where a finite f32 number is needed.',
      { hint: 'Download the file again; if it stays so, the model itself is broken.' },
    );
  }
  return values;
}

function firstNotFinite(values: Float32Array): number | null {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i;
  return null;
}

async function readBytes(folder: FileFolder, info: TensorInfo, options: ReadOptions): Promise<Uint8Array<ArrayBuffer>> {
  const total = info.end - info.start;
  const whole = total > PIECE_BYTES ? new Uint8Array(total) : null;
  for (let start = info.start; ; start += PIECE_BYTES) {
    if (options.signal?.aborted) {
      throw new LabError('cancelled', `Loading ${info.file} was cancelled.`, { hint: 'Open the model again.' });
    }
    const piece = await readExactly(folder, info.file, start, Math.min(start + PIECE_BYTES, info.end));
    options.onBytes?.(piece.byteLength);
    if (whole === null) return piece;
    whole.set(piece, start - info.start);
    if (start + PIECE_BYTES >= info.end) return whole;
  }
}

function decode(dtype: TensorInfo['dtype'], bytes: Uint8Array<ArrayBuffer>): Float32Array {
  const width = dtype === 'F64' ? 8 : dtype === 'F32' ? 4 : 2;
  const aligned = bytes.byteOffset % width === 0 ? bytes : bytes.slice();
  const { buffer, byteOffset, byteLength } = aligned;
  if (dtype === 'F32') return new Float32Array(buffer, byteOffset, byteLength / 4);
  if (dtype === 'F64') return Float32Array.from(new Float64Array(buffer, byteOffset, byteLength / 8));
  const halves = new Uint16Array(buffer, byteOffset, byteLength / 2);
  return dtype === 'BF16' ? decodeBf16(halves) : decodeF16(halves);
}

/** bfloat16 is the upper half of an f32. */
export function decodeBf16(halves: Uint16Array): Float32Array {
  const words = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) words[i] = halves[i]! << 16;
  return new Float32Array(words.buffer);
}
