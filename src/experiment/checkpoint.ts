/**
 * Checkpoints as bytes: one file, so that writing it aside and renaming it replaces the old one in a single step.
 *
 * Layout: 8 bytes magic (`ONTOCKP2` for a run), u32 little-endian length of the JSON header, the header, zero padding to
 * 8 bytes, then parameters, first and second moments as little-endian f32. The header holds a SHA-256 of its
 * own other fields and of those floats, so a file cut short or altered anywhere is refused instead of continued from.
 */
import { LabError } from '../core/errors';
import { sha256Stream } from '../core/hash';
import { canonicalJson } from '../core/json';
import type { TrainingState } from '../engine/types';
import type { Checkpoint } from './events';

const MAGIC_BYTES = 8;
const PREFIX_BYTES = MAGIC_BYTES + 4;

/** What every checkpoint holds beside its own fields. */
interface Stored {
  version: number;
  state: TrainingState;
}

type Header<T extends Stored> = Omit<T, 'state'> & {
  step: number;
  lengths: [number, number, number];
  sha256: string;
};

/** One kind of checkpoint file. */
export interface CheckpointCodec<T extends Stored> {
  encode(checkpoint: T): Uint8Array<ArrayBuffer>;
  /** Throws LabError `checkpoint-mismatch` for anything that is not a whole checkpoint of this kind. */
  decode(bytes: Uint8Array, name: string): T;
}

/** @param magic 8 characters that tell this kind from others */
export function checkpointCodec<T extends Stored>(magic: string, version: T['version']): CheckpointCodec<T> {
  return {
    encode: (checkpoint) => encode(magic, checkpoint),
    decode: (bytes, name) => decode<T>(magic, version, bytes, name),
  };
}

export const { encode: encodeCheckpoint, decode: decodeCheckpoint } = checkpointCodec<Checkpoint>('ONTOCKP2', 2);

function encode<T extends Stored>(magic: string, checkpoint: T): Uint8Array<ArrayBuffer> {
  const { state, ...position } = checkpoint;
  const tensors = [state.parameters, state.moment1, state.moment2];
  const floats = new Uint8Array(tensors.reduce((sum, tensor) => sum + tensor.byteLength, 0));
  let offset = 0;
  for (const tensor of tensors) {
    floats.set(new Uint8Array(tensor.buffer, tensor.byteOffset, tensor.byteLength), offset);
    offset += tensor.byteLength;
  }
  const fields = {
    ...position,
    step: state.step,
    lengths: [tensors[0]!.length, tensors[1]!.length, tensors[2]!.length],
  };
  const header = { ...fields, sha256: checksum(fields, floats) };
  const headerBytes = new TextEncoder().encode(JSON.stringify(header));
  const dataStart = align8(PREFIX_BYTES + headerBytes.length);
  const bytes = new Uint8Array(dataStart + floats.length);
  bytes.set(new TextEncoder().encode(magic));
  new DataView(bytes.buffer).setUint32(MAGIC_BYTES, headerBytes.length, true);
  bytes.set(headerBytes, PREFIX_BYTES);
  bytes.set(floats, dataStart);
  return bytes;
}

function decode<T extends Stored>(magic: string, version: number, bytes: Uint8Array, name: string): T {
  const damaged = (what: string) =>
    new LabError('checkpoint-mismatch', `${name}: ${what}.`, {
      hint: 'Delete the checkpoint and run again from the start.',
    });
  if (bytes.length < PREFIX_BYTES || new TextDecoder().decode(bytes.subarray(0, MAGIC_BYTES)) !== magic) {
    throw damaged('this is not a checkpoint of Ontoscope');
  }
  const headerLength = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(MAGIC_BYTES, true);
  if (PREFIX_BYTES + headerLength > bytes.length) throw damaged('the checkpoint ends inside its header');
  let header: Header<Stored>;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + headerLength)));
  } catch {
    throw damaged('the header of the checkpoint is not JSON');
  }
  if (header.version !== version || !Array.isArray(header.lengths))
    throw damaged('the checkpoint has an unknown version');
  // A copy in a buffer of its own: subclasses such as Node's Buffer slice without copying, at any alignment.
  const floats = new Uint8Array(bytes.subarray(align8(PREFIX_BYTES + headerLength)));
  const expected = header.lengths.reduce((sum, length) => sum + length * 4, 0);
  if (floats.length !== expected) throw damaged(`expected ${expected} bytes of weights, found ${floats.length}`);
  const { sha256, ...fields } = header;
  if (checksum(fields, floats) !== sha256) throw damaged('header or weights do not match their checksum');
  const [a, b, c] = header.lengths;
  const { step, lengths: _lengths, ...position } = fields;
  return {
    ...position,
    state: {
      step,
      parameters: new Float32Array(floats.buffer, 0, a),
      moment1: new Float32Array(floats.buffer, a * 4, b),
      moment2: new Float32Array(floats.buffer, (a + b) * 4, c),
    },
  } as unknown as T;
}

function checksum(fields: object, floats: Uint8Array): string {
  const hash = sha256Stream();
  hash.update(new TextEncoder().encode(canonicalJson(fields)));
  hash.update(floats);
  return hash.hex();
}

function align8(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
