/**
 * The studies that come with the laboratory: fetched from beside the page, opened like any other file.
 *
 * Must not know: cells, components.
 */
import * as v from 'valibot';
import type { PickedFile } from '../platform/folder';
import { readBeside, type GetBeside } from './beside-index';

const indexSchema = v.object({
  indexVersion: v.literal(1),
  studies: v.array(v.object({ path: v.string(), title: v.string(), description: v.string() })),
});
export type BundledStudy = v.InferOutput<typeof indexSchema>['studies'][number];

export class BundledStudies {
  list = $state.raw<BundledStudy[]>([]);

  constructor(private readonly get: GetBeside) {}

  /** Reads the index; without one there is simply nothing to offer. */
  async start(): Promise<void> {
    try {
      this.list = (await readBeside(this.get, 'studies/index.json', indexSchema)).studies;
    } catch {
      this.list = [];
    }
  }

  async open({ path }: BundledStudy): Promise<PickedFile> {
    return { path, file: new File([await this.get(`studies/${path}`)], path) };
  }
}
