/** Prompts with their completions as packed rows, every completion token supervised. */
import type { PackedRow } from '../../src/core/packed-row';

export interface Completion {
  prompt: Uint32Array;
  completion: readonly number[];
}

/** All of them end to end in one row, `example` counting them. */
export function completionsRow(list: readonly Completion[]): PackedRow {
  const row = {
    ids: [] as number[],
    segmentStart: [] as number[],
    supervisedIndex: [] as number[],
    labels: [] as number[],
  };
  const example: number[] = [];
  list.forEach(({ prompt, completion }, index) => {
    const start = row.ids.length;
    for (const id of [...prompt, ...completion.slice(0, -1)]) {
      row.ids.push(id);
      row.segmentStart.push(start);
    }
    completion.forEach((id, i) => {
      row.supervisedIndex.push(start + prompt.length - 1 + i);
      row.labels.push(id);
      example.push(index);
    });
  });
  return {
    ids: Uint32Array.from(row.ids),
    segmentStart: Uint32Array.from(row.segmentStart),
    supervisedIndex: Uint32Array.from(row.supervisedIndex),
    labels: Uint32Array.from(row.labels),
    example: Uint32Array.from(example),
  };
}

export const completionRow = (prompt: Uint32Array, completion: readonly number[]): PackedRow =>
  completionsRow([{ prompt, completion }]);
