/**
 * A study file with its `--set` overrides, its cells, and the files they name.
 *
 * Promises: paths written in the study are relative to its folder, in a study of worlds those of its experiment to the
 * files of the model's world; paths given on the command line to the working directory; what an address of a model may carry
 * that is secret stands in `filesOf` alone. Must not know: how a cell runs.
 */
import path from 'node:path';
import { readModelReference } from '../../core/model-reference';
import {
  overrideStudy,
  studyCells,
  studyFactors,
  WORLD_FILES,
  type StudyCell,
  type StudyFactor,
} from '../../experiment';
import { parseStudy, type GivenSource, type StudySpec } from '../../spec';
import { usageError } from '../arguments';
import { openNodeFile, readNamedText } from '../node-folder';
import { WORLD_FOLDER } from '../pretrain-store';
import { specFileOf, type SpecFile } from '../spec-file';
import { inlineFiles } from './inline-files';
import { publicStudy } from './public-study';

export interface StudyFile {
  study: StudySpec;
  factors: StudyFactor[];
  cells: StudyCell[];
  /**
   * A cell with the places of its files. Throws `spec-invalid` where it names no model or no ontology.
   * @param modelFolder of the model of a study of worlds
   */
  filesOf(cell: StudyCell, modelFolder?: string | null): SpecFile;
  /** Opens a table of given pairs that the study's world names. */
  openGiven(source: GivenSource, control: string): ReturnType<typeof openNodeFile>;
}

/** Throws `study-invalid`, and `usage` for an override of what the study varies. */
export async function readStudyFile(file: string, assignments: readonly string[]): Promise<StudyFile> {
  const { text } = await readNamedText(file);
  const written = await inlineFiles(parseStudy(text, file), file);
  const whole = overrideStudy(written, file, assignments, (field, assignment) =>
    usageError(`The study itself varies ${field}; --set ${assignment} cannot be.`, 'study'),
  );
  const study = publicStudy(whole);
  const secret = studyCells(whole, file);
  return {
    study,
    factors: studyFactors(study, file),
    cells: studyCells(study, file),
    filesOf(cell, modelFolder = null) {
      const beside = modelFolder === null ? file : path.join(modelFolder, WORLD_FOLDER, WORLD_FILES.experiment);
      return specFileOf(secret[cell.index]!.spec, beside, assignments);
    },
    openGiven: (source, control) => openNodeFile(path.resolve(path.dirname(file), source.path), `world.${control}`),
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
    if (value === undefined) return [];
    const elsewhere = option === 'model' && readModelReference(value) !== null;
    // Quoted, so that a path that looks like a number stays one.
    return [`${field}=${JSON.stringify(elsewhere ? value : path.normalize(value))}`];
  });
}
