/**
 * The worlds that come with the laboratory, and the tables of pairs that they name: fetched from beside the page.
 *
 * Must not know: dials, components.
 */
import * as v from 'valibot';
import type { PickedFile } from '../platform/folder';
import { parseWorld } from '../spec';
import { pathFrom } from './beside-index';

const indexSchema = v.object({
  indexVersion: v.literal(1),
  worlds: v.array(v.object({ path: v.string(), title: v.string(), description: v.string() })),
});
export type BundledWorld = v.InferOutput<typeof indexSchema>['worlds'][number];

const FOLDER = 'worlds/';

export class BundledWorlds {
  list = $state.raw<BundledWorld[]>([]);

  /** `get`: a file that lies beside the page. */
  constructor(private readonly get: (path: string) => Promise<Blob>) {}

  /** Reads the index; without one there is simply nothing to offer. */
  async start(): Promise<void> {
    try {
      const text = await (await this.get(`${FOLDER}index.json`)).text();
      this.list = v.parse(indexSchema, JSON.parse(text)).worlds;
    } catch {
      this.list = [];
    }
  }

  /** The file and the tables, by the paths that it names them by. Throws `file-missing`. */
  async open({ path }: BundledWorld): Promise<{ file: PickedFile; tables: Record<string, PickedFile> }> {
    const file = new File([await this.get(`${FOLDER}${path}`)], path);
    const { groups } = parseWorld(await file.text(), path);
    const tables: Record<string, PickedFile> = {};
    for (const { source } of groups) {
      if (source.kind !== 'given' || tables[source.path]) continue;
      // As the terminal does it: relative to the world's file.
      const place = pathFrom(`${FOLDER}${path}`, source.path);
      const name = place.split('/').at(-1)!;
      tables[source.path] = { path: name, file: new File([await this.get(place)], name) };
    }
    return { file: { path, file }, tables };
  }
}
