/**
 * Weights on their way to the GPU: read a part at a time, packed as their precision has them, written.
 *
 * Promises: of the model no more than a part and what the GPU has not yet taken over is held in memory.
 * Errors: `tensor-missing`, `tensor-shape`, `tensor-range`. Must not know: files.
 */
import { elementsOf } from '../core/shape';
import { LabError } from '../core/errors';
import { decoderWeights, type DecoderMemory } from './decoder/memory';
import type { EngineDevice } from './device';
import { packerFor, partMultiple, type StoredPart } from './precision/packer';
import type { BasePrecision } from './precision/kinds';
import { storageOf, storedLayout } from './precision/storage';
import type { DecoderConfig, StoredWeight, WeightInfo, WeightMap } from './types';
import type { WeightSource } from './weight-source';

/** Values of one part: 2 MiB in f32. */
const PART_VALUES = 512 * 1024;
/** Bytes after which the GPU is waited for: until then each write is held twice. */
const HELD_BYTES = 8 * 1024 * 1024;

const HINT = 'Load the model again; if it persists its files do not fit its config.json.';

/** Weights that lie in memory, as a source. */
export function sourceOfMap(config: DecoderConfig, weights: WeightMap): WeightSource {
  const shapes = new Map(decoderWeights(config).map((info) => [info.name, info.shape]));
  return {
    read(name, first, end) {
      const data = weights.get(name);
      if (!data) {
        const message = `The model gives no weight "${name}".`;
        return Promise.reject(new LabError('tensor-missing', message, { hint: HINT, control: 'model.path' }));
      }
      const shape = shapes.get(name) ?? [data.length];
      const columns = elementsOf(shape.slice(1));
      if (data.length !== elementsOf(shape)) return Promise.reject(wrongSize(name, data.length, shape));
      return Promise.resolve(data.subarray(first * columns, end * columns));
    },
  };
}

/** Fills the pool of weights; returns those that are packed, with what they lost. */
export async function uploadWeights(
  device: EngineDevice,
  memory: DecoderMemory,
  source: WeightSource,
  signal?: AbortSignal,
): Promise<StoredWeight[]> {
  let held = 0;
  const write = async ({ name }: WeightInfo, parts: readonly StoredPart[]) => {
    const { offset } = memory.weight(name);
    for (const { at, words } of parts) {
      memory.weights.write(device, offset + 4 * at, words);
      held += words.byteLength;
    }
    if (held < HELD_BYTES) return;
    held = 0;
    await device.settle();
  };
  const stored = await packWeights(memory.config, memory.precision, source, write, signal);
  await device.settle();
  return stored;
}

/** What each weight would lose in a precision, without a device. */
export function measurePrecision(
  config: DecoderConfig,
  precision: BasePrecision,
  source: WeightSource,
  signal?: AbortSignal,
): Promise<StoredWeight[]> {
  return packWeights(config, precision, source, () => {}, signal);
}

/** Reads and packs every weight, a part at a time; returns those that are not kept in f32. */
async function packWeights(
  config: DecoderConfig,
  precision: BasePrecision,
  source: WeightSource,
  take: (info: WeightInfo, parts: readonly StoredPart[]) => void | Promise<void>,
  signal?: AbortSignal,
): Promise<StoredWeight[]> {
  const stored: StoredWeight[] = [];
  for (const info of decoderWeights(config)) {
    const storage = storageOf(info.name, precision);
    const packer = packerFor(info, storage);
    const [rows, columns] = [info.shape[0]!, elementsOf(info.shape.slice(1))];
    const step = rowsPerPart(columns, partMultiple(storage));
    for (let first = 0; first < rows; first += step) {
      const end = Math.min(first + step, rows);
      const values = await source.read(info.name, first, end, signal);
      if (values.length !== (end - first) * columns) throw wrongPart(info, values.length, first, end);
      await take(info, packer.add(values));
    }
    await take(info, packer.finish());
    if (storage === 'f32') continue;
    const bytes = 4 * storedLayout(info, storage).words;
    stored.push({ name: info.name, storage, bytes, relativeRmse: packer.relativeRmse() });
  }
  return stored;
}

/** As many rows as make about one part, and whole blocks of values. */
function rowsPerPart(columns: number, multiple: number): number {
  let step = 1;
  while ((step * columns) % multiple !== 0) step += 1;
  return Math.max(step, Math.floor(PART_VALUES / columns / step) * step);
}

function wrongSize(name: string, values: number, shape: readonly number[]): LabError {
  return new LabError('tensor-shape', `Weight "${name}" has ${values} values; [${shape.join(', ')}] is expected.`, {
    hint: HINT,
    control: 'model.path',
  });
}

function wrongPart({ name, shape }: WeightInfo, values: number, first: number, end: number): LabError {
  return new LabError(
    'tensor-shape',
    `Rows ${first} to ${end} of weight "${name}" came as ${values} values; its shape is [${shape.join(', ')}].`,
    { hint: HINT, control: 'model.path' },
  );
}
