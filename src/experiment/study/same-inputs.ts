/**
 * Whether the cells of a study read the same files: those of one name must have had the same bytes, or they could not be
 * compared.
 *
 * Must not know: where files lie, how a cell runs.
 */
import { LabError } from '../../core/errors';
import { canonicalJson } from '../../core/json';
import type { FileIdentity, Manifest } from '../../records';
import type { PreparedRun } from '../prepared';
import { cellName, type StudyCell } from './cells';

interface Inputs {
  of: string;
  files: FileIdentity[];
}

export class SameInputs {
  readonly #known = new Map<string, Inputs>();

  constructor(finished: readonly { cell: StudyCell; manifest: Manifest }[]) {
    for (const { cell, manifest } of finished) {
      const { model, ontology } = manifest;
      this.#learn(cell, [...model.files, ontology.file, ...(ontology.counts ? [ontology.counts] : [])]);
    }
  }

  /** Throws `file-mismatch`. */
  check(cell: StudyCell, { modelFiles, ontologyFile, countsFile }: PreparedRun): void {
    const files = [...modelFiles, ontologyFile, ...(countsFile ? [countsFile] : [])];
    const { of, files: before } = this.#learn(cell, files);
    const other = files.find((file, i) => file.sha256 !== before[i]?.sha256);
    if (!other) return;
    throw new LabError('file-mismatch', `${other.name} is not the file that the cell “${of}” was run with.`, {
      hint: 'Put the earlier file back, or begin the study anew.',
    });
  }

  #learn(cell: StudyCell, files: FileIdentity[]): Inputs {
    const { model, ontology } = cell.spec;
    const key = canonicalJson([model.path, ontology.path, ontology.counts?.path ?? null]);
    const known = this.#known.get(key) ?? { of: cellName(cell), files };
    this.#known.set(key, known);
    return known;
  }
}
