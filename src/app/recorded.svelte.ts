/**
 * What was recorded beforehand and lies beside the page: the list of runs and studies.
 *
 * Must not know: bundles, summaries, components.
 */
import * as v from 'valibot';
import { LabError, toLabError, type SerializedLabError } from '../core/errors';
import type { PickedFile } from '../platform/folder';
import { pathFrom, readBeside, type GetBeside } from './beside-index';

const INDEX = 'recorded/index.json';
const words = { name: v.string(), title: v.string(), description: v.string() };
const runSchema = v.object({
  ...words,
  /** Name of the bundled model that it is a run of. */
  model: v.string(),
  bundle: v.string(),
  bytes: v.number(),
  sha256: v.string(),
});
const studySchema = v.object({ ...words, study: v.string(), summary: v.string() });
const indexSchema = v.object({
  indexVersion: v.literal(1),
  runs: v.array(runSchema),
  studies: v.optional(v.array(studySchema), []),
});
export type RecordedRun = v.InferOutput<typeof runSchema>;
export type RecordedStudyEntry = v.InferOutput<typeof studySchema>;

export class RecordedList {
  runs = $state.raw<RecordedRun[]>([]);
  studies = $state.raw<RecordedStudyEntry[]>([]);
  /** Why nothing is listed; null while that is not known, or all is well. */
  problem = $state.raw<SerializedLabError | null>(null);
  #started: Promise<void> | null = null;

  /** @param hash SHA-256 of a file */
  constructor(
    private readonly get: GetBeside,
    private readonly hash: (file: PickedFile) => Promise<string>,
  ) {}

  /** Reads the index, once; never throws, and reads again after a failure. */
  start(): Promise<void> {
    this.#started ??= this.#read();
    return this.#started;
  }

  async #read(): Promise<void> {
    this.problem = null;
    try {
      const { runs, studies } = await readBeside(this.get, INDEX, indexSchema);
      this.runs = runs;
      this.studies = studies;
    } catch (thrown) {
      this.problem = toLabError(thrown).serialize();
      this.#started = null;
    }
  }

  /** The bundle of a run. Throws `file-missing`, or `file-mismatch` where it is another file than the listed one. */
  async bundle({ bundle, sha256 }: RecordedRun): Promise<PickedFile> {
    const path = pathFrom(INDEX, bundle);
    const picked = { path: bundle, file: new File([await this.get(path)], bundle) };
    if ((await this.hash(picked)) === sha256) return picked;
    throw new LabError('file-mismatch', `${path} beside this page is not the file that ${INDEX} lists.`, {
      hint: 'Serve page and files of one version.',
    });
  }

  /** A file that the index names, as text. Throws `file-missing`. */
  async text(path: string): Promise<string> {
    return (await this.get(pathFrom(INDEX, path))).text();
  }
}
