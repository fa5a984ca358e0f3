/** stories260K from `../shared`, through the project's own loader. */
import { readFileSync } from 'node:fs';
import type { PackedRow } from '../../src/core/packed-row';
import type { DecoderConfig, WeightMap } from '../../src/engine/types';
import { openModel } from '../../src/models';
import { sharedPath } from './shared';
import { memoryFolder } from './tiny-model';

export async function readStories260K(): Promise<{ config: DecoderConfig; weights: WeightMap }> {
  const names = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors'];
  const files = names.map(
    (name) => [name, Uint8Array.from(readFileSync(sharedPath('models/stories260K', name)))] as const,
  );
  const model = await openModel(memoryFolder(new Map(files)));
  return { config: model.config, weights: await model.loadWeights() };
}

/** Two packed rows of the reference texts, every second position supervised: enough to move every weight. */
export function storiesRows(): PackedRow[] {
  const { cases } = JSON.parse(readFileSync(sharedPath('models/stories260K', 'reference.json'), 'utf8')) as {
    cases: { ids: number[] }[];
  };
  const half = Math.ceil(cases.length / 2);
  return [cases.slice(0, half), cases.slice(half)].map((part) => {
    const row = {
      ids: [] as number[],
      segmentStart: [] as number[],
      supervisedIndex: [] as number[],
      labels: [] as number[],
    };
    for (const { ids } of part) {
      const start = row.ids.length;
      ids.slice(0, -1).forEach((id, i) => {
        row.ids.push(id);
        row.segmentStart.push(start);
        if (i % 2 === 0) {
          row.supervisedIndex.push(start + i);
          row.labels.push(ids[i + 1]!);
        }
      });
    }
    return {
      ids: Uint32Array.from(row.ids),
      segmentStart: Uint32Array.from(row.segmentStart),
      supervisedIndex: Uint32Array.from(row.supervisedIndex),
      labels: Uint32Array.from(row.labels),
      example: new Uint32Array(row.labels.length),
    };
  });
}
