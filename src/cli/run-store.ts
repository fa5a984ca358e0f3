/**
 * A run's folder: manifest.json, facts.jsonl, trials.jsonl, steps.jsonl, summary.json, checkpoint.bin, adapters/<direction>/.
 *
 * Promises: nothing is created, cut or removed before the run's first manifest, so a run that cannot start leaves the
 * folder as it was; records are appended as they come and are on disk before the checkpoint that counts them; a resumed
 * run's records are cut to its checkpoint. Only the files named above are ever touched.
 * Must not know: how a run computes.
 */
import { mkdir, open, readdir, readFile, rm, writeFile, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { LabError } from '../core/errors';
import type { ResumePoint, RunEvent } from '../experiment';
import { decodeCheckpoint, encodeCheckpoint } from '../experiment';
import {
  encodeFacts,
  encodeManifest,
  encodeSteps,
  encodeSummary,
  encodeTrials,
  parseManifest,
  parseSteps,
  parseTrials,
  RUN_FILES,
} from '../records';
import type { Manifest } from '../records';
import { LOCK_FILE } from './run-lock';
import { onDisk, replaceFile } from './write-files';

const CHECKPOINT_FILE = 'checkpoint.bin';
const ADAPTERS_FOLDER = 'adapters';

export class RunStore {
  #resumed: ResumePoint | null = null;
  #trials: FileHandle | null = null;
  #steps: FileHandle | null = null;

  constructor(readonly folder: string) {}

  /** The manifest of the run in this folder; null where there is none. Throws `record-invalid`. */
  async manifest(): Promise<Manifest | null> {
    const text = await this.#text(RUN_FILES.manifest);
    return text === null ? null : parseManifest(text, this.#path(RUN_FILES.manifest));
  }

  async summaryText(): Promise<string | null> {
    return this.#text(RUN_FILES.summary);
  }

  /** Throws `output-exists` unless the folder is absent or empty but for the lock of who works there. */
  async refuseUsed(): Promise<void> {
    const names = await readdir(this.folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [] as string[];
      throw new LabError('output-exists', `${this.folder} is not a folder that can be written to.`, {
        hint: 'Give another place with --out.',
        cause: error,
      });
    });
    if (names.every((name) => name.startsWith(LOCK_FILE))) return;
    const what = names.includes(RUN_FILES.manifest) ? 'already holds a run' : 'is not empty';
    throw new LabError('output-exists', `${this.folder} ${what}.`, {
      hint: 'Give another folder with --out, continue the run with --resume, or replace it with --force.',
    });
  }

  /** Where the run in this folder stopped; null where it has no checkpoint yet. */
  async resumePoint(): Promise<ResumePoint | null> {
    const place = this.#path(CHECKPOINT_FILE);
    const bytes = await readIfThere(place);
    const manifest = await this.manifest();
    this.#resumed = null;
    if (bytes === null || manifest === null) return null;
    const checkpoint = decodeCheckpoint(bytes, place);
    const head = async (name: string, lines: number) => firstLines((await this.#text(name)) ?? '', lines);
    this.#resumed = {
      checkpoint,
      trials: parseTrials(await head(RUN_FILES.trials, checkpoint.trialLines), this.#path(RUN_FILES.trials)),
      steps: parseSteps(await head(RUN_FILES.steps, checkpoint.stepLines), this.#path(RUN_FILES.steps)),
      manifest,
    };
    return this.#resumed;
  }

  /** Takes one event of the run to disk. */
  async write(event: RunEvent): Promise<void> {
    switch (event.kind) {
      case 'manifest':
        if (!this.#trials) await this.#begin();
        return replaceFile(this.#path(RUN_FILES.manifest), encodeManifest(event.manifest));
      case 'facts':
        return replaceFile(this.#path(RUN_FILES.facts), encodeFacts(event.records));
      case 'trials':
        return this.#append(this.#trials, RUN_FILES.trials, encodeTrials(event.records));
      case 'steps':
        return this.#append(this.#steps, RUN_FILES.steps, encodeSteps(event.records));
      case 'checkpoint':
        await onDisk(this.#path(RUN_FILES.trials), () => this.#trials!.datasync());
        await onDisk(this.#path(RUN_FILES.steps), () => this.#steps!.datasync());
        return replaceFile(this.#path(CHECKPOINT_FILE), encodeCheckpoint(event.checkpoint));
      case 'adapter':
        for (const { path: name, bytes } of event.files) {
          await replaceFile(this.#path(ADAPTERS_FOLDER, event.direction, name), bytes);
        }
        return;
      case 'summary':
        return replaceFile(this.#path(RUN_FILES.summary), encodeSummary(event.summary));
      case 'progress':
        return;
    }
  }

  async close(): Promise<void> {
    await this.#trials?.close();
    await this.#steps?.close();
    this.#trials = this.#steps = null;
  }

  /** A new run's folder without an older run's files, or the old one cut to its checkpoint. */
  async #begin(): Promise<void> {
    await onDisk(this.folder, async () => {
      await mkdir(this.folder, { recursive: true });
      if (this.#resumed) {
        const { trials, steps } = this.#resumed;
        await replaceFile(this.#path(RUN_FILES.trials), encodeTrials(trials));
        await replaceFile(this.#path(RUN_FILES.steps), encodeSteps(steps));
        await rm(this.#path(RUN_FILES.summary), { force: true });
      } else {
        for (const name of [...Object.values(RUN_FILES), CHECKPOINT_FILE, ADAPTERS_FOLDER]) {
          await rm(this.#path(name), { force: true, recursive: true });
        }
        await writeFile(this.#path(RUN_FILES.trials), '');
        await writeFile(this.#path(RUN_FILES.steps), '');
      }
      this.#trials = await open(this.#path(RUN_FILES.trials), 'a');
      this.#steps = await open(this.#path(RUN_FILES.steps), 'a');
    });
  }

  async #append(handle: FileHandle | null, name: string, text: string): Promise<void> {
    await onDisk(this.#path(name), () => handle!.appendFile(text));
  }

  async #text(name: string): Promise<string | null> {
    return (await readIfThere(this.#path(name)))?.toString('utf8') ?? null;
  }

  #path(...parts: string[]): string {
    return path.join(this.folder, ...parts);
  }
}

/** Null only where there is no such file: one that is there and cannot be read must not pass for a fresh start. */
async function readIfThere(file: string): Promise<Buffer | null> {
  return readFile(file).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return null;
    throw new LabError('file-unreadable', `${file} cannot be read: ${cause.code ?? cause.message}.`, {
      hint: 'Check that you may read it, or give another folder with --out.',
      cause,
    });
  });
}

/** What stands after the last checkpoint, a torn line included, is left out. */
function firstLines(text: string, lines: number): string {
  let end = 0;
  for (let line = 0; line < lines; line++) {
    const next = text.indexOf('\n', end);
    if (next < 0) return text.slice(0, end);
    end = next + 1;
  }
  return text.slice(0, end);
}
