/**
 * Safetensors files of f32 (or, written only, f16) tensors in memory: 8 bytes little-endian length, JSON header, values.
 *
 * Promises: the writer's bytes depend on its input alone. Assumes a little-endian host, as every host of WebGPU is.
 * Must not know: what the tensors are for; large files of others are read by `models`, range by range.
 */
import { elementsOf } from './shape';
import { LabError } from './errors';

export interface TensorToWrite {
  name: string;
  shape: readonly number[];
  /** F32, or the bits of F16. */
  data: Float32Array | Uint16Array;
}

/**
 * One safetensors file of tensors that are all F32 or all F16. They have one alignment, so their order is that of the
 * names; the header is padded with spaces to a multiple of 8.
 */
export function encodeSafetensors(
  tensors: readonly TensorToWrite[],
  metadata: Readonly<Record<string, string>> = { format: 'pt' },
): Uint8Array<ArrayBuffer> {
  const sorted = [...tensors].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const header: Record<string, unknown> = { __metadata__: metadata };
  let size = 0;
  for (const { name, shape, data } of sorted) {
    const elements = elementsOf(shape);
    if (elements !== data.length || Object.hasOwn(header, name)) {
      const what =
        elements === data.length ? 'is given twice' : `holds ${data.length} values for [${shape.join(', ')}]`;
      throw new LabError('internal', `Tensor ${name} ${what}.`, {
        hint: 'This is a defect of Ontoscope: please report it with the message and the spec.',
      });
    }
    header[name] = {
      dtype: data instanceof Uint16Array ? 'F16' : 'F32',
      shape,
      data_offsets: [size, size + data.byteLength],
    };
    size += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(8 + headerBytes + size);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.fill(0x20, 8, 8 + headerBytes);
  file.set(json, 8);
  let position = 8 + headerBytes;
  for (const { data } of sorted) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return file;
}

export interface DecodedSafetensors {
  metadata: Record<string, string>;
  tensors: Map<string, { shape: number[]; data: Float32Array<ArrayBuffer> }>;
}

/** A file as `encodeSafetensors` writes it, whole in memory. Throws an Error for anything else. */
export function decodeSafetensors(file: Uint8Array): DecodedSafetensors {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const start = 8 + Number(view.getBigUint64(0, true));
  if (!(start <= file.length)) throw new RangeError('the header ends behind the file');
  const header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file.subarray(8, start))) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >;
  const { __metadata__: metadata = {}, ...entries } = header as typeof header & {
    __metadata__?: Record<string, string>;
  };
  const tensors = Object.entries(entries).map(
    ([
      name,
      {
        dtype,
        shape,
        data_offsets: [from, to],
      },
    ]) => {
      const elements = elementsOf(shape);
      if (dtype !== 'F32' || to - from !== elements * 4 || !(from >= 0) || start + to > file.length) {
        throw new RangeError(`${name} is no f32 tensor of its shape`);
      }
      // Copied, because values may start at any byte.
      return [name, { shape, data: new Float32Array(file.slice(start + from, start + to).buffer) }] as const;
    },
  );
  return { metadata: metadata, tensors: new Map(tensors) };
}
