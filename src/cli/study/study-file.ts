/**
 * A study file with its `--set` overrides, its cells, and the files they name.
 *
 * Promises: paths written in the study are relative to its folder, paths given on the command line to the working
 * directory. Must not know: how a cell runs.
 */
import path from 'node:path';
import { overrideStudy, studyCells, studyFactors, type StudyCell, type StudyFactor } from '../../experiment';
import { parseStudy, type StudySpec } from '../../spec';
import { usageError } from '../arguments';
import { readNamedText } from '../node-folder';
import { specFileOf, type SpecFile } from '../spec-file';

export interface StudyFile {
  study: StudySpec;
  factors: StudyFactor[];
  cells: StudyCell[];
  /** A cell with the places of its files. Throws `spec-invalid` where it names no model or no ontology. */
  filesOf(cell: StudyCell): SpecFile;
}

/** Throws `study-invalid`, and `usage` for an override of what the study varies. */
export async function readStudyFile(file: string, assignments: readonly string[]): Promise<StudyFile> {
  const { text } = await readNamedText(file);
  const written = parseStudy(text, file);
  const study = overrideStudy(written, file, assignments, (field, assignment) =>
    usageError(`The study itself varies ${field}; --set ${assignment} cannot be.`, 'study'),
  );
  return {
    study,
    factors: studyFactors(study, file),
    cells: studyCells(study, file),
    filesOf: (cell) => specFileOf(cell.spec, file, assignments),
  };
}

/** `--model`, `--ontology` and `--counts` as the assignments that they stand for. */
export function fileAssignments(given: {
  model?: string | undefined;
  ontology?: string | undefined;
  counts?: string | undefined;
}): string[] {
  const fields = { model: 'model.path', ontology: 'ontology.path', counts: 'ontology.counts.path' } as const;
  return Object.entries(fields).flatMap(([option, field]) => {
    const value = given[option as keyof typeof fields];
    // Quoted, so that a path that looks like a number stays one.
    return value === undefined ? [] : [`${field}=${JSON.stringify(path.normalize(value))}`];
  });
}
