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

/** Output rows `[first, end)` as runs of rows that follow each other in the file: `[from, to)` each. */
export function outputRuns(outputs: OutputBlocks | null, first: number, end: number): [from: number, to: number][] {
  const runs: [number, number][] = [];
  for (let row = first; row < end;) {
    const from = storedOutput(outputs, row);
    const rows = Math.min(end - row, outputs ? outputs.block - (row % outputs.block) : end - row);
    const last = runs.at(-1);
    if (last?.[1] === from) last[1] += rows;
    else runs.push([from, from + rows]);
    row += rows;
  }
  return runs;
}

/** Values of `shape` (one or two sides) out of the file's tensor: all of its rows, or `[first, end)`. */
export function fromStored(
  values: Float32Array,
  shape: readonly number[],
  stored: StoredAs,
  first = 0,
  end = shape[0]!,
): Float32Array {
  const columns = shape[1] ?? 1;
  const result = new Float32Array((end - first) * columns);
  walk(shape, stored, (own, theirs) => (result[own - first * columns] = values[theirs]!), first, end);
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
  first = 0,
  end = rows!,
): void {
  const width = shape[1] ?? 1;
  for (let row = first; row < end; row++) {
    const output = storedOutput(outputs, row);
    for (let column = 0; column < columns; column++) {
      visit(row * columns + column, transposed ? column * width + output : output * width + column);
    }
  }
}
