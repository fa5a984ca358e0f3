/** A prompt with its completion as a packed row of one segment, every completion token supervised. */
import type { PackedRow } from '../../src/core/packed-row';

export function completionRow(prompt: Uint32Array, completion: readonly number[]): PackedRow {
  const ids = Uint32Array.of(...prompt, ...completion.slice(0, -1));
  return {
    ids,
    segmentStart: new Uint32Array(ids.length),
    supervisedIndex: Uint32Array.from(completion, (_, i) => prompt.length - 1 + i),
    labels: Uint32Array.from(completion),
    example: new Uint32Array(completion.length),
  };
}
