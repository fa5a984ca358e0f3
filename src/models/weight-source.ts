/**
 * The weights of an opened model, read from its files a part at a time.
 *
 * Promises: holds a few MB beside the rows asked for, and no more than one tensor where the file keeps weights transposed;
 * a row is the same value by value however it is asked for. Must not know: which host the folder lies on, devices.
 */
import { elementsOf } from '../core/shape';
import { LabError } from '../core/errors';
import type { FileFolder } from '../core/files';
import type { WeightSource } from '../engine/weight-source';
import type { TensorBinding } from './architectures';
import { PIECE_BYTES, readElements, readTensor, type TensorInfo } from './safetensors';
import { fromStored, outputRuns } from './stored';

/** Called with bytes of the files, each counted once however often it is read. */
export type WeightProgress = (done: number, total: number) => void;

interface Held {
  info: TensorInfo;
  values: Promise<Float32Array>;
}

/** @param tensors where each binding's values lie, in their order */
export function createWeightSource(
  folder: FileFolder,
  bindings: readonly TensorBinding[],
  tensors: readonly TensorInfo[],
  onProgress?: WeightProgress,
): WeightSource {
  const places = new Map(bindings.map((binding, index) => [binding.name, { binding, info: tensors[index]! }]));
  const count = counter(tensors, onProgress);
  /** The transposed tensor read last: its rows lie strewn over all of it. */
  let held: Held | null = null;
  /** Taken while a piece is read, so that a reading beside it makes its own. */
  let spare: Uint8Array<ArrayBuffer> | null = null;

  async function whole(info: TensorInfo, signal?: AbortSignal): Promise<Float32Array> {
    if (held?.info === info) return held.values;
    held = null; // Before the next is read: never two at a time.
    const reading = { info, values: readTensor(folder, info, { signal, onBytes: count(info) }) };
    held = reading;
    try {
      return await reading.values;
    } catch (error) {
      if (held === reading) held = null;
      throw error;
    }
  }

  return {
    async read(name, first, end, signal) {
      const { binding, info } = requirePlace(places, name, first, end);
      const { shape, stored } = binding;
      const width = elementsOf(shape.slice(1));
      if (stored?.transposed) return fromStored(await whole(info, signal), shape, stored, first, end);
      const values = new Float32Array((end - first) * width);
      const scratch = spare ?? new Uint8Array(PIECE_BYTES);
      spare = null;
      let filled = 0;
      for (const [from, to] of outputRuns(stored?.outputs ?? null, first, end)) {
        const part = values.subarray(filled, filled + (to - from) * width);
        await readElements(folder, info, from * width, part, { signal, onBytes: count(info), scratch });
        filled += part.length;
      }
      spare = scratch;
      return values;
    },
  };
}

function requirePlace(
  places: ReadonlyMap<string, { binding: TensorBinding; info: TensorInfo }>,
  name: string,
  first: number,
  end: number,
) {
  const place = places.get(name);
  const rows = place?.binding.shape[0] ?? 0;
  if (place && first >= 0 && first <= end && end <= rows) return place;
  const what = place
    ? `Rows ${first}–${end} of ${name} are asked for, which has ${rows}`
    : `There is no weight ${name}`;
  throw new LabError('internal', `${what}.`, {
    hint: 'This is a defect of Ontoscope: please report it with the message and the model.',
  });
}

/** Bytes read of every tensor, no more of one than it has. */
function counter(tensors: readonly TensorInfo[], onProgress?: WeightProgress) {
  const all = [...new Set(tensors)];
  const total = all.reduce((sum, { start, end }) => sum + end - start, 0);
  const read = new Map<TensorInfo, number>();
  let done = 0;
  return (info: TensorInfo) => (bytes: number) => {
    const before = read.get(info) ?? 0;
    const now = Math.min(info.end - info.start, before + bytes);
    read.set(info, now);
    done += now - before;
    if (now > before) onProgress?.(done, total);
  };
}
