/**
 * The finished cells of a study, pooled as they come.
 *
 * Promises: the records of a cell are read once; the summary is that of all finished cells, in the order of the grid.
 * Must not know: where records lie.
 */
import type { CellRecord, StudySummary } from '../../records';
import type { StudySpec } from '../../spec';
import type { StudyFactor } from './cells';
import { digestRun, type RunDigest, type RunRecords } from './digest';
import { poolStudy } from './pool';

type ReadCell = (cell: CellRecord) => Promise<RunRecords>;

export class StudyPool {
  readonly #digests = new Map<string, RunDigest>();

  constructor(
    private readonly study: StudySpec,
    private readonly factors: readonly StudyFactor[],
    private readonly read: ReadCell,
  ) {}

  /** Null where no cell is done. */
  async summary(cells: readonly CellRecord[]): Promise<StudySummary | null> {
    const done = cells.filter(({ state }) => state === 'done');
    const digests: RunDigest[] = [];
    for (const cell of done) {
      const { id, point, levels, seed, runId } = cell;
      const known = this.#digests.get(id);
      const digest =
        known ?? digestRun(await this.read(cell), { run: runId!, point, levels, seed }, this.study.analysis);
      this.#digests.set(id, digest);
      digests.push(digest);
    }
    return digests.length === 0 ? null : poolStudy(this.study, this.factors, digests);
  }
}
