/**
 * Tensor data of safetensors files, read by range as Float32Array; the writer is `core/safetensors`.
 *
 * Promises: beside the values asked for, never holds more of a file than a few MB.
 * Assumes a little-endian host, as every host of WebGPU is. Must not know: models, engine, adapters.
 */
import { elementsOf } from '../core/shape';
import { LabError } from '../core/errors';
import type { FileFolder } from '../core/files';
import { decodeF16 } from '../core/float16';
import { formatShape, readExactly } from './files';
import type { TensorInfo } from './safetensors-header';

export { encodeSafetensors, type TensorToWrite } from '../core/safetensors';
export { readSafetensorsHeader } from './safetensors-header';
export type { SafetensorsDtype, SafetensorsHeader, TensorInfo } from './safetensors-header';

/** Reads are cut into pieces of about this size: what is held beside the values, and how lively progress and cancelling are. */
export const PIECE_BYTES = 4 * 1024 * 1024;

export interface ReadOptions {
  signal?: AbortSignal;
  /** Called with the bytes just read. */
  onBytes?: (bytes: number) => void;
  /** Room for a piece, used again and again. */
  scratch?: Uint8Array<ArrayBuffer>;
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
  const elements = elementsOf(info.shape);
  const values = new Float32Array(elements);
  await readElements(folder, info, 0, values, options);
  return values;
}

/** Fills `into` with the tensor's elements from `first` on. Throws what `readTensor` throws. */
export async function readElements(
  folder: FileFolder,
  info: TensorInfo,
  first: number,
  into: Float32Array<ArrayBuffer>,
  { signal, onBytes, scratch }: ReadOptions = {},
): Promise<void> {
  requireWeightDtype(info);
  const width = info.dtype === 'F64' ? 8 : info.dtype === 'F32' ? 4 : 2;
  const step = PIECE_BYTES / width;
  for (let done = 0; done < into.length; done += step) {
    if (signal?.aborted) {
      throw new LabError('cancelled', `Loading ${info.file} was cancelled.`, { hint: 'Open the model again.' });
    }
    const count = Math.min(step, into.length - done);
    const start = info.start + (first + done) * width;
    const bytes = await readExactly(folder, info.file, start, start + count * width, scratch);
    const values = into.subarray(done, done + count);
    decode(info.dtype, bytes, values);
    requireFinite(info, values, first + done);
    onBytes?.(bytes.byteLength);
  }
}

function requireFinite(info: TensorInfo, values: Float32Array, first: number): void {
  let bad = 0;
  while (bad < values.length && Number.isFinite(values[bad])) bad++;
  if (bad === values.length) return;
  throw new LabError(
    'safetensors-invalid',
    `${info.file}: tensor ${info.name} ${formatShape(info.shape)} holds ${values[bad]} at element ${first + bad}, ` +
      'where a finite f32 number is needed.',
    { hint: 'Download the file again; if it stays so, the model itself is broken.' },
  );
}

function decode(dtype: TensorInfo['dtype'], bytes: Uint8Array<ArrayBuffer>, into: Float32Array<ArrayBuffer>): void {
  const width = dtype === 'F64' ? 8 : dtype === 'F32' ? 4 : 2;
  const aligned = bytes.byteOffset % width === 0 ? bytes : bytes.slice();
  const { buffer, byteOffset, byteLength } = aligned;
  if (dtype === 'F32') into.set(new Float32Array(buffer, byteOffset, byteLength / 4));
  else if (dtype === 'F64') into.set(new Float64Array(buffer, byteOffset, byteLength / 8));
  else {
    const halves = new Uint16Array(buffer, byteOffset, byteLength / 2);
    if (dtype === 'BF16') decodeBf16(halves, into);
    else decodeF16(halves, into);
  }
}

/** bfloat16 is the upper half of an f32. */
export function decodeBf16(halves: Uint16Array, values = new Float32Array(halves.length)): Float32Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < halves.length; i++) words[i] = halves[i]! << 16;
  return values;
}
