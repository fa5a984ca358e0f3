/**
 * Whether the cells of a study read the same files: those that one field names alike must have had the same bytes, or cells
 * could not be compared. In a study of worlds that holds for cells of one model.
 *
 * Must not know: where files lie, how a cell runs.
 */
import { LabError } from '../../core/errors';
import { canonicalJson } from '../../core/json';
import { runFileIdentities, type Manifest } from '../../records';
import type { ExperimentSpec, LinkFile } from '../../spec';
import { preparedFiles, type PreparedRun } from '../prepared';
import { cellName, type StudyCell } from './cells';

interface Known {
  of: string;
  sha256: string;
}

export class SameInputs {
  readonly #known = new Map<string, Known>();

  constructor(finished: readonly { cell: StudyCell; manifest: Manifest }[]) {
    for (const { cell, manifest } of finished) {
      for (const file of runFileIdentities(manifest)) this.#learn(cell, file);
    }
  }

  /** Throws `file-mismatch`. */
  check(cell: StudyCell, prepared: PreparedRun): void {
    for (const file of preparedFiles(prepared)) {
      const { of, sha256 } = this.#learn(cell, file);
      if (sha256 === file.sha256) continue;
      throw new LabError('file-mismatch', `${file.name} is not the file that the cell “${of}” was run with.`, {
        hint: 'Put the earlier file back, or begin the study anew.',
      });
    }
  }

  #learn(cell: StudyCell, { field, name, sha256 }: LinkFile): Known {
    // A model is many files in one place.
    const model = cell.model?.id ?? null;
    const key = canonicalJson([field, valueAt(cell.spec, field), field === 'model.path' ? name : null, model]);
    const known = this.#known.get(key) ?? { of: cellName(cell), sha256 };
    this.#known.set(key, known);
    return known;
  }
}

function valueAt(spec: ExperimentSpec, field: string): unknown {
  const step = (value: unknown, name: string) => (value as Record<string, unknown> | null | undefined)?.[name];
  return field.split('.').reduce<unknown>(step, spec) ?? null;
}
