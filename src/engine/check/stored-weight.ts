/** A weight as the engine stores it, whole. Must not know: files, the GPU. */
import { packerFor } from '../precision/packer';
import type { Storage } from '../precision/kinds';
import { storedLayout } from '../precision/storage';

/** The words of a weight [rows, columns], from parts of `partRows` rows, and what it lost. */
export function packedWeight(values: Float32Array, shape: [number, number], storage: Storage, partRows = shape[0]) {
  const [rows, columns] = shape;
  const info = { name: 'layers.0.q_proj', shape };
  const packer = packerFor(info, storage);
  const words = new Uint32Array(storedLayout(info, storage).words);
  const take = (parts: ReturnType<typeof packer.add>) => parts.forEach((part) => words.set(part.words, part.at));
  for (let row = 0; row < rows; row += partRows) {
    take(packer.add(values.slice(row * columns, Math.min(row + partRows, rows) * columns)));
  }
  take(packer.finish());
  return { words, loss: packer.relativeRmse() };
}
