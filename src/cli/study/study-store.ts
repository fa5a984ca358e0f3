/**
 * A study's folder: study.json, one folder a cell, study-summary.json, study-summary.csv and, where it expects something,
 * study-expectations.csv; in a study of worlds one folder a model in `models`.
 *
 * Promises: study.json is replaced in one rename; a folder that holds anything else is refused. Must not know: how a
 * cell runs.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { LabError } from '../../core/errors';
import { expectationsCsv, studyTableCsv } from '../../experiment';
import {
  encodeState,
  encodeStudySummary,
  parseState,
  STUDY_FILES,
  type StudyState,
  type StudySummary,
} from '../../records';
import { LOCK_FILE } from '../run-lock';
import { onDisk, replaceFile } from '../write-files';

export class StudyStore {
  constructor(readonly folder: string) {}

  /** Null where no study has begun here. Throws `record-invalid`, and `output-exists` where something else lies here. */
  async state(): Promise<StudyState | null> {
    const file = this.#path(STUDY_FILES.state);
    const text = await onDisk(file, () =>
      readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null;
        throw error;
      }),
    );
    if (text !== null) return parseState(text, file);
    const names = await onDisk(this.folder, () => readdir(this.folder));
    // A draft of study.json alone: killed at the very beginning.
    if (names.every((name) => name.startsWith(LOCK_FILE) || name === `${STUDY_FILES.state}.part`)) return null;
    throw this.#used('is not empty and holds no study');
  }

  /** Throws `output-exists` where a study has begun. */
  async refuseBegun(): Promise<void> {
    if ((await this.state()) !== null) throw this.#used('already holds a study');
  }

  async save(state: StudyState): Promise<void> {
    await replaceFile(this.#path(STUDY_FILES.state), encodeState(state));
  }

  async saveSummary(summary: StudySummary): Promise<void> {
    await replaceFile(this.#path(STUDY_FILES.summary), encodeStudySummary(summary));
    await replaceFile(this.#path(STUDY_FILES.table), studyTableCsv(summary));
    const expectations = this.#path(STUDY_FILES.expectations);
    if (summary.expectations.length > 0) await replaceFile(expectations, expectationsCsv(summary));
    // Those of a study that names none any more would be another study's.
    else await onDisk(expectations, () => rm(expectations, { force: true }));
  }

  modelFolder({ id }: { id: string }): string {
    return this.#path(path.join('models', id));
  }

  cellFolder({ folder }: { folder: string }): string {
    return this.#path(folder);
  }

  #path(name: string): string {
    return path.join(this.folder, name);
  }

  #used(what: string): LabError {
    return new LabError('output-exists', `${this.folder} ${what}.`, {
      hint: 'Give another folder with --out, or continue the study with --resume.',
    });
  }
}
