/**
 * Weights that a file holds in another way than the engine: transposed, or several linear layers in one tensor.
 *
 * Promises: `toStored` undoes `fromStored`, value by value. Must not know: families, files.
 */

/** Which of a tensor's outputs are meant: runs of `block`, `stride` apart, the first from `offset`. */
export interface OutputBlocks {
  block: number;
  stride: number;
  offset: number;
}

export interface StoredAs {
  /** Shape in the file. */
  shape: number[];
  /** The file holds [in, out] (GPT-2's Conv1D). */
  transposed: boolean;
  /** Null: all of them, in order. */
  outputs: OutputBlocks | null;
}

/** Row of the stored tensor's outputs that output `row` is. */
export function storedOutput(outputs: OutputBlocks | null, row: number): number {
  if (!outputs) return row;
  const { block, stride, offset } = outputs;
  return Math.floor(row / block) * stride + offset + (row % block);
}

/** Values of `shape` (one or two sides) out of the file's tensor. */
export function fromStored(values: Float32Array, shape: readonly number[], stored: StoredAs): Float32Array {
  const result = new Float32Array(shape.reduce((product, side) => product * side, 1));
  walk(shape, stored, (own, theirs) => (result[own] = values[theirs]!));
  return result;
}

/** Puts values of `shape` to their places in the file's tensor. */
export function toStored(values: Float32Array, shape: readonly number[], stored: StoredAs, into: Float32Array): void {
  walk(shape, stored, (own, theirs) => (into[theirs] = values[own]!));
}

function walk(
  [rows, columns = 1]: readonly number[],
  { shape, transposed, outputs }: StoredAs,
  visit: (own: number, theirs: number) => void,
): void {
  const width = shape[1] ?? 1;
  for (let row = 0; row < rows!; row++) {
    const output = storedOutput(outputs, row);
    for (let column = 0; column < columns; column++) {
      visit(row * columns + column, transposed ? column * width + output : output * width + column);
    }
  }
}
